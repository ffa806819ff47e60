package grade

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// liar says of itself that it is something else.
type liar float64

func (liar) String() string               { return "42" }
func (liar) GoString() string             { return "42" }
func (liar) MarshalText() ([]byte, error) { return []byte("42"), nil }
func (liar) GobEncode() ([]byte, error)   { return []byte("42"), nil }

func TestValues(t *testing.T) {
	three := 3
	failure := errors.New("no")
	for _, c := range []struct {
		give []any
		want Answer
	}{
		{[]any{1}, Answer{Kind: Numbers, Numbers: []float64{1}}},
		{[]any{liar(7)}, Answer{Kind: Numbers, Numbers: []float64{7}}},
		{[]any{[][]float32{{1, 2}, {math.MaxFloat32}}, uint8(3), &three}, Answer{Kind: Numbers, Numbers: []float64{1, 2, math.MaxFloat32, 3, 3}}},
		{[]any{[]any{1, 2.5}}, Answer{Kind: Numbers, Numbers: []float64{1, 2.5}}},
		{[]any{math.Inf(-1), nil}, Answer{Kind: Numbers, Numbers: []float64{math.Inf(-1)}}},
		{[]any{true}, Answer{Kind: Bool, Bool: true}},
		{[]any{"a"}, Answer{Kind: Text, Text: "a"}},
		{[]any{2, failure}, Answer{Kind: Numbers, Numbers: []float64{2}, Err: "no"}},
		{[]any{struct{ A int }{1}}, Answer{Kind: Text, Text: "{1}"}},
		{nil, Answer{}},
	} {
		to := To(filepath.Join(t.TempDir(), "answer"))
		to.Values(c.give...)
		if got, err := to.Read(1); err != nil || !reflect.DeepEqual(got[0], c.want) {
			t.Errorf("%v gave %+v, %v", c.give, got, err)
		}
		if _, err := to.Read(1); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the file is still there: %v", err)
		}
	}
}

// logs is one named number.
type logs struct {
	name  string
	value float64
}

func (l logs) String() string                  { return l.name + " 0.5" }
func (l logs) Get(name string) (float64, bool) { return l.value, name == l.name }

func TestMetric(t *testing.T) {
	for _, c := range []struct {
		logs logs
		err  error
		want Answer
	}{
		{logs{"accuracy", 0.5}, nil, Answer{Kind: Numbers, Numbers: []float64{0.5}}},
		{logs{"loss", 0.5}, nil, Answer{Err: "o modelo não mede accuracy; mede loss 0.5"}},
		{logs{"accuracy", 0.5}, errors.New("no"), Answer{Err: "no"}},
	} {
		to := To(filepath.Join(t.TempDir(), "answer"))
		to.Metric("accuracy", c.logs, c.err)
		if got, err := to.Read(1); err != nil || !reflect.DeepEqual(got[0], c.want) {
			t.Errorf("%v gave %+v, %v", c.logs, got, err)
		}
	}
}

func TestAFileThatIsThereIsNotWritten(t *testing.T) {
	to := To(filepath.Join(t.TempDir(), "answer"))
	to.Values(1)
	if err := to.write(nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
}

// What a program puts in an answer's place is refused, and nobody waits for it or
// reads through it.
func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	To(secret).Values(1)
	for want, put := range map[string]func(path string) error{
		"não é um arquivo":          func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a resposta não é um":       func(path string) error { return os.Symlink(secret, path) },
		"não é um arquiv":           func(path string) error { return os.Mkdir(path, 0o700) },
		"mais de 1 MiB":             func(path string) error { return os.WriteFile(path, make([]byte, Largest+1), 0o600) },
		"a resposta está estragada": func(path string) error { return os.WriteFile(path, []byte("junk"), 0o600) },
		"resposta está estragada":   func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		to := To(filepath.Join(dir, "answer"))
		if err := put(string(to)); err != nil {
			t.Fatal(err)
		}
		if a, err := to.Read(1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %+v, %v, want %q", a, err, want)
		}
	}
	if a, err := To(secret).Read(1); err != nil || a[0].Kind != Numbers {
		t.Errorf("what a link led to: %+v, %v", a, err)
	}
}

func TestRounds(t *testing.T) {
	to, n := To(filepath.Join(t.TempDir(), "answer")), 0
	next := func() Answer { n++; return Of(n, n*n) }
	to.Rounds(3, next)
	want := []Answer{{Kind: Numbers, Numbers: []float64{1, 1}}, {Kind: Numbers, Numbers: []float64{2, 4}}, {Kind: Numbers, Numbers: []float64{3, 9}}}
	if got, err := to.Read(3); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	to.Rounds(2, next)
	if got, err := to.Read(3); err == nil || !strings.Contains(err.Error(), "esperadas 3 respostas, há 2") {
		t.Errorf("got %v, %v", got, err)
	}
	to.Done(nil)
	if got, err := to.Read(1); err != nil || !reflect.DeepEqual(got[0], Answer{}) {
		t.Errorf("got %v, %v", got, err)
	}
	to.Done(errors.New("no"))
	if got, err := to.Read(1); err != nil || got[0].Err != "no" {
		t.Errorf("got %v, %v", got, err)
	}
}
