//go:build linux

package remote

import "github.com/nnlab-go/lab/nnlab/backend"

// HangUp ends a client's line, as the end of its program does.
func HangUp(b backend.Backend) { b.(*remote).line.socket.Close() }
