package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/nnlab-go/lab/kernel/internal/build"
)

// goShim stands in front of the Go tool, behind the script that leaves out GoNB's "go get"
// (gonb.Setting.Environ): what builds cells is the server's work, every other call the real
// tool's.
func goShim(args []string) int {
	if len(args) > 0 && args[0] == "build" || len(args) > 1 && args[0] == "test" && args[1] == "-c" {
		if status, ok := ask("go", args); ok {
			return status
		}
	}
	if asks(args) {
		return fetching(args)
	}
	return become(os.Getenv("NNLAB_GO"), args, os.Environ())
}

// goimportsShim stands in front of goimports.
func goimportsShim(args []string) int {
	status, ok := ask("goimports", args)
	if !ok {
		fmt.Fprintln(os.Stderr, "nnlab: o kernel terminou")
		return 1
	}
	return status
}

// ask has the kernel's server do a tool's work; false when there is no server.
func ask(tool string, args []string) (status int, ok bool) {
	socket := os.Getenv("NNLAB_BUILD")
	dir, err := os.Getwd()
	if socket == "" || err != nil {
		return 0, false
	}
	a, err := build.Ask(socket, build.Request{Tool: tool, Args: args, Dir: dir, Env: os.Environ()})
	if err != nil {
		return 0, false
	}
	fmt.Print(a.Output)
	return a.Status, true
}

// goplsShim stands in front of gopls, whose telemetry is a second process of
// 28 MB that outlives its kernel. It is switched off by a file in the user's
// configuration and nowhere else, so gopls gets a configuration of its own.
//
// A kernel of ours asks the gopls that all of them share; GoNB gets none.
func goplsShim(args []string) int {
	if os.Getenv("NNLAB_BUILD") != "" && len(args) > 0 && args[0] == "-listen" {
		return 0
	}
	config := filepath.Join(os.TempDir(), "config")
	telemetry := filepath.Join(config, "go", "telemetry")
	err := os.MkdirAll(telemetry, 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(telemetry, "mode"), []byte("off"), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "nnlab: o gopls não pôde ser iniciado:", err)
		return 1
	}
	return become(os.Getenv("NNLAB_GOPLS"), args, append(os.Environ(), "XDG_CONFIG_HOME="+config))
}

// become replaces this process by another program.
func become(program string, args, env []string) int {
	err := syscall.Exec(program, append([]string{program}, args...), env)
	fmt.Fprintf(os.Stderr, "nnlab: %q não pôde ser iniciado: %v\n", program, err)
	return 1
}
