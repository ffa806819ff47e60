package doctor

import (
	"errors"
	"fmt"
	goversion "go/version"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// reason is why a program could not tell its version, in its own words where it
// has some.
func reason(err error) string {
	if errors.Is(err, exec.ErrNotFound) {
		return "not found"
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return strings.TrimSpace(string(exit.Stderr))
	}
	return err.Error()
}

// goVersion looks at the Go in PATH as the lab calls it, without the user's
// settings.
func goVersion() Finding {
	f := Finding{What: "Go", Mend: "install Go " + strings.TrimPrefix(gonb.Oldest, "go") + " or newer: https://go.dev/dl"}
	path, err := exec.LookPath("go")
	if err != nil {
		f.State = reason(err)
		return f
	}
	cmd := exec.Command(path, "version")
	cmd.Env = gonb.GoEnviron(os.Environ())
	out, err := cmd.Output()
	if err != nil {
		f.State = path + ": " + reason(err)
		return f
	}
	f.State = strings.TrimSpace(string(out)) + " (" + path + ")"
	words := strings.Fields(f.State)
	f.OK = len(words) > 2 && goversion.Compare(words[2], gonb.Oldest) >= 0
	if !f.OK {
		f.State += ", which is too old"
	}
	return f
}

// goSettings names the user's settings of Go. The lab sees none of them, other
// programs do, "go run ./kernel" among them.
func goSettings() Finding {
	f := Finding{What: "Go's settings", OK: true, Optional: true, State: "none that could matter"}
	var states, mends []string
	for _, s := range gonb.UserSettings(os.Environ()) {
		state, mend := s.Name+"="+s.Value, "unset "+s.Name
		if s.From != "" {
			state, mend = state+" in "+s.From, "go env -u "+s.Name
		}
		if s.Name == "GOROOT" && breaks(s) {
			state += ", where no Go is"
		}
		states = append(states, state)
		if breaks(s) {
			mends = append(mends, mend)
		}
	}
	if states != nil {
		f.State = strings.Join(states, "; ") + ": the kernel does not see them"
	}
	if mends != nil {
		f.OK = false
		f.State += ", but go run ./kernel does"
		f.Mend = strings.Join(mends, "; ")
	}
	return f
}

// breaks tells whether a setting keeps "go run ./kernel" from working.
func breaks(s gonb.UserSetting) bool {
	switch s.Name {
	case "GO111MODULE":
		return s.Value == "off"
	case "GOWORK":
		return s.Value != "off"
	case "GOROOT":
		_, err := os.Stat(filepath.Join(s.Value, "src", "runtime"))
		return err != nil
	case "GOFLAGS":
		return strings.Contains(s.Value, "-mod=")
	case "GOTOOLCHAIN":
		return s.Value != "local" && s.Value != "auto"
	case "GOOS", "GOARCH", "GOEXPERIMENT", "GOPATH", "GOCACHE", "GOMODCACHE": // the last three are seen here where Go refuses them
		return true
	}
	return false
}

// temporary looks at the folder in which kernels live.
func temporary() Finding {
	dir := os.TempDir()
	f := Finding{What: "temporary folder", OK: true, State: dir, Optional: true, Mend: "export TMPDIR=/tmp, or another folder with a short path in which programs may run"}
	if err := gonb.TempProblem(dir); err != nil {
		f.OK, f.State = false, fmt.Sprintf("%s %v", dir, err)
		said, err := gonb.MendTemp()
		if f.Optional = err == nil; f.Optional {
			f.State = said
		}
	}
	return f
}
