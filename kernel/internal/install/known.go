package install

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// knownFile lists the folders of kernelspecs, a line each: a prefix may be
// anywhere.
func knownFile() (string, error) {
	cache, err := gonb.Cache()
	return filepath.Join(cache, "kernelspecs"), err
}

// Known lists the folders into which Kernelspec has written.
func Known() []string {
	file, err := knownFile()
	if err != nil {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' })
}

// remember adds a folder to those that are known.
func remember(dir string) error {
	file, err := knownFile()
	if err != nil {
		return err
	}
	known := Known()
	if slices.Contains(known, dir) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return whole.WriteFile(file, []byte(strings.Join(append(known, dir), "\n")+"\n"), 0o644)
}
