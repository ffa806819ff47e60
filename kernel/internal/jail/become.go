//go:build unix

package jail

import (
	"fmt"
	"os"
	"syscall"
)

// become replaces this process by a program in a folder.
func become(dir string, program []string) error {
	if err := os.Chdir(dir); err != nil {
		return err
	}
	return fmt.Errorf("starting %s: %w", program[0], syscall.Exec(program[0], program, os.Environ()))
}
