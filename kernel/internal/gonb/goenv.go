package gonb

import (
	"bufio"
	"cmp"
	"debug/buildinfo"
	"errors"
	"fmt"
	goversion "go/version"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Oldest is the oldest Go that makes the lab, as go.mod asks for.
const Oldest = "go1.26"

// theirs are Go's settings that stay the user's: where files lie, and by which
// ways modules come. Every other is the lab's own: one flag or one workspace of
// the user's would break what it builds.
var theirs = []string{"GOPATH", "GOCACHE", "GOMODCACHE", "GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH", "GOMAXPROCS"}

// folders are those of theirs that name folders, which Go takes for nothing but absolute
// paths.
var folders = []string{"GOPATH", "GOCACHE", "GOMODCACHE"}

// stays tells whether a setting is the user's own affair. A folder that Go would refuse is
// left to Go's own choice.
func (s UserSetting) stays() bool {
	if slices.Contains(folders, s.Name) {
		return !slices.ContainsFunc(filepath.SplitList(s.Value), func(dir string) bool { return !filepath.IsAbs(dir) })
	}
	return slices.Contains(theirs, s.Name)
}

// setting is the name of a setting of Go: of its tool, of its compilers, of the
// runtime. GOOGLE_API_KEY is none.
var setting = regexp.MustCompile(`^(GO[A-Z0-9]+|GO_EXTLINK_ENABLED|GCCGO|GCCGOTOOLDIR|CGO_[A-Z_]+)$`)

// GoEnviron is an environment for Go's tools in which nothing is set of Go but
// what is the user's own affair, whether it stands in the environment or in the
// file of go env -w.
func GoEnviron(environ []string) []string {
	values := userSettings(environ)
	env := slices.DeleteFunc(slices.Clone(environ), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return setting.MatchString(name)
	})
	for _, name := range theirs {
		if s, ok := values[name]; ok && s.stays() {
			env = append(env, name+"="+s.Value)
		}
	}
	return append(env, "GOENV=off", "GOWORK=off", "GOTOOLCHAIN=local", "GOFLAGS=-buildvcs=false", "CGO_ENABLED=0")
}

// UserSetting is a setting of Go that the user has made.
type UserSetting struct{ Name, Value, From string } // From is "" for the environment, else the file

// UserSettings lists the settings of Go in an environment and in the file of
// go env -w that the lab does not see.
func UserSettings(environ []string) (unseen []UserSetting) {
	for name, s := range userSettings(environ) {
		if !s.stays() && name != "GOENV" {
			unseen = append(unseen, s)
		}
	}
	slices.SortFunc(unseen, func(a, b UserSetting) int { return cmp.Compare(a.Name, b.Name) })
	return unseen
}

// userSettings reads Go's settings: those of the environment go before those of
// the file, and an empty one is none.
func userSettings(environ []string) map[string]UserSetting {
	values := map[string]UserSetting{}
	file := ""
	if config, err := os.UserConfigDir(); err == nil {
		file = filepath.Join(config, "go", "env")
	}
	for _, kv := range environ {
		if name, value, _ := strings.Cut(kv, "="); setting.MatchString(name) && value != "" {
			values[name] = UserSetting{name, value, ""}
		}
	}
	if s, ok := values["GOENV"]; ok {
		file = s.Value
	}
	f, err := os.Open(file)
	if err != nil {
		return values // there need not be one
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), "=") // as cmd/go reads it: no quotes, no spaces
		if _, known := values[name]; ok && !known && value != "" && setting.MatchString(name) {
			values[name] = UserSetting{name, value, file}
		}
	}
	return values
}

// ReadOnlyCache is Go's build cache in an environment where this user may not write to
// it, as to one that is installed for all; "" where he may, and where there is none.
func ReadOnlyCache(environ []string) string {
	dir := userSettings(environ)["GOCACHE"].Value
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "" // Go makes its folder, or says why it cannot
	}
	f, err := os.CreateTemp(dir, "nnlab-")
	if err != nil {
		return dir
	}
	f.Close()
	os.Remove(f.Name())
	return ""
}

// proxy is where modules come from when a student asks for one.
func proxy(environ []string) string {
	return cmp.Or(userSettings(environ)["GOPROXY"].Value, "https://proxy.golang.org,direct")
}

// Go finds the Go tool that builds the lab in root: the one in PATH, or the newer
// one that it has fetched for go.mod, as it did for go run.
func Go(root string) (string, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("o programa go não está em PATH; instale o Go de https://go.dev/dl")
	}
	if info, err := buildinfo.ReadFile(path); err == nil && goversion.Compare(info.GoVersion, Oldest) >= 0 {
		return path, nil
	}
	// A script, or a Go that is too old and may know a newer one.
	cmd := exec.Command(path, "env", "GOROOT", "GOVERSION")
	cmd.Dir, cmd.Env = root, append(GoEnviron(os.Environ()), "GOTOOLCHAIN=auto")
	out, err := cmd.CombinedOutput()
	goroot, version, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil || goversion.Compare(version, Oldest) < 0 {
		return "", fmt.Errorf("o laboratório precisa do Go %s ou mais novo; %s não é (%s); instale-o de https://go.dev/dl", strings.TrimPrefix(Oldest, "go"), path, strings.TrimSpace(string(out)))
	}
	return filepath.Join(goroot, "bin", "go"), nil
}
