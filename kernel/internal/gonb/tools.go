package gonb

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/private"
)

// Tool is a program that go.mod pins.
type Tool struct {
	Name, Package string
	// Seconds is about how long its first build takes on two cores.
	Seconds int
}

// The tools of a kernel: GoNB compiles and runs the cells, goimports completes
// their imports, gopls the student's typing.
var (
	GoNB      = Tool{"gonb", "github.com/janpfeifer/gonb", 25}
	GoImports = Tool{"goimports", "golang.org/x/tools/cmd/goimports", 10}
	Gopls     = Tool{"gopls", "golang.org/x/tools/gopls", 60}
)

// Cache is the folder in which the lab keeps what can be made again:
// $NNLAB_CACHE, or nnlab in the user's cache.
func Cache() (string, error) {
	if dir := os.Getenv("NNLAB_CACHE"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", errors.New("não se sabe em que pasta o laboratório guarda o que compila; defina HOME, ou NNLAB_CACHE=/uma/pasta")
	}
	return filepath.Join(dir, "nnlab"), nil
}

// ToolsName is the environment variable that names a folder with the tools, all of
// them: where one copy is installed for all users, as in the classroom's image.
const ToolsName = "NNLAB_TOOLS"

// ToolsDir is the folder of the tools of this go.mod and this Go.
func ToolsDir(root string) (string, error) {
	if dir := os.Getenv(ToolsName); dir != "" {
		return dir, nil
	}
	cache, err := Cache()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return "", err
		}
		h.Write(data)
	}
	fmt.Fprint(h, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return filepath.Join(cache, "tools", fmt.Sprintf("%x", h.Sum(nil)[:8])), nil
}

// Built tells whether a tool is there.
func Built(dir string, t Tool) bool {
	_, err := os.Stat(filepath.Join(dir, t.Name))
	return err == nil
}

// Build makes the tools that are not there yet and returns their folder. It
// says on standard error what it is doing. Two processes may build at once: each
// tool is put in its place whole.
func Build(root string, tools ...Tool) (string, error) {
	dir, err := ToolsDir(root)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if err := private.Programs(dir); err != nil {
		return "", err
	}
	tools = slices.DeleteFunc(slices.Clone(tools), func(t Tool) bool { return Built(dir, t) })
	if len(tools) == 0 {
		return dir, nil
	}
	realGo, err := Go(root)
	if err != nil {
		return "", err
	}
	for _, t := range tools {
		began := time.Now()
		fmt.Fprintf(os.Stderr, "nnlab: compilando %s, uma só vez, cerca de %d s …", t.Name, t.Seconds)
		tmp := filepath.Join(dir, fmt.Sprintf(".%s.%d", t.Name, os.Getpid()))
		cmd := exec.Command(realGo, "build", "-trimpath", "-ldflags=-s -w", "-o", tmp, t.Package)
		cmd.Dir, cmd.Env = root, GoEnviron(os.Environ())
		if out, err := cmd.CombinedOutput(); err != nil {
			os.Remove(tmp)
			return "", fmt.Errorf("go build %s: %w\n%s", t.Package, err, out)
		}
		if err := os.Rename(tmp, filepath.Join(dir, t.Name)); err != nil {
			return "", err
		}
		fmt.Fprintf(os.Stderr, " %.0f s\n", time.Since(began).Seconds())
	}
	return dir, nil
}
