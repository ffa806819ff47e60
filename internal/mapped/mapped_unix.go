//go:build unix

package mapped

import (
	"os"
	"syscall"
)

func mapFile(f *os.File, size int64) ([]byte, error) {
	return syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
}

// Close gives the memory back; whatever still leads to it must not be used.
func Close(memory []byte) error { return syscall.Munmap(memory) }
