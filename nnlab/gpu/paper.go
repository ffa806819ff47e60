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
func (paper) Room() int64    { return memory.Machine() }

// emulated is always true.
func emulated(backend.Backend) bool { return true }
