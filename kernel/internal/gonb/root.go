// Package gonb makes the pinned GoNB and its tools from the module's go.mod and
// knows how to start it, so that cells compile fast and without the internet.
package gonb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Module is the path of the lab's Go module.
const Module = "github.com/nnlab-go/lab"

// Root returns the folder of the lab's checkout: $NNLAB_ROOT, the working
// directory or one above it, or where this program was compiled.
func Root() (string, error) {
	var candidates []string
	if r := os.Getenv("NNLAB_ROOT"); r != "" {
		candidates = append(candidates, r)
	}
	if wd, err := os.Getwd(); err == nil {
		for dir := wd; ; dir = filepath.Dir(dir) {
			candidates = append(candidates, dir)
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		candidates = append(candidates, filepath.Join(filepath.Dir(file), "..", "..", ".."))
	}
	for _, dir := range candidates {
		if isRoot(dir) {
			return filepath.Abs(dir)
		}
	}
	return "", errors.New("a pasta do laboratório (" + Module + ") não foi encontrada; vá até ela, ou ponha o caminho dela em NNLAB_ROOT")
}

func isRoot(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && strings.HasPrefix(string(data), fmt.Sprintf("module %s\n", Module))
}
