//go:build cuda

package main

import (
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
)

func open() (backend.Backend, error) { return cuda.New() }

// emulated tells whether the card is that of the lab's tests.
func emulated(b backend.Backend) bool { return b.(backend.Device).Device() == "emulator" }
