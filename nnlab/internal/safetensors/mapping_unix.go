//go:build unix

package safetensors

import (
	"os"
	"syscall"
)

// mapFile is the content of a file as memory, for as long as the process lives.
// What is written to it stays in this process.
func mapFile(f *os.File, size int64) ([]byte, error) {
	return syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
}
