package streams

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is a program under a stand-in for GoNB.
type program struct {
	*Program
	cell *Cell
	cmd  *exec.Cmd
	gonb *os.File // what GoNB reads
}

// start starts a program as GoNB does.
func start(t *testing.T, f Folder, number int, name string, args ...string) *program {
	t.Helper()
	cell, err := f.Open([]int{number})
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{cell: cell, Program: cell.programs[0], cmd: exec.Command(name, args...), gonb: r}
	p.cmd.Stdout, p.cmd.Stderr = w, w
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return p
}

// begin has the cell take what GoNB has read, which is all when the program has its own
// streams.
func (p *program) begin(t *testing.T) {
	t.Helper()
	text, err := io.ReadAll(p.gonb)
	if err != nil || !p.cell.Begin(string(text)) || p.cell.Begin(string(text)) {
		t.Fatalf("%q is no mark, %v", text, err)
	}
}

// end waits for the program.
func (p *program) end() int {
	p.cmd.Wait()
	p.cell.Close()
	p.gonb.Close()
	return p.cmd.ProcessState.ExitCode()
}

// all reads until nobody can write any more.
func (p *program) all() (out, errs string) {
	for len(p.cell.Programs()) > 0 {
		r := <-p.cell.Ready()
		if text := r.Read(); r.Stream == Output {
			out += text
		} else {
			errs += text
		}
		r.Resume()
	}
	return out, errs
}

// folder is one whose name the shell has to be told with care.
func folder(t *testing.T) Folder {
	dir := filepath.Join(t.TempDir(), "it's $HOME")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return Folder(dir)
}

// What stands for a program in GoNB's eyes becomes it, with its arguments and its end,
// and its streams are ours.
func TestScript(t *testing.T) {
	f := folder(t)
	path := filepath.Join(string(f), "gonb_x")
	if err := os.WriteFile(path, []byte(f.Script("/bin/sh", false)), 0o700); err != nil {
		t.Fatal(err)
	}
	p := start(t, f, 0, path, "-c", `printf '%s' "$1|ação"; echo não >&2; echo $$; exit 3`, "sh", "a 'b' \"c\"")
	p.begin(t)
	want := fmt.Sprintf("a 'b' \"c\"|ação%d\n", p.cmd.Process.Pid)
	if out, errs := p.all(); out != want || errs != "não\n" {
		t.Errorf("wrote %q and %q, want %q", out, errs, want)
	}
	if status := p.end(); status != 3 {
		t.Errorf("ended with %d", status)
	}
	// Without pipes it writes to GoNB, and finds no input.
	cmd := exec.Command(path, "-c", "read x; echo $?")
	if out, err := cmd.Output(); string(out) != "1\n" {
		t.Errorf("wrote %q, %v", out, err)
	}
}

// A line for the shell is run as GoNB would run it.
func TestCommands(t *testing.T) {
	f := folder(t)
	const code = "%cd x\n!echo 'it'\"'s\" \\\n  a && \\\n!b\nx := 1\n//gonb:!  *echo $((1+1)) # é\n!\n%with_password\nfmt.Println(\"!\")"
	c := f.Commands(code)
	lines := strings.Split(c.Code, "\n")
	if fmt.Sprint(c.Programs) != "[1 2 0]" || !c.Asks || !c.Secret || len(lines) != strings.Count(code, "\n")+1 {
		t.Fatalf("%+v", c)
	}
	for i, want := range map[int]string{0: "%cd x", 2: "", 3: "", 4: "x := 1", 6: "!", 7: "", 8: "fmt.Println(\"!\")"} {
		if lines[i] != want {
			t.Errorf("line %d is %q, want %q", i, lines[i], want)
		}
	}
	for _, c := range []struct {
		line, start string
		number      int
		out, errs   string
	}{
		{lines[1], "!", 1, "it's a\n", "!b: command not found"},
		{lines[5], "!*", 2, "2\n", ""},
	} {
		command, ok := strings.CutPrefix(c.line, c.start)
		if !ok {
			t.Errorf("%q does not begin with %s", c.line, c.start)
		}
		p := start(t, f, c.number, "/bin/bash", "-c", command)
		p.begin(t)
		if out, errs := p.all(); out != c.out || !strings.Contains(errs, c.errs) {
			t.Errorf("%q wrote %q and %q", c.line, out, errs)
		}
		p.end()
	}
	for code, want := range map[string]string{
		"%capture x\n%%\nfmt.Print(1)": "[]", "%%\nx := \"%capture\"": "[0]", "%%writefile x\n!echo\n%with_inputs": "[]", "%%bash\n!a\n%capture": "[1]", "%%bash x": "[0]", "%%script": "[0]",
	} {
		if c := f.Commands(code); fmt.Sprint(c.Programs) != want || c.Asks || !strings.HasPrefix(code, "%%bash\n") && c.Code != code {
			t.Errorf("%q: %+v, want %s", code, c, want)
		}
	}
}

// However a text is cut into pieces, only whole characters come, and what is none comes
// too.
func TestWholeRunes(t *testing.T) {
	const text = "aç€𝄞\xff\xc3(\xe7\xe3o\xf0\x9f"
	f := folder(t)
	for i := range len(text) + 1 {
		func() {
			cell, err := f.Open([]int{7})
			if err != nil {
				t.Fatal(err)
			}
			defer cell.Close()
			w, err := os.OpenFile(f.path(7, Errors), os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			o, err := os.OpenFile(f.path(7, Output), os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer o.Close()
			if !cell.Begin(fmt.Sprintf(begins, 7, 1)) {
				t.Fatal("it does not begin")
			}
			r := cell.programs[0].err
			got := ""
			for _, piece := range []string{text[:i], text[i:]} {
				w.WriteString(piece)
				part := r.Read()
				if valid := strings.ToValidUTF8(text, "?"); !strings.HasPrefix(valid, strings.ToValidUTF8(got+part, "?")) {
					t.Errorf("cut at %d comes %q", i, got+part)
				}
				got += part
			}
			if got != strings.TrimSuffix(text, "\xf0\x9f") {
				t.Errorf("cut at %d: before the end %q", i, got)
			}
			w.Close()
			if got += r.Read(); got != text || !r.Ended() {
				t.Errorf("cut at %d: %q", i, got)
			}
		}()
	}
}
