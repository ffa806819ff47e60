//go:build !linux

package streams

// reads cannot be told here.
func (p *Program) reads() (waits, known bool) { return false, false }
