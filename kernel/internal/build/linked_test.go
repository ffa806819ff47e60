package build

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

var updateLinked = flag.Bool("update-linked", false, "write testdata/linked.txt anew")

// Every cell is linked anew, with all that its imports import: a package more costs each of
// them a few milliseconds, some cost twenty. What they are stands in testdata/linked.txt,
// so that one more is noticed and weighed (docs/speed.md, "What a cell costs").
func TestLinked(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the list is Linux's")
	}
	realGo, err := gonb.Go(".")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, path := range []string{"fmt", varsPackage, gonb.Module + "/nnlab/nn", gonb.Module + "/datasets", gonb.Module + "/nnlab/viz"} {
		list := exec.Command(realGo, "list", "-deps", path)
		list.Env = append(gonb.GoEnviron(os.Environ()), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		paths := slices.DeleteFunc(strings.Fields(string(out)), func(p string) bool {
			return p == path || strings.Contains("/"+p, "/internal/") || strings.HasPrefix(p, "vendor/")
		})
		slices.Sort(paths)
		b.WriteString(path + "\n\t" + strings.Join(paths, "\n\t") + "\n")
	}
	file := filepath.Join("testdata", "linked.txt")
	if *updateLinked {
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	is, was := links(b.String()), links(string(data))
	for _, line := range is {
		if !slices.Contains(was, line) {
			t.Errorf("cells link more: %s; measure what it costs, and run this test with -update-linked", line)
		}
	}
	for _, line := range was {
		if !slices.Contains(is, line) {
			t.Errorf("cells link less: %s; run this test with -update-linked", line)
		}
	}
}

// links are the lines of a list, each with the package that links it.
func links(list string) (lines []string) {
	of := ""
	for line := range strings.Lines(list) {
		line = strings.TrimRight(line, "\n")
		if name, ok := strings.CutPrefix(line, "\t"); ok {
			lines = append(lines, of+" links "+name)
		} else {
			of = line
		}
	}
	return lines
}
