//go:build !cuda

package main

import (
	"github.com/nnlab-go/lab/internal/memory"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

// paper is a CPU where a GPU is expected.
type paper struct{ backend.Backend }

func open() (backend.Backend, error) { return paper{cpu.New()}, nil }

func (paper) Name() string   { return "cuda" }
func (paper) Device() string { return "the CPU in place of a GPU" }

// Room is that of the machine.
func (paper) Room() (bytes int64, of string, known bool) {
	bytes = memory.Machine()
	return bytes, "the memory of this machine", bytes > 0
}

// emulated is always true.
func emulated(backend.Backend) bool { return true }
