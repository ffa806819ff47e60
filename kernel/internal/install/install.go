// Package install makes the kernel known to Jupyter.
package install

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/nnlab-go/lab/internal/whole"
)

//go:embed logo/logo-32x32.png logo/logo-64x64.png logo/logo-svg.svg
var logos embed.FS

// Spec is a kernelspec (kernel.json).
type Spec struct {
	Argv          []string          `json:"argv"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	InterruptMode string            `json:"interrupt_mode"`
	Env           map[string]string `json:"env"`
	Metadata      map[string]any    `json:"metadata"`
}

// Name and DisplayName are those of the kernel.
const (
	Name        = "nnlab"
	DisplayName = "nnlab (Go)"
)

// Kernelspec writes the folder of the kernelspec below prefix (a virtual
// environment, /usr/local), or in the user's Jupyter folder when prefix is "",
// with a copy of program in it, and returns the folder.
func Kernelspec(prefix, program, root string) (string, error) {
	dir, err := Folder(prefix)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	binary, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	installed := filepath.Join(dir, "nnlab-kernel")
	if err := whole.WriteFile(installed, binary, 0o755); err != nil {
		return "", err
	}
	if err := WriteSpec(dir, []string{installed, "run", "{connection_file}"}, map[string]string{"NNLAB_ROOT": root, "NNLAB_KERNELSPEC": dir}); err != nil {
		return "", err
	}
	return dir, remember(dir)
}

// WriteSpec writes kernel.json and the kernel's logos into a folder: argv is how the
// kernel is started, env what is added to its environment.
func WriteSpec(dir string, argv []string, env map[string]string) error {
	spec, err := json.MarshalIndent(Spec{
		Argv: argv, DisplayName: DisplayName, Language: "go", InterruptMode: "message",
		Env: env, Metadata: map[string]any{"debugger": false},
	}, "", " ")
	if err != nil {
		return err
	}
	if err := whole.WriteFile(filepath.Join(dir, "kernel.json"), spec, 0o644); err != nil {
		return err
	}
	return fs.WalkDir(logos, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := logos.ReadFile(path)
		if err != nil {
			return err
		}
		return whole.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o644)
	})
}

// Folder is where the kernelspec stands: below the prefix, or where Jupyter
// looks for a user's own kernels.
func Folder(prefix string) (string, error) {
	if prefix != "" {
		abs, err := filepath.Abs(prefix)
		return filepath.Join(abs, "share", "jupyter", "kernels", Name), err
	}
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return filepath.Join(dir, "kernels", Name), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("finding the user's Jupyter folder: %w", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Jupyter", "kernels", Name), nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); data != "" {
		return filepath.Join(data, "jupyter", "kernels", Name), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter", "kernels", Name), nil
}
