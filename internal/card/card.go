// Package card is what the program that has a GPU tells the kernel of it.
package card

// Flag is the option with which the program prints a [Report] as JSON instead of serving.
const Flag = "-report"

// Report is what a card is, can do at most, and does.
type Report struct {
	Card     string
	Emulated bool       // nothing is measured then
	GFLOPS   float64    // at most, multiplications and additions of float32
	GBps     float64    // at most, bytes read and written by a copy
	Measured []Measured // what the lab's kernels reach
}

// Measured is a kernel's speed: in GFLOP/s, or where that is 0 in GB/s.
type Measured struct {
	Kernel       string
	GFLOPS, GBps float64
}
