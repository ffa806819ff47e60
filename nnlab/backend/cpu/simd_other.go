//go:build !amd64 || noasm

package cpu

func simdTile() tileKernel { return nil }
