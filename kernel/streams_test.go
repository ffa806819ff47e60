package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Characters arrive whole, whoever writes them in whatever pieces, and what is none
// arrives, too.
func TestWholeCharacters(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	long := strings.Repeat("ação é não €𝄞 ", 20_000)
	file := filepath.Join(t.TempDir(), "long")
	if err := os.WriteFile(file, []byte(long), 0o600); err != nil {
		t.Fatal(err)
	}
	const text = "long := strings.Repeat(\"ação é não €𝄞 \", 20_000)\n"
	for name, c := range map[string]struct{ code, out, errs string }{
		"both":      {text + "fmt.Print(long)\nfmt.Fprint(os.Stderr, long)", long, long},
		"pieces":    {text + "for i := 0; i < len(long); i += 7 {\n\tos.Stdout.WriteString(long[i:min(i+7, len(long))])\n}", long, ""},
		"log":       {text + "log.SetFlags(0)\nlog.Print(long)", "", long + "\n"},
		"runtime":   {"for range 20_000 {\n\tprint(\"ação é não €𝄞 \")\n}", "", long},
		"child":     {"c := exec.Command(\"cat\", \"" + file + "\")\nc.Stdout = os.Stdout\nc.Run()", long, ""},
		"shell":     {"!cat " + file + "; cat " + file + " >&2", long, long},
		"script":    {"%%bash\ncat " + file, long, ""},
		"sh":        {"%%sh\ncat " + file + " >&2", "", long},
		"other":     {"%%script sed -e s/a/\"ã\"/\n" + strings.Repeat("é ", 5), strings.Repeat("é ", 5) + "\n", ""},
		"later":     {"os.Stdout.Write([]byte{0xc3})\ntime.Sleep(300*time.Millisecond)\nos.Stdout.Write([]byte{0xa3})", "ã", ""},
		"exit":      {"%%\nfmt.Print(\"não\")\nos.Stderr.Write([]byte(\"ç\")[:1])\nos.Stderr.Write([]byte(\"ç\")[1:])\nos.Exit(0)", "não", "ç"},
		"not UTF-8": {"os.Stdout.WriteString(\"a\\xe7\\xe3o\\n\\xff\\xc3\")", "a\ufffd\ufffdo\n\ufffd\ufffd", ""},
	} {
		id, reply := f.run(strings.ReplaceAll(c.code, "c.Run()", "_ = c.Run()"))
		out, errs := f.wrote(id, "stdout"), f.wrote(id, "stderr")
		if reply["status"] != "ok" || out != c.out || errs != c.errs {
			t.Errorf("%s: %v, wrote %d and %d bytes, want %d and %d; %d and %d are no characters: %.60q %.60q", name, reply, len(out), len(errs), len(c.out), len(c.errs),
				strings.Count(out, "\ufffd"), strings.Count(errs, "\ufffd"), out, errs)
		}
	}
	// A panic's text is whole in the error, however long it is.
	if _, got := f.run(text + "panic(long)"); !strings.Contains(got["evalue"].(string), long[:len(long)-1]) {
		t.Errorf("the panic says %.60q", got["evalue"])
	}
}

// Nothing that a program has written before its end is lost, whatever ends it, and it
// comes before what is said of the end.
func TestLastWords(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	const many = "for i := range 20_000 {\n\tfmt.Println(i, \"ação\")\n}\n"
	for end, ename := range map[string]string{
		"os.Exit(3)":     "erro de execução",
		"panic(\"fim\")": "panic",
		"syscall.Kill(os.Getpid(), syscall.SIGKILL)": "erro de execução",
		"var m map[string]int\nm[\"a\"] = 1":         "panic",
	} {
		id, got := f.run("%%\n" + many + end)
		if got["ename"] != ename || !strings.HasSuffix(f.wrote(id, "stdout"), "19999 ação\n") {
			t.Errorf("%s: %v after %.60q", end, got["ename"], f.wrote(id, "stdout"))
		}
		if words := f.about(id); len(words) < 5 || !strings.HasPrefix(words[len(words)-2], "error") {
			t.Errorf("%s: published %.200v", end, words)
		}
	}
	// What GoNB says stands between what the programs before and behind it have written.
	id, _ := f.run("!for i in 1 2 3; do echo a $i; done\n%env NNLAB_TEST b\n!echo $NNLAB_TEST; false\n!echo c\n%%\nfmt.Println(\"d\")")
	if got := f.wrote(id, "stdout"); got != "a 1\na 2\na 3\nSet: NNLAB_TEST=\"b\"\nb\nc\nd\n" {
		t.Errorf("wrote %q", got)
	}
	// A child that has outlived its program is the cell's until it ends.
	id, _ = f.run("!(sleep 0.5; echo child) & echo parent")
	if got := f.wrote(id, "stdout"); got != "parent\nchild\n" {
		t.Errorf("wrote %q", got)
	}
}

