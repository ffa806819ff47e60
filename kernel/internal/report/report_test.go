package report

import (
	"slices"
	"strings"
	"testing"
)

// cell is the one cell of these tests, the fourth of the notebook, which stands
// in the program from line 11 on.
func cell(line, column int) Place {
	if line < 11 {
		return Place{}
	}
	return Place{Cell: 4, Line: line - 10, Column: column, Source: "x := 1\n\tnosuch(x, <b>)\n"}
}

func TestCompilation(t *testing.T) {
	e := New(Published{
		Name:  "ERROR",
		Value: "# gonb_1\n./main.go:12:2: undefined: nosuch\n./main.go:12:12: have (number)\n\twant ()\n",
	}, cell)
	want := []string{"Célula [4], linha 2: undefined: nosuch", "   2 │ \tnosuch(x, <b>)", "     │ \t^",
		"Célula [4], linha 2: have (number)\n\twant ()", "   2 │ \tnosuch(x, <b>)", "     │ \t          ^"}
	if e.Value != "undefined: nosuch" || !slices.Equal(e.Traceback, want) {
		t.Errorf("got %q, %q", e.Value, e.Traceback)
	}
}

func TestEnds(t *testing.T) {
	for value, want := range map[string]string{
		"exit status 3":              "o programa terminou com o código 3",
		"signal: killed":             "faltado memória",
		"signal: segmentation fault": "o sinal segmentation fault",
		"something else":             "something else",
	} {
		if e := New(Published{Value: value}, cell); !strings.Contains(e.Value, want) || len(e.Traceback) != 1 {
			t.Errorf("%q became %+v", value, e)
		}
	}
}

const dump = `panic: layer 3 (Dense 512): expects [features], got [28 28 1]; put nn.Flatten() before it [recovered, repanicked]

goroutine 1 [running]:
github.com/nnlab-go/lab/nnlab/nn.(*Model).Fit(...)
	/somewhere/nn/fit.go:12
main.train(...)
	` + "\x1b[7m[[ Cell [2] Line 1 ]]\x1b[0m" + ` /tmp/gonb_1/main.go:11
main.main()
	/tmp/gonb_1/main.go:12 +0x1d

goroutine 7 [select]:
main.other()
	 [[ Cell [2] Line 1 ]] /tmp/gonb_1/main.go:11
`

func TestPanic(t *testing.T) {
	e := Panic(dump, cell)
	message := "layer 3 (Dense 512): expects [features], got [28 28 1]; put nn.Flatten() before it"
	want := []string{"panic: " + message, "Célula [4], linha 1", "   1 │ x := 1", "Célula [4], linha 2", "   2 │ \tnosuch(x, <b>)", "(%panic mostra a pilha inteira)"}
	if e.Name != "panic" || e.Value != message || !slices.Equal(e.Traceback, want) {
		t.Errorf("got %q: %q, %q", e.Name, e.Value, e.Traceback)
	}
}

// add gives a text to a Stderr in pieces of n bytes.
func add(s *Stderr, text string, n int) (shown string) {
	for text != "" {
		k := min(n, len(text))
		shown += s.Add(text[:k])
		text = text[k:]
	}
	return shown
}

func TestStderr(t *testing.T) {
	for n := 1; n < 40; n++ {
		var s Stderr
		shown := add(&s, "warning: panic: none\nline\n", n) + add(&s, dump, n)
		if !strings.HasSuffix(shown, "line\n") {
			t.Errorf("in pieces of %d, shown %q", n, shown)
		}
		if rest := s.Add("exit status 2\n"); rest != "" {
			t.Errorf("in pieces of %d, shown %q", n, rest)
		}
		if rest, got := s.End(true); rest != "" || !strings.HasPrefix(got, dump) {
			t.Errorf("in pieces of %d, the rest is %q, the dump %q", n, rest, got)
		}
	}
}

// What only looks like a panic is shown, in the end.
func TestStderrWithoutPanic(t *testing.T) {
	for _, failed := range []bool{false, true} {
		var s Stderr
		shown := s.Add("panic: a word\n") + s.Add("more\n")
		rest, got := s.End(failed)
		if shown+rest != "panic: a word\nmore\n" || got != "" {
			t.Errorf("shown %q, %q, the dump is %q", shown, rest, got)
		}
	}
	var s Stderr
	shown := s.Add("exit status 1\n")
	if shown += s.Add("and on\n"); shown != "exit status 1\nand on\n" {
		t.Errorf("shown %q", shown)
	}
	s.Add("exit status 1\n")
	if rest, _ := s.End(false); rest != "exit status 1\n" {
		t.Errorf("the ending of a cell that went well is %q", rest)
	}
}
