package ref_test

import (
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

func TestValues(t *testing.T) { backendtest.Run(t, ref.New()) }

func TestGrad(t *testing.T) { backendtest.RunGrad(t, ref.New()) }

func Benchmark(b *testing.B) { backendtest.Benchmark(b, ref.New()) }
