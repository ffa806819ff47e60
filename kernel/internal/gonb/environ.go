package gonb

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend/remote"
	"github.com/nnlab-go/lab/nnlab/vars"
)

// Setting is all that a kernel is started with.
type Setting struct {
	Root      string // the checkout
	Tools     string // the folder of the tools
	Tmp       string // the kernel's private TMPDIR
	Notebook  string // the file of the notebook, where that is known
	State     string // where nn.Keep keeps the notebook's models
	Program   string // this program
	ECharts   bool   // ECharts lies beside the kernelspec
	Marker    string // an entry that all the kernel's processes inherit
	NoGopls   bool   // nothing will be completed: start no language server
	Build     string // the socket of the server that makes programs; "" leaves them to the Go tool
	Result    string // the file to which a cell writes the value of its last expression
	Moves     string // the pipe through which a cell hears of its controls; "" where none is moved
	Marks     string // the file that is there while cells mark where displays are; "" where nobody looks
	GPU       string // the socket at which cells ask for a GPU; "" where there is none
	Variables string // the folder of the notebook's variables; "" where they end with their cell
	Dir       string // the folder in which cells run; "": this process's
	Offline   bool   // no module comes from the network, whatever a cell asks for
	Jail      string // by which means the kernel is kept in jail; "" where it is not
	// CacheProg is the program by which Go reads a build cache that it may not write
	// to (GOCACHEPROG); "" where it may.
	CacheProg string
	Memory    int64 // the most bytes that each process may take; 0: no limit
}

// Environ is the environment of GoNB and of all that it starts.
//
// The flags that make a cell fast: no symbol tables to link, no cgo, no look-up
// of modules anywhere but in the checkout and the module cache, and a program
// "go" in front of the real one, see goScript. Go's settings are the lab's, see
// GoEnviron.
func (s Setting) Environ() ([]string, error) {
	realGo, err := Go(s.Root)
	if err != nil {
		return nil, err
	}
	modules := proxy(os.Environ())
	if s.Offline {
		modules = "off"
	}
	bin := filepath.Join(s.Tmp, "bin")
	ours := filepath.Join(bin, "nnlab", "go") // as this program is called from there
	if err := os.MkdirAll(filepath.Dir(ours), 0o755); err != nil {
		return nil, err
	}
	if err := os.Symlink(s.Program, ours); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(fmt.Sprintf(goScript, strings.ReplaceAll(ours, "'", `'\''`))), 0o755); err != nil {
		return nil, err
	}
	links := map[string]string{"gonb": filepath.Join(s.Tools, "gonb"), "goimports": filepath.Join(s.Tools, "goimports")}
	if s.Build != "" {
		links["goimports"] = s.Program
	}
	path := os.Getenv("PATH")
	if s.NoGopls {
		path = without(path, "gopls")
	} else {
		links["gopls"] = s.Program
	}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(bin, name)); err != nil {
			return nil, err
		}
	}
	echarts := "0"
	if s.ECharts {
		echarts = "1"
	}
	set := map[string]string{
		"PATH":          bin + string(os.PathListSeparator) + path,
		"TMPDIR":        s.Tmp,
		"GOPROXY":       "off",
		"GOFLAGS":       Flags,
		"GOTOOLCHAIN":   "local",
		"GOWORK":        "",
		"CGO_ENABLED":   "0",
		"NNLAB_GO":      realGo,
		ProxyName:       modules,
		"NNLAB_GOPLS":   filepath.Join(s.Tools, "gopls"),
		"NNLAB_BUILD":   s.Build,
		"NNLAB_RESULT":  s.Result,
		"NNLAB_MOVES":   s.Moves,
		"NNLAB_MARKS":   s.Marks,
		remote.Name:     s.GPU,
		vars.FolderName: s.Variables,
		vars.QuotaName:  strconv.Itoa(quota),
		"NNLAB_ROOT":    s.Root,
		"NNLAB_STATE":   s.State,
		"NNLAB_KERNEL":  s.Program,
		"NNLAB_ECHARTS": echarts,
		MarkerName:      s.Marker,
	}
	if s.Jail != "" { // where there is no GPU, whatever the notebook's author has
		set["NNLAB_BACKEND"] = "cpu"
	}
	if s.CacheProg != "" {
		set["GOCACHEPROG"] = s.CacheProg
	}
	if s.Memory > 0 { // the collector works harder before the limit is reached
		set["GOMEMLIMIT"] = strconv.FormatInt(s.Memory/10*9, 10)
	}
	env := slices.DeleteFunc(GoEnviron(os.Environ()), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		_, ok := set[name]
		return ok
	})
	for name, value := range set {
		env = append(env, name+"="+value)
	}
	return env, nil
}

// goScript is the program "go" of cells. GoNB runs "go get" before each of them, which looks
// for modules that the workspace has already: that does nothing, and nothing is started
// for it, which would take a twentieth of the time of a cell that prints.
const goScript = "#!/bin/sh\ncase \"$*\" in get | \"get -t\") exit 0 ;; esac\nexec '%s' \"$@\"\n"

// ProxyName is the environment variable with the user's GOPROXY, for the calls of
// the Go tool that a student makes; those of GoNB look for modules nowhere.
const ProxyName = "NNLAB_GOPROXY"

// quota is how many bytes a cell may add to the notebook's variables.
const quota = 8 << 30

// MarkerName is the environment variable that names the kernel a process
// belongs to.
const MarkerName = "NNLAB_KERNEL_ID"

// without leaves out the folders of a PATH that hold a program.
func without(path, program string) string {
	return strings.Join(slices.DeleteFunc(filepath.SplitList(path), func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, program))
		return err == nil
	}), string(os.PathListSeparator))
}

// StateOf is the folder in which the models of a notebook are kept: a readable
// name and a hash of the whole path, in the user's state directory.
func StateOf(notebook string) (string, error) {
	base := os.Getenv("XDG_STATE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New("não se sabe em que pasta ficam os modelos guardados; defina HOME, ou XDG_STATE_HOME=/uma/pasta")
		}
		base = filepath.Join(home, ".local", "state")
	}
	name := strings.TrimSuffix(filepath.Base(notebook), ".ipynb")
	name = strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, name)
	sum := sha256.Sum256([]byte(notebook))
	return filepath.Join(base, "nnlab", fmt.Sprintf("%s-%x", name, sum[:6])), nil
}

// Notebook is the path of the notebook that Jupyter starts a kernel for: the
// server puts it in JPY_SESSION_NAME. Without it, the working directory stands
// for it.
func Notebook() (string, error) {
	name := os.Getenv("JPY_SESSION_NAME")
	wd, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if name == "" {
		return wd, nil
	}
	// The server gives a path below its root or an absolute one, by version; a
	// kernel runs in the notebook's folder.
	return filepath.Join(wd, filepath.Base(name)), nil
}
