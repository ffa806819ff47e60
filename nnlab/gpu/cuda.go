//go:build cuda

package main

import (
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
)

func open() (backend.Backend, error) { return cuda.New() }
