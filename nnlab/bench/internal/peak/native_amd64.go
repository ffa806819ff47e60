//go:build !noasm

package peak

import "golang.org/x/sys/cpu"

// native is the loops in assembly that this processor can run.
func native() (loops []loop) {
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		loops = append(loops, loop{"AVX2", 2 * 8 * 12, fmaAVX2})
	}
	if cpu.X86.HasAVX512F {
		loops = append(loops, loop{"AVX-512", 2 * 16 * 24, fmaAVX512})
	}
	return loops
}
