package cpu_test

import (
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
)

func TestValues(t *testing.T) {
	backendtest.Run(t, cpu.New(cpu.Workers(1)), backendtest.NoAllocs(),
		backendtest.SameBits(cpu.New(cpu.Workers(2)), cpu.New(cpu.Workers(3))))
}

func TestGrad(t *testing.T) { backendtest.RunGrad(t, cpu.New()) }

func Benchmark(b *testing.B) { backendtest.Benchmark(b, cpu.New()) }
