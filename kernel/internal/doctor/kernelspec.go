package doctor

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/install"
)

// kernelspecs looks for the kernel: where install has put it, in the checkout's
// environment, in the active one, where JUPYTER_PATH says, in the user's folder
// and in the system's. It returns the first folder in which it is whole.
func kernelspecs(root string) (f Finding, folder string) {
	f = Finding{What: "kernel " + install.DisplayName, State: "not installed", Mend: reinstall()}
	if !packaged() {
		f.Mend += "   (or: make lab)"
	}
	var folders []string
	add := func(dir string) {
		if !slices.Contains(folders, dir) {
			folders = append(folders, dir)
		}
	}
	for _, prefix := range []string{filepath.Join(root, ".venv"), os.Getenv("VIRTUAL_ENV"), os.Getenv("CONDA_PREFIX"), "/usr/local", "/usr"} {
		if dir, err := install.Folder(prefix); prefix != "" && err == nil {
			add(dir)
		}
	}
	if dir, err := install.Folder(""); err == nil {
		add(dir)
	}
	for _, path := range filepath.SplitList(os.Getenv("JUPYTER_PATH")) {
		add(filepath.Join(path, "kernels", install.Name))
	}
	if dir := os.Getenv("NNLAB_KERNELSPEC"); dir != "" {
		add(dir)
	}
	for _, dir := range install.Known() {
		add(dir)
	}
	var states []string
	for _, dir := range folders {
		switch problem, there := broken(dir, root); {
		case !there:
		case problem == "":
			states = append(states, dir)
			if f.OK = true; folder == "" {
				folder = dir
			}
		default:
			states = append(states, dir+" ("+problem+")")
		}
	}
	if states != nil {
		f.State = strings.Join(states, ", ")
	}
	return f, folder
}

// broken tells whether a kernelspec is there, and what is wrong with it.
func broken(dir, root string) (problem string, there bool) {
	data, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err != nil {
		return "", false
	}
	var spec install.Spec
	if err := json.Unmarshal(data, &spec); err != nil || len(spec.Argv) == 0 {
		return "its kernel.json cannot be read", true
	}
	// That of a package (kernel/wheel) has Jupyter find its Python and its folder.
	if _, err := os.Stat(spec.Argv[0]); err != nil && filepath.IsAbs(spec.Argv[0]) {
		return "its program " + spec.Argv[0] + " is gone", true
	}
	if at := spec.Env["NNLAB_ROOT"]; at != "" && at != root {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err != nil {
			return "its checkout " + at + " is gone", true
		}
	}
	return "", true
}
