// Package doctor looks whether a machine has what the lab needs.
package doctor

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/complete"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/install"
)

// Finding is one thing that was looked at.
type Finding struct {
	What     string
	State    string // what was found
	OK       bool
	Optional bool   // the lab works without it
	Mend     string // the command that mends it
}

// Examine looks at everything.
func Examine(root string) []Finding {
	findings := []Finding{
		goVersion(),
		goSettings(),
		temporary(),
	}
	if !packaged() { // where nothing asks for it; on a Mac the question alone opens a window
		findings = append(findings, git())
	}
	findings = append(findings, tools(root), completion(root))
	spec, found := kernelspecs(root)
	findings = append(findings, spec)
	if found != "" {
		findings = append(findings, Finding{What: "interactive figures", OK: install.HasECharts(found), Optional: true,
			State: stateOf(install.HasECharts(found), filepath.Join(found, install.EChartsFile)),
			Mend:  reinstall()})
	}
	return append(findings, data(root),
		version("Python", "python3", "--version", "install Python 3.10 or newer, for JupyterLab"),
		jupyter(root))
}

// Report prints the findings, a line each, and tells whether all that is needed
// is there: only that is called missing.
func Report(w io.Writer, findings []Finding) bool {
	healthy := true
	for _, f := range findings {
		mark := "ok     "
		if !f.OK {
			mark = "without"
			if !f.Optional {
				mark, healthy = "missing", false
			}
		}
		fmt.Fprintf(w, "%s  %s: %s\n", mark, f.What, plain.Text(f.State))
		if !f.OK {
			fmt.Fprintf(w, "         → %s\n", plain.Text(f.Mend))
		}
	}
	return healthy
}

// version asks a program, without which the lab works, for its version.
func version(what, program, argument, mend string) Finding {
	f := Finding{What: what, Optional: true, Mend: mend}
	out, err := exec.Command(program, argument).Output()
	if err != nil {
		f.State = reason(err)
		return f
	}
	f.State, f.OK = strings.TrimSpace(string(out)), true
	return f
}

func git() Finding {
	f := version("git", "git", "--version", "install git with the system's package manager")
	if !f.OK {
		f.State += "; notebooks run without it, but the lab's newer versions and a cell's packages that no proxy has come by git"
	}
	return f
}

func tools(root string) Finding {
	f := Finding{What: "GoNB, goimports, gopls", Mend: reinstall()}
	dir, err := gonb.ToolsDir(root)
	if err != nil {
		f.State = err.Error()
		return f
	}
	var missing []string
	for _, t := range []gonb.Tool{gonb.GoNB, gonb.GoImports, gonb.Gopls} {
		if !gonb.Built(dir, t) {
			missing = append(missing, t.Name)
		}
	}
	if f.OK = missing == nil; f.OK {
		f.State = "built in " + dir
	} else {
		f.State = strings.Join(missing, ", ") + " not built yet"
	}
	return f
}

// completion tells whether a gopls runs now for this user's kernels; none need.
func completion(root string) Finding {
	f := Finding{What: "completion", State: "gopls is missing: only what packages export is completed", Optional: true, Mend: reinstall()}
	dir, err := gonb.ToolsDir(root)
	if err != nil || !gonb.Built(dir, gonb.Gopls) {
		return f
	}
	if err := complete.Taken(root, dir); err != nil {
		f.State, f.Mend = "only what packages export is completed: "+err.Error(), "set XDG_RUNTIME_DIR to a folder of your own"
		return f
	}
	f.OK, f.State = true, "gopls is there and starts when it is needed"
	if complete.Running(root, dir) {
		f.State = "gopls is there and runs"
	}
	return f
}

func data(root string) Finding {
	f := Finding{What: "MNIST", Mend: "copy the folder datasets/mnist of the lab's repository here again"}
	if packaged() {
		f.Mend = reinstall()
	} else if _, err := os.Stat(filepath.Join(root, ".git")); err == nil && git().OK {
		f.Mend = "git checkout -- datasets/mnist"
	}
	dir := filepath.Join(root, "datasets", "mnist")
	files, err := filepath.Glob(filepath.Join(dir, "*.gz"))
	f.OK = err == nil && len(files) == 4
	f.State = stateOf(f.OK, dir)
	return f
}

func jupyter(root string) Finding {
	f := Finding{What: "JupyterLab", Optional: true, State: "not found", Mend: "make lab"}
	if packaged() {
		f.Mend = "pip install jupyterlab"
	}
	name := "jupyter-lab"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	for _, path := range []string{filepath.Join(root, ".venv", "bin", name), name} {
		if out, err := exec.Command(path, "--version").Output(); err == nil {
			f.State, f.OK = strings.TrimSpace(string(out))+" ("+path+")", true
			return f
		}
	}
	return f
}

// reinstall is the command that brings back what the lab was installed with.
func reinstall() string {
	if packaged() {
		return "pip install --force-reinstall nnlab-*.whl"
	}
	return "go run ./kernel install"
}

// packaged tells whether the lab was installed by pip.
func packaged() bool { return os.Getenv(gonb.ModulesName) != "" }

func stateOf(ok bool, path string) string {
	if ok {
		return path
	}
	return path + " is not there"
}
