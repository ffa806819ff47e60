//go:build linux

package remote

import (
	"github.com/nnlab-go/lab/internal/late"
	"github.com/nnlab-go/lab/nnlab/backend"
)

// UseKernel makes a backend the one of the kernel.
func UseKernel(b backend.Backend) {
	kernel = late.Result[backend.Backend]{}
	kernel.Get(func() (backend.Backend, error) { return b, nil })
}

// ForgetKernel has the next call of Kernel dial anew.
func ForgetKernel() { kernel = late.Result[backend.Backend]{} }

// HangUp ends a client's line, as the end of its program does.
func HangUp(b backend.Backend) { b.(*remote).line.socket.Close() }
