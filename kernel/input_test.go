package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-zeromq/zmq4"

	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// typist answers the questions of a cell, one after the other.
type typist struct {
	*front
	cell string
	seen map[string]bool
	last heard // the question
}

// typing runs a cell that may ask.
func (f *front) typing(code string) *typist {
	f.t.Helper()
	return &typist{f, f.ask("shell", "execute_request", cell(code, "allow_stdin", true)), map[string]bool{}, heard{}}
}

// question waits for the next question.
func (y *typist) question() map[string]any {
	y.t.Helper()
	y.last = y.await("input_request", func(h heard) bool {
		return h.socket == "stdin" && h.Header.Type == "input_request" && h.Parent.ID == y.cell && !y.seen[h.Header.ID]
	})
	y.seen[y.last.Header.ID] = true
	return content(y.last)
}

// answers answers the last question, and says which that is.
func (y *typist) answers(line string) {
	y.t.Helper()
	data, err := json.Marshal(map[string]any{"status": "ok", "value": line})
	if err != nil {
		y.t.Fatal(err)
	}
	m := wire.Message{Header: wire.NewHeader("front", "input_reply"), RawParent: y.last.RawHeader, Content: data}
	frames, err := m.Frames(y.connection.Key)
	if err != nil {
		y.t.Fatal(err)
	}
	y.sendFrames("stdin", frames)
}

// types answers a question, whose prompt it checks.
func (y *typist) types(prompt, line string) {
	y.t.Helper()
	if q := y.question(); q["prompt"] != prompt || q["password"] != false {
		y.t.Errorf("asked %v, want %q", q, prompt)
	}
	y.ask("stdin", "input_reply", map[string]any{"status": "ok", "value": line})
}

// wrote is what a cell has written to a stream.
func (f *front) wrote(id, name string) string {
	var all strings.Builder
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range f.heard {
		if h.Parent.ID == id && h.socket == "iopub" && h.Header.Type == "stream" {
			if c := content(h); c["name"] == name {
				all.WriteString(c["text"].(string))
			}
		}
	}
	return all.String()
}

