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
		version("git", "git", "--version", true, "install git with the system's package manager"),
		tools(root),
		completion(root),
	}
	spec, found := kernelspecs(root)
	findings = append(findings, spec)
	if found != "" {
		findings = append(findings, Finding{What: "interactive figures", OK: install.HasECharts(found), Optional: true,
			State: stateOf(install.HasECharts(found), filepath.Join(found, install.EChartsFile)),
			Mend:  "go run ./kernel install"})
	}
	return append(findings, data(root),
		version("Python", "python3", "--version", true, "install Python 3.10 or newer, for JupyterLab"),
		jupyter(root))
}

// Report prints the findings, a line each, and tells whether all that is needed
// is there.
func Report(w io.Writer, findings []Finding) bool {
	healthy := true
	for _, f := range findings {
		mark := "ok     "
		if !f.OK {
			mark = "missing"
			if !f.Optional {
				healthy = false
			}
		}
		fmt.Fprintf(w, "%s  %s: %s\n", mark, f.What, plain.Text(f.State))
		if !f.OK {
			fmt.Fprintf(w, "         → %s\n", plain.Text(f.Mend))
		}
	}
	return healthy
}

func version(what, program, argument string, optional bool, mend string) Finding {
	f := Finding{What: what, Optional: optional, Mend: mend}
	out, err := exec.Command(program, argument).Output()
	if err != nil {
		f.State = reason(err)
		return f
	}
	f.State, f.OK = strings.TrimSpace(string(out)), true
	return f
}

func tools(root string) Finding {
	f := Finding{What: "GoNB, goimports, gopls", Mend: "go run ./kernel install"}
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
	f := Finding{What: "completion", State: "gopls is missing: only what packages export is completed", Optional: true, Mend: "go run ./kernel install"}
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
	f := Finding{What: "MNIST", Mend: "git checkout -- datasets/mnist"}
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

// packaged tells whether the lab was installed by pip.
func packaged() bool { return os.Getenv(gonb.ModulesName) != "" }

func stateOf(ok bool, path string) string {
	if ok {
		return path
	}
	return path + " is not there"
}
