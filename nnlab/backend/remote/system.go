//go:build linux

package remote

import (
	"runtime"
	"syscall"
	"unsafe"
)

// What syscall lacks of Linux. It stands here since every cell links this package, and
// golang.org/x/sys/unix has so many names that to read them takes a tenth of a cell's time
// (docs/speed.md, "What a cell costs").
const (
	addSeals   = 1033 // F_ADD_SEALS, fcntl(2)
	getSeals   = 1034
	sealShrink = 2 // F_SEAL_SHRINK

	memoryFileFlags = 1 | 2 // MFD_CLOEXEC, MFD_ALLOW_SEALING, memfd_create(2)
	pollIn          = 1     // POLLIN, poll(2)
)

type pollFD struct {
	fd              int32
	events, revents int16
}

// memoryFile makes a file that is in memory alone, has no path and can be sealed.
func memoryFile(name string) (fd int, err error) {
	call, known := map[string]uintptr{"amd64": 319, "arm64": 279}[runtime.GOARCH] // memfd_create
	if !known {
		return 0, syscall.ENOSYS
	}
	text, err := syscall.BytePtrFromString(name)
	if err != nil {
		return 0, err
	}
	r, _, failed := syscall.Syscall(call, uintptr(unsafe.Pointer(text)), memoryFileFlags, 0)
	if failed != 0 {
		return 0, failed
	}
	return int(r), nil
}

// control is fcntl(2).
func control(fd int, command, argument uintptr) (int, error) {
	r, _, failed := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), command, argument)
	if failed != 0 {
		return 0, failed
	}
	return int(r), nil
}
