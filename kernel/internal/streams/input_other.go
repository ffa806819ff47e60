//go:build !linux

package streams

// reads cannot be told here.
func (p *Program) reads() (waits, known bool) { return false, false }

// interrupt is left to GoNB, which interrupts the program.
func (p *Program) interrupt() {}