// Whoever reads standard input is given what the front end is asked for, line by line.
func TestInput(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.run("import (\"bufio\"; \"os\")\nfunc line() string {\n\tvar all []byte\n\tfor b := make([]byte, 1); ; {\n\t\t_, err := os.Stdin.Read(b)\n" +
		"\t\tif err != nil || b[0] == '\\n' {\n\t\t\treturn string(all)\n\t\t}\n\t\tall = append(all, b[0])\n\t}\n}")
	long := strings.Repeat("não é 9 ", 30_000)
	type step struct{ prompt, line string }
	for _, c := range []struct {
		name, code, want string
		steps            []step
	}{
		{"Scanln", "var n int\nfmt.Println(\"antes\")\nfmt.Print(\"Quantas épocas? \")\n_, err := fmt.Scanln(&n)\nfmt.Println(n+1, err)",
			"42 <nil>\n", []step{{"Quantas épocas? ", "41"}}},
		{"twice", "var a, b string\nfmt.Print(\"a: \")\nfmt.Scan(&a)\nfmt.Print(\"b: \")\nfmt.Scan(&b)\nfmt.Println(b + a)",
			"ãoaç\n", []step{{"a: ", "aç"}, {"b: ", "ão"}}},
		{"lines", "in := bufio.NewScanner(os.Stdin)\nfor i := 0; i < 4 && in.Scan(); i++ {\n\tfmt.Printf(\"%q\\n\", in.Text())\n}",
			"\"um\"\n\"\"\n\" dois \"\n\"é\"\n", []step{{"", "um"}, {"", ""}, {"", " dois "}, {"", "é"}}},
		{"long", "text, err := bufio.NewReaderSize(os.Stdin, 16).ReadString('\\n')\nfmt.Println(len(text), strings.Count(text, \"não é 9 \"), err)",
			fmt.Sprintf("%d 30000 <nil>\n", len(long)+1), []step{{"", long}}},
		{"function", "fmt.Fprint(os.Stderr, \"nome: \")\nfmt.Println(line() + line())", "ação\n", []step{{"nome: ", "aç"}, {"", "ão"}}},
		{"end", "all, err := io.ReadAll(os.Stdin)\nfmt.Printf(\"%q %v\\n\", all, err)", "\"um\\n\" <nil>\n", []step{{"", "um"}, {"", "\x04"}}},
		{"child", "c := exec.Command(\"sh\", \"-c\", \"printf 'filho: '; read x; echo got $x\")\nc.Stdin, c.Stdout = os.Stdin, os.Stdout\nfmt.Println(c.Run())",
			"got ação\n<nil>\n", []step{{"filho: ", "ação"}}},
		{"shell", "!printf 'nome? '; read x; echo got $x; read y; echo and $y", "got ação\nand\n", []step{{"nome? ", "ação"}, {"", ""}}},
		{"both", "!read x; echo got $x\nvar n int\nfmt.Scanln(&n)\nfmt.Println(n)", "got a\n7\n", []step{{"", "a"}, {"", "7"}}},
		{"GoNB's order", "%with_inputs\n!read x; echo got $x", "got ação\n", []step{{"", "ação"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			y := f.typing(c.code)
			for _, s := range c.steps {
				y.types(s.prompt, s.line)
			}
			if got := y.done(y.cell); got["status"] != "ok" || !strings.HasSuffix(y.wrote(y.cell, "stdout"), c.want) {
				t.Errorf("ended with %v, published %v", got, f.about(y.cell))
			}
		})
	}
	y := f.typing("%with_password\n!printf 'senha: '; read x; echo got $x")
	if q := y.question(); q["prompt"] != "senha: " || q["password"] != true {
		t.Errorf("asked %v", q)
	}
	f.ask("stdin", "input_reply", map[string]any{"status": "ok", "value": "s3"})
	if y.done(y.cell); !strings.HasSuffix(y.wrote(y.cell, "stdout"), "got s3\n") {
		t.Errorf("published %v", f.about(y.cell))
	}
}

// A program that ends before it was answered leaves no question behind.
func TestInputGivenUp(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	asked := filepath.Join(t.TempDir(), "asked")
	y := f.typing("!cat <&0 & while [ ! -e " + asked + " ]; do sleep 0.01; done; kill $!\nvar n int\nfmt.Scanln(&n)\nfmt.Println(n)")
	y.question()
	if err := os.WriteFile(asked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if y.types("", "7"); f.done(y.cell)["status"] != "ok" || f.wrote(y.cell, "stdout") != "7\n" {
		t.Errorf("published %v", f.about(y.cell))
	}
}

// A program that has GoNB ask reads the answer like any other.
func TestInputByGoNB(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	y := f.typing("import \"github.com/janpfeifer/gonb/gonbui\"\nvar x string\ngonbui.RequestInput(\"Senha? \", true)\n_, err := fmt.Scanln(&x)\nfmt.Println(x, err)")
	y.question() // GoNB's or the reader's, whichever is first: one of them is asked
	y.answers("s3")
	if got := y.done(y.cell); got["status"] != "ok" || !strings.HasSuffix(y.wrote(y.cell, "stdout"), "s3 <nil>\n") {
		t.Errorf("ended with %v, published %v", got, f.about(y.cell))
	}
}

// Where nobody can type, who reads finds the end of the input, and that is said once.
func TestNoInput(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	const said = "nnlab: esta interface não deixa digitar uma entrada; a leitura encontra o fim do arquivo (EOF)\n"
	for code, want := range map[string]string{
		"var n int\nfmt.Print(\"n: \")\n_, err := fmt.Scanln(&n)\n_, again := fmt.Scanln(&n)\nfmt.Println(err, again)":       "n: unexpected newline unexpected newline\n",
		"!read x; echo got $x; read y; cat; echo end":                                                                        "got\nend\n",
		"!read x; echo $?\n_, err := os.Stdin.Read(make([]byte, 9))\nfmt.Println(err)":                                       "1\nEOF\n",
		"c := exec.Command(\"sh\", \"-c\", \"sort | wc -l\")\nc.Stdin, c.Stdout = os.Stdin, os.Stdout\nfmt.Println(c.Run())": "0\n<nil>\n",
		"%with_inputs\n!read x; echo got $x":                                                                                 "got\n",
		"f, err := os.Open(\"/dev/stdin\")\nb, again := io.ReadAll(f)\nfmt.Println(err, len(b), again)":                      "<nil> 0 <nil>\n",
	} {
		id, reply := f.run(code)
		out, errs := f.wrote(id, "stdout"), f.wrote(id, "stderr")
		if reply["status"] != "ok" || strings.ReplaceAll(out, "EOF EOF", "unexpected newline unexpected newline") != want || errs != said {
			t.Errorf("%q ended with %v, wrote %q and %q", code, reply["status"], out, errs)
		}
	}
	// Who does not read hears nothing of it.
	if id, _ := f.run("time.Sleep(time.Second)\nfmt.Println(1)"); f.wrote(id, "stdout") != "1\n" || f.wrote(id, "stderr") != "" {
		t.Errorf("published %v", f.about(id))
	}
	// An error that nobody took ends the cell, as any other.
	if _, got := f.run("var n int\nfmt.Scanln(&n)"); got["status"] != "error" {
		t.Errorf("ended with %v", got)
	}
}

// A cell that waits for input can be stopped; an answer that comes late, of another
// front end or to another question, is nobody's.
func TestInputAndInterrupt(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	for _, code := range []string{"var x string\nfmt.Scanln(&x)\nfmt.Println(x)", "!read x; echo $x"} {
		y := f.typing(code)
		y.question()
		f.ask("control", "interrupt_request", map[string]any{})
		if got := f.done(y.cell); got["ename"] != "interrompida" {
			t.Errorf("ended with %v", got)
		}
		y.answers("late")
	}
	y := f.typing("var x string\nfmt.Scanln(&x)\nfmt.Println(x)")
	y.question()
	other := f.other("other")
	other.ask("stdin", "input_reply", map[string]any{"status": "ok", "value": "of another"})
	y.answers("right")
	if f.done(y.cell); f.wrote(y.cell, "stdout") != "right\n" {
		t.Errorf("published %v", f.about(y.cell))
	}
	// The other's cell asks the other.
	z := other.typing("var x string\nfmt.Scanln(&x)\nfmt.Println(x)")
	z.types("", "others")
	if z.done(z.cell); other.wrote(z.cell, "stdout") != "others\n" {
		t.Errorf("published %v", other.about(z.cell))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if slices.ContainsFunc(f.heard, func(h heard) bool { return h.socket == "stdin" && h.Parent.ID == z.cell }) {
		t.Error("a front end hears what another is asked")
	}
}

// other is a second front end of the same kernel.
func (f *front) other(name string) *front {
	f.t.Helper()
	o := &front{started: f.started, connection: f.connection, changed: make(chan struct{})}
	o.connect(zmq4.SocketIdentity(name))
	return o
}
