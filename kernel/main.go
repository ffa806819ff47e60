// Command nnlab-kernel is the lab's Jupyter kernel: it installs itself, runs
// under a front end, runs notebooks without one, and says what is missing.
//
//	go run ./kernel exec notebooks/exemplo1-mlp.ipynb
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nnlab-go/lab/kernel/internal/complete"
	"github.com/nnlab-go/lab/kernel/internal/confine"
	"github.com/nnlab-go/lab/kernel/internal/gocache"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/jail"
	"github.com/nnlab-go/lab/kernel/internal/supervise"
)

const usage = `nnlab-kernel runs the lab's notebooks.

  exec NOTEBOOK… [-o OUT] [--html OUT] [-p name=value]… [-j N] [-timeout D]
            run notebooks from the first cell to the last; needs no Python
  check CHECKS.toml NOTEBOOK… [-j N] [-timeout D] [-memory SIZE] [-json FILE] [-o DIR]
        [-sandbox MEANS | -unsafe]
            run students' notebooks anew and grade them; see docs/check.md
  install [--prefix DIR]
            make the kernel "nnlab (Go)" known to Jupyter
  run [--plain] [--any-address] [--memory SIZE] [--verbose] CONNECTION_FILE
            be the kernel of a front end; Jupyter calls this
  fetch NAME
            download a data set that is not in the repository
  doctor    say what is missing on this machine and how to mend it
`

// command is a subcommand: it returns the exit status.
type command func(args []string) (int, error)

func main() {
	// In a kernel's PATH this program stands in front of three others.
	switch filepath.Base(os.Args[0]) {
	case "go":
		os.Exit(goShim(os.Args[1:]))
	case "goimports":
		os.Exit(goimportsShim(os.Args[1:]))
	case "gopls":
		os.Exit(goplsShim(os.Args[1:]))
	}
	commands := map[string]command{"exec": execNotebooks, "check": checkNotebooks, "install": installKernel, "run": runKernel, "doctor": runDoctor,
		"fetch":                fetchData,
		supervise.WatchCommand: keepWatch, complete.Command: serveCompletions,
		jail.Command: goToJail, confine.Command: serveConfined, gocache.Command: serveCache}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	status, err := commands[os.Args[1]](os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "nnlab:", err)
	}
	os.Exit(status)
}

// keepWatch is the watchdog of a kernel: see package supervise.
func keepWatch(args []string) (int, error) {
	if len(args) < 3 {
		return 2, errors.New("expected a marker, a folder and a program")
	}
	if err := supervise.Watch(args[0], args[1], args[2:]); err != nil {
		return 1, err
	}
	return 0, nil
}

// goToJail becomes a program in jail: see package jail.
func goToJail(args []string) (int, error) {
	if len(args) == 0 { // which is how it is tried whether a jail works
		return 0, nil
	}
	if err := jail.Enter(args); err != nil {
		return 1, err
	}
	return 0, nil // who watched has seen the end
}

// serveConfined is a kernel in jail: see package confine.
func serveConfined(args []string) (int, error) {
	if err := confine.Serve(args); err != nil {
		return 1, err
	}
	return 0, nil
}

// serveCache is a cache of the Go tool: see package gocache.
func serveCache(args []string) (int, error) {
	if len(args) != 2 {
		return 2, errors.New("expected two caches")
	}
	if err := gocache.Serve(args[0], args[1], os.Stdin, os.Stdout); err != nil {
		return 1, err
	}
	return 0, nil
}

// serveCompletions is the user's server of completions: see package complete.
func serveCompletions(args []string) (int, error) {
	if len(args) != 3 {
		return 2, errors.New("expected a folder, the checkout and gopls")
	}
	if err := complete.Serve(args[0], args[1], args[2], complete.Idle()); err != nil {
		return 1, err
	}
	return 0, nil
}

// setting finds the checkout, builds the tools that are missing, and returns
// what a kernel is started with.
func setting(tools ...gonb.Tool) (gonb.Setting, error) {
	said, err := gonb.MendTemp()
	if err != nil {
		return gonb.Setting{}, err
	}
	if said != "" {
		fmt.Fprintln(os.Stderr, "nnlab:", said)
	}
	root, err := gonb.Root()
	if err != nil {
		return gonb.Setting{}, err
	}
	dir, err := gonb.Build(root, tools...)
	if err != nil {
		return gonb.Setting{}, err
	}
	program, err := os.Executable()
	if err != nil {
		return gonb.Setting{}, err
	}
	return gonb.Setting{Root: root, Tools: dir, Program: program}, nil
}
