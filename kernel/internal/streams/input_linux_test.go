package streams

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A program that waits for input is known to, whether it or a child does, and only then.
func TestWaits(t *testing.T) {
	f := folder(t)
	path := filepath.Join(string(f), "gonb_x")
	if err := os.WriteFile(path, []byte(f.Script("/bin/sh", false)), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"read x; echo $x; read x; echo $x; read x || echo end", "(read x; echo $x; (read x; echo $x)); exec <&0; cat >&2; echo end"} {
		p := start(t, f, 0, path, "-c", source)
		p.begin(t)
		out := ""
		for _, line := range []string{"a\n", strings.Repeat("x", 1<<20) + "\n", ""} {
			for waits := false; !waits; time.Sleep(time.Millisecond) {
				var known bool
				if waits, known = p.Waits(); !known {
					t.Fatal("it is not known")
				}
				out += p.out.Read()
			}
			if line == "" {
				p.EndInput()
			} else if err := p.Write(line); err != nil {
				t.Fatal(err)
			}
		}
		rest, _ := p.all()
		if out += rest; out != "a\n"+strings.Repeat("x", 1<<20)+"\nend\n" {
			t.Errorf("%s wrote %.20q… (%d)", source, out, len(out))
		}
		if waits, known := p.Waits(); waits || !known || p.Write("more") == nil {
			t.Error("a program that has ended waits")
		}
		p.end()
	}
}

func TestReading(t *testing.T) {
	for call, want := range map[string]bool{"running\n": false, "": false, "230 0x0 0x0": false, "-1 0x7ffc 0x7f": false} {
		if _, ok := reading(call); ok != want {
			t.Errorf("%q: %v", call, ok)
		}
	}
}