// A cell that prints without end can be stopped, however it prints; what it has printed
// too fast is left out, which is said, and nothing of it comes behind the next cell.
func TestStopOfAnEndlessPrint(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	for name, code := range map[string]string{
		"stdout":         "for i := 0; ; i++ {\n\tfmt.Println(i, \"de muitas linhas\")\n}",
		"stderr":         "for i := 0; ; i++ {\n\tfmt.Fprintln(os.Stderr, i, \"de muitas linhas\")\n}",
		"both":           "for i := 0; ; i++ {\n\tfmt.Println(i, \"ação\")\n\tlog.Println(i, \"não\")\n}",
		"short lines":    "for {\n\tfmt.Fprint(os.Stderr, strings.Repeat(\"\\n\", 10_000))\n}",
		"without an end": "for {\n\tfmt.Print(\"ação \")\n\tfmt.Fprint(os.Stderr, \"não \")\n}",
		"goroutines":     "for g := range 8 {\n\tgo func() {\n\t\tfor {\n\t\t\tfmt.Println(g)\n\t\t\tprintln(g)\n\t\t}\n\t}()\n}\nselect {}",
		"large":          "for long := strings.Repeat(\"ação é não \", 100_000); ; {\n\tfmt.Print(long)\n}",
		"panic":          "os.Stderr.WriteString(\"panic: \")\nfor {\n\tfmt.Fprintln(os.Stderr, \"não\")\n\tfmt.Print(\".\")\n}",
		"shell":          "",
	} {
		code = "%%\n" + code
		if name == "shell" {
			code = "!yes ação & yes não >&2"
		}
		id := f.ask("shell", "execute_request", cell(code))
		f.flooded(id)
		f.ask("control", "interrupt_request", map[string]any{})
		if got := f.done(id); got["status"] != "error" || got["ename"] != "interrompida" {
			t.Errorf("%s: it ended with %v", name, got)
		}
		out, errs := f.wrote(id, "stdout"), f.wrote(id, "stderr")
		// The last one may be half written when the program is killed.
		if strings.Contains(strings.TrimRight(out, "\ufffd")+strings.TrimRight(errs, "\ufffd"), "\ufffd") {
			t.Errorf("%s: a character is cut", name)
		}
		next, _ := f.run("%%\nfmt.Print(6 * 7)")
		if got := f.about(next); len(got) != 4 || got[2] != `stdout "42"` {
			t.Errorf("%s: the next cell published %v", name, got)
		}
	}
	// A program behind one that has printed too much begins, too.
	if _, got := f.run("!head -c 30000000 /dev/zero | tr '\\0' x\n!head -c 300000 /dev/zero\nfmt.Print(strings.Repeat(\"x\", 300_000))"); got["status"] != "ok" {
		t.Errorf("behind a flood: %v", got)
	}
	id, _ := f.run("fmt.Print(strings.Repeat(\"ação\", 30_000_000))")
	if errs := f.wrote(id, "stderr"); !strings.Contains(errs, "a célula escreveu demais") {
		t.Errorf("of what was left out is said %q", errs)
	}
}

// flooded waits until a cell has printed much.
func (f *front) flooded(id string) {
	f.t.Helper()
	size := 0
	f.await("flood", func(h heard) bool {
		if h.Parent.ID == id && h.Header.Type == "stream" {
			size += len(content(h)["text"].(string))
		}
		return size > 1<<20
	})
}

// What logs and stacks show of the program that is compiled is said as places in the
// notebook.
func TestPlacesInText(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.run("func stack() {\n\tdebug.PrintStack()\n}")
	id, _ := f.run("log.SetFlags(log.Llongfile)\n\nlog.Print(\"ação\")\nstack()")
	errs := f.wrote(id, "stderr")
	for _, want := range []string{"Célula [2], linha 3: ação\n", "\tCélula [1], linha 2", "\tCélula [2], linha 4"} {
		if !strings.Contains(errs, want) {
			t.Errorf("expected %q in\n%s", want, errs)
		}
	}
}
