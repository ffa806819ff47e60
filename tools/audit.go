package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The programs that know where vulnerabilities are published. They are no part of the
// house: the newest is the best.
const (
	pipAudit    = "pip-audit"
	govulncheck = "golang.org/x/vuln/cmd/govulncheck@latest"
)

// auditFolder is where pip-audit lives.
const auditFolder = ".cache/audit"

// inImage are the pinned packages of Python in the classroom's images, and the programs
// of Go: the lab's, and those that its kernel is made of.
var (
	pythonInImage = []string{"docker/requirements/image.txt", "docker/requirements/hub.txt"}
	goInImage     = []string{"./kernel", "./nnlab/...", "./datasets/...", "github.com/janpfeifer/gonb", "golang.org/x/tools/cmd/goimports", "golang.org/x/tools/gopls"}
)

// audit looks the packages of the classroom's images up in the databases of known
// vulnerabilities, which are on the internet. It is an error where one is known, and
// where the databases could not be asked.
func audit(ctx context.Context) error {
	return errors.Join(auditPython(ctx, pythonInImage...), auditGo(ctx, goInImage...))
}

// auditPython asks PyPI of each package whether its version has a vulnerability.
func auditPython(ctx context.Context, files ...string) error {
	heading("Python")
	if err := makeVenv(ctx, auditFolder); err != nil {
		return err
	}
	bin := filepath.Join(auditFolder, "bin")
	if text, err := output(ctx, filepath.Join(bin, "python"), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--upgrade", pipAudit); err != nil {
		return fmt.Errorf("no package of Python was looked up: %s, which does it, could not be installed; that needs the internet: %w\n%s", pipAudit, err, lastLines(text, 3))
	}
	var found error
	for _, file := range files {
		report := filepath.Join(auditFolder, filepath.Base(file)+".json")
		os.Remove(report)
		text, err := output(ctx, filepath.Join(bin, pipAudit), "--requirement", file, "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json", "--output", report)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		data, readErr := os.ReadFile(report)
		if readErr != nil {
			return errors.Join(found, fmt.Errorf("the packages of %s were not looked up: %s could not ask pypi.org, which needs the internet: %w\n%s", file, pipAudit, errors.Join(err, readErr), lastLines(text, 3)))
		}
		said, err := judge(data)
		fmt.Printf("%s: %s\n", file, said)
		if errors.Is(err, errNobodyKnows) {
			return errors.Join(found, fmt.Errorf("%s: %w", file, err)) // nor the next
		}
		if err != nil {
			found = errors.Join(found, fmt.Errorf("%s: %w", file, err))
		}
	}
	return found
}

// errNobodyKnows is that of a mirror which has the packages and not what is known of them.
var errNobodyKnows = errors.New("no package was looked up: what answers as pypi.org here has no list of vulnerabilities; that needs the internet itself")

// judge reads what pip-audit wrote: it says a line for each package that has a known
// vulnerability or of which nothing could be told, and either is an error.
func judge(report []byte) (said string, err error) {
	var found struct {
		Dependencies []struct {
			Name, Version string
			Skipped       string `json:"skip_reason"`
			Vulns         []struct {
				ID       string
				Versions []string `json:"fix_versions"`
			}
		}
	}
	if err := json.Unmarshal(report, &found); err != nil {
		return "", fmt.Errorf("what %s wrote cannot be read: %w", pipAudit, err)
	}
	all, known, skipped := len(found.Dependencies), 0, 0
	var lines strings.Builder
	for _, d := range found.Dependencies {
		if d.Skipped != "" {
			skipped++
			fmt.Fprintf(&lines, "\n  %s: %s", d.Name, d.Skipped)
		}
		for _, v := range d.Vulns {
			known++
			fmt.Fprintf(&lines, "\n  %s %s: %s, mended in %s", d.Name, d.Version, v.ID, cmp.Or(strings.Join(v.Versions, ", "), "no version yet"))
		}
	}
	if skipped == all {
		return fmt.Sprintf("none of %d packages looked up", all), errNobodyKnows
	}
	said = fmt.Sprintf("%d of %d packages looked up, %d known vulnerabilities%s", all-skipped, all, known, lines.String())
	if known > 0 {
		err = errors.New("there are known vulnerabilities; make requirements raises the packages")
	}
	if skipped > 0 {
		err = errors.Join(err, fmt.Errorf("%d packages were not looked up", skipped))
	}
	return said, err
}

// auditGo asks Go's database of the packages, of all that they import, and of the Go
// here, which functions that they reach have a vulnerability.
func auditGo(ctx context.Context, packages ...string) error {
	heading("Go")
	// Built by itself: of `go run` the status of what runs cannot be told.
	bin, err := filepath.Abs(filepath.Join(auditFolder, "bin"))
	if err != nil {
		return err
	}
	install := command(ctx, "go", "install", govulncheck)
	install.Env = append(os.Environ(), "GOBIN="+bin)
	if text, err := outputOf(install); err != nil {
		return fmt.Errorf("no package of Go was looked up: govulncheck, which does it, could not be built; that needs the internet: %w\n%s", err, lastLines(text, 3))
	}
	text, err := output(ctx, filepath.Join(bin, "govulncheck"), packages...)
	const affected = 3 // its status where the packages reach one
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		fmt.Println(lastLines(text, 12))
		return nil
	case errors.As(err, &exit) && exit.ExitCode() == affected:
		fmt.Println(text)
		return errors.New("the packages of Go reach known vulnerabilities; raise them by go get, or Go itself by BASE of docker/Dockerfile")
	}
	return fmt.Errorf("no package of Go was looked up: govulncheck could not ask vuln.go.dev, which needs the internet: %w\n%s", err, lastLines(text, 3))
}
