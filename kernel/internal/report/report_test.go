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

// Other places that a message names are the notebook's, too, and no path of the machine.
func TestPlacesInMessages(t *testing.T) {
	for message, want := range map[string]string{
		"in call to f, cannot infer B (declared at /tmp/gonb_1/main.go:11:12)": "in call to f, cannot infer B (declared at Célula [4], linha 1)",
		"label L already defined at ./main_test.go:12:1":                       "label L already defined at Célula [4], linha 2",
		"goto L jumps over variable declaration at line 12":                    "goto L jumps over variable declaration at Célula [4], linha 2",
		"goto L jumps over variable declaration at line 3":                     "goto L jumps over variable declaration at ?",
		"it has to be at line 12 of main.go":                                   "it has to be at line 12 of main.go",
	} {
		e := New(Published{Value: "./main.go:12:2: " + message + "\n"}, cell)
		if got := e.Traceback[0]; !strings.HasSuffix(got, want) && !strings.HasSuffix(got, "("+want+")") {
			t.Errorf("%s became %s, want %s", message, got, want)
		}
	}
}

func TestEnds(t *testing.T) {
	for value, want := range map[string]string{
		"exit status 3":              "o programa terminou com o código 3",
		"signal: killed":             "faltado memória",
		"signal: segmentation fault": "o sinal segmentation fault",
		"something else":             "something else",
		"executing special commands in cell: `%cd \"/x\"` failed: chdir /x: no such file or directory": "um comando da célula não funcionou (`%cd \"/x\"` failed: chdir /x: no such file or directory)",
	} {
		if e := New(Published{Value: value}, cell); !strings.Contains(e.Value, want) || len(e.Traceback) != 1 {
			t.Errorf("%q became %+v", value, e)
		}
	}
}

func TestFullDisk(t *testing.T) {
	e := New(Published{Value: "/go/pkg/tool/linux_amd64/link: mapping output file failed: no space left on device"}, cell)
	if e.Name != "disco cheio" || !strings.Contains(e.Traceback[1], "!rm") {
		t.Errorf("got %+v", e)
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
	e := Panic(dump, 0, cell)
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

func TestNoMemory(t *testing.T) {
	for _, dump := range []string{
		"fatal error: runtime: out of memory\n\nruntime stack:\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/gonb_1/main.go:12 +0x1d\n",
		"fatal error: runtime: cannot allocate memory\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/gonb_1/main.go:12 +0x1d\n",
		// As Go 1.26 ended at a limit, in its garbage collector.
		"SIGSEGV: segmentation violation\nPC=0x42985d m=0 sigcode=1 addr=0x0\n\ngoroutine 0 gp=0x524800 m=0 mp=0x5255c0 [idle]:\nruntime.(*spanQueue).tryDrain(0x7ffd00000400?)\n\n" +
			"goroutine 1 gp=0x6b7027981e0 m=nil [runnable]:\nmain.main()\n\t/tmp/gonb_1/main.go:12 +0x1d\n",
	} {
		e := Panic(dump, 3<<29, cell)
		if e.Name != NoMemory || !strings.Contains(e.Value, "1,5 GiB") || !slices.Contains(e.Traceback, "Célula [4], linha 2") {
			t.Errorf("%q became %+v", dump, e)
		}
	}
	if e := Panic("SIGSEGV: segmentation violation\nPC=0x1 m=0 sigcode=1 addr=0x0\n\ngoroutine 7 gp=0x5 m=0 mp=0x5 [running]:\n", 1<<30, cell); e.Name == NoMemory {
		t.Errorf("a crash of the student's own became %+v", e)
	}
	if e := Panic("panic: out of memory\n\ngoroutine 1 [running]:\n", 0, cell); e.Name != "panic" {
		t.Errorf("what a student says became %+v", e)
	}
}

// What begins as a panic does and goes on for ever does not fill the memory.
func TestStderrEndless(t *testing.T) {
	var s Stderr
	s.Add("panic: endless\n")
	for range 100 {
		s.Add(strings.Repeat("x", 1<<20))
	}
	if rest, _ := s.End(false); len(rest) > largestDump+100 || !strings.Contains(rest, "e mais 103,8 MB") {
		t.Errorf("%d bytes are shown, the last are %q", len(rest), rest[len(rest)-30:])
	}
}
