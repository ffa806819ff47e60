package gonb

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Flags are Go's flags for cells: no symbol table to link, no look at git.
const Flags = "-ldflags=-s -buildvcs=false"

// Imports is what cells may import without the internet, besides the standard
// library; the module of each is there whole.
var Imports = []string{
	Module + "/datasets",
	Module + "/nnlab/arch",
	Module + "/nnlab/nn",
	Module + "/nnlab/notebook/result/picture",
	Module + "/nnlab/viz",
	"gonum.org/v1/gonum/floats",
	"gonum.org/v1/gonum/mat",
	"gonum.org/v1/gonum/stat",
}

// Prepare fetches the modules of all that cells import and compiles it as cells
// do: in a workspace, with the same flags, but with the network. Afterwards a
// cell needs none, and the first one finds its packages compiled. Where nothing
// is missing it takes half a second.
func Prepare(root string) error {
	dir, err := os.MkdirTemp("", "nnlab-prepare-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var program strings.Builder
	program.WriteString("package main\n\nimport (\n\t_ \"fmt\"\n")
	for _, path := range Imports {
		fmt.Fprintf(&program, "\t_ %q\n", path)
	}
	program.WriteString(")\n\nfunc main() {}\n")
	for name, text := range map[string]string{
		"go.mod":  "module prepare\n\ngo 1.26.0\n",
		"go.work": fmt.Sprintf("go 1.26.0\n\nuse (\n\t.\n\t%q\n)\n", root),
		"main.go": program.String(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return err
		}
	}
	began := time.Now()
	talk := time.AfterFunc(2*time.Second, func() {
		fmt.Fprint(os.Stderr, "nnlab: fetching and compiling what cells import, once, about 60 s …")
	})
	cmd := exec.Command("go", "build", "-o", os.DevNull, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS="+Flags, "CGO_ENABLED=0", "GOWORK=")
	out, err := cmd.CombinedOutput()
	if !talk.Stop() {
		fmt.Fprintf(os.Stderr, " %.0f s\n", time.Since(began).Seconds())
	}
	if err != nil {
		return fmt.Errorf("compiling what cells import: %w\n%s", err, out)
	}
	return nil
}
