package gonb

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Flags are Go's flags for cells: no symbol table to link, nothing for a debugger, whose
// symbols the linker would read in each package and leave out, and no look at git.
const Flags = "-ldflags=-s -gcflags=all=-dwarf=false -buildvcs=false"

// Imports is what cells may import without the internet, besides the standard
// library; the module of each is there whole.
var Imports = []string{
	Module + "/datasets",
	Module + "/nnlab/arch",
	Module + "/nnlab/nn",
	Module + "/nnlab/notebook/result/picture",
	Module + "/nnlab/vars",
	Module + "/nnlab/viz",
	"gonum.org/v1/gonum/floats",
	"gonum.org/v1/gonum/mat",
	"gonum.org/v1/gonum/stat",
}

// Seldom is what few cells import, and what `nnlab-kernel check` has them import: it is there
// without the internet, too, but no kernel looks at it before a cell asks.
var Seldom = []string{Module + "/nnlab/backend/cpu", Module + "/nnlab/backend/cuda", Module + "/nnlab/grade", Module + "/nnlab/matrix", Module + "/nnlab/onnx"}

// Modules are the modules of Imports.
var Modules = []string{Module, "gonum.org/v1/gonum"}

// Standard is what cells use of the standard library.
var Standard = []string{"bufio", "bytes", "errors", "flag", "fmt", "image", "math", "os", "slices", "sort", "strconv", "strings", "time"}

// ModulesName is the environment variable that names a folder with the modules of all
// that cells import, as a proxy of modules has them: the lab was installed as a package
// (kernel/wheel) where nobody has called Prepare.
const ModulesName = "NNLAB_MODULES"

// ModulesEnviron is the environment in which the Go tool takes modules from the folder of
// [ModulesName]; nothing where there is none.
func ModulesEnviron() []string {
	dir := os.Getenv(ModulesName)
	if dir == "" {
		return nil
	}
	files := url.URL{Scheme: "file", Path: filepath.ToSlash(dir)}
	return []string{"GOPROXY=" + files.String(), "GONOPROXY=", "GOPRIVATE=", "GOSUMDB=off"} // their sums stand in go.sum
}

// Prepare fetches the modules of all that cells import and compiles it as cells
// do: in a workspace, with the same flags, but with the network, unless the modules
// are there (see [ModulesName]). Afterwards a cell needs none, and the first one finds
// its packages compiled. Where nothing is missing it takes half a second. The end of
// the context and a signal that ends programs end it, and nothing is left behind.
func Prepare(ctx context.Context, s Setting) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	dir, err := os.MkdirTemp("", "nnlab-prepare-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var program strings.Builder
	program.WriteString("package main\n\nimport (\n")
	for _, path := range slices.Concat(Standard, Imports, Seldom) {
		fmt.Fprintf(&program, "\t_ %q\n", path)
	}
	program.WriteString(")\n\nfunc main() {}\n")
	for name, text := range map[string]string{
		"go.mod":  "module prepare\n\ngo 1.26.0\n",
		"go.work": fmt.Sprintf("go 1.26.0\n\nuse (\n\t.\n\t%q\n)\n", s.Root),
		"main.go": program.String(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return err
		}
	}
	began := time.Now()
	talk := time.AfterFunc(2*time.Second, func() {
		fmt.Fprint(os.Stderr, "nnlab: baixando e compilando o que as células importam, uma só vez, cerca de 60 s …")
	})
	realGo, err := Go(s.Root)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, realGo, "build", "-o", os.DevNull, ".")
	cmd.Dir = dir
	cmd.Env = append(GoEnviron(os.Environ()), "GOFLAGS="+Flags, "CGO_ENABLED=0", "GOWORK=", "GOTMPDIR="+dir)
	if s.CacheProg != "" {
		cmd.Env = append(cmd.Env, "GOCACHEPROG="+s.CacheProg)
	}
	cmd.Env = append(cmd.Env, ModulesEnviron()...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // and its compilers end with it
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if !talk.Stop() {
		fmt.Fprintf(os.Stderr, " %.0f s\n", time.Since(began).Seconds())
	}
	if ctx.Err() != nil {
		return errors.New("interrompido enquanto compilava o que as células importam; a próxima vez continua daqui")
	}
	if err != nil {
		return fmt.Errorf("compilar o que as células importam: %w\n%s", err, out)
	}
	return nil
}
