package mends

import (
	"os"
	"slices"
	"testing"
)

const source = `package p

const mendAll = "a constant"

func f(n int) error {
	mend := "a variable"
	if n > 1 {
		mend = fmt.Sprintf("%d of %s", n, "two")
	}
	g(1, "an argument")
	return &Error{Expected: "x", Mend: mend}
}

func g(n int, mend string) error { return &lab.Error{Mend: "in " + name + " the literal"} }

func set() { e := &Error{}; e.Mend = "a field" }

func (m monitor) mend() string { return "a method" }

func bare() error { return &Error{Expected: "x", Got: "y"} }

func empty() error { return g(2, "") }

func other() error { return cmp.Or(&Error{Err: err}, &backend.Error{Kernel: "x"}) }
`

// Every way to write a mend is read, and errors without one are found.
func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("p.go", []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	mends, bare := read(t)
	var texts []string
	for _, m := range mends {
		texts = append(texts, m.text)
	}
	if want := []string{"a constant", "a variable", "… of …", "an argument", "in … the literal", "a field", "a method"}; !slices.Equal(texts, want) {
		t.Errorf("got %q, want %q", texts, want)
	}
	if len(bare) != 2 || bare[0].Line != 20 || bare[1].Line != 22 {
		t.Errorf("without a mend: %v", bare)
	}
	if m := mends[4].pattern; !m.MatchString("in x the literal") || m.MatchString("in x the literals") {
		t.Errorf("%v", m)
	}
}
