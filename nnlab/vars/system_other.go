//go:build !unix

package vars

import (
	"os"

	"github.com/nnlab-go/lab/internal/whole"
)

// openFile opens a file of a folder of variables, with its size. The kernel does not run on
// this system: it is for programs that use the lab's packages alone.
func openFile(path string) (*os.File, int64, error) {
	f, err := whole.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// interruptAgain ends this program as an interrupt does.
func interruptAgain() { os.Exit(2) }
