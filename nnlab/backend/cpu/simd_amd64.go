//go:build amd64 && !noasm

package cpu

import x86 "golang.org/x/sys/cpu"

// simdTile is the assembly kernel that this processor can run, or nil.
func simdTile() tileKernel {
	if x86.X86.HasAVX2 && x86.X86.HasFMA {
		return tileAVX2
	}
	return nil
}
