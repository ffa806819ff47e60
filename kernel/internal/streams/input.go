package streams

import "sync/atomic"

// writing counts the lines that are on their way to a program.
type writing struct{ atomic.Int32 }

// Write gives the program a text to read. It does not wait until that has been read,
// which may never be.
func (p *Program) Write(text string) error {
	in := p.in
	if in == nil {
		return errNoInput
	}
	p.writing.Add(1)
	go func() {
		defer p.writing.Add(-1)
		in.WriteString(text) // the program may have ended
	}()
	return nil
}

// Waits tells whether the program, or what it has started, waits for input that nobody
// has written. known is false where the system does not tell.
//
// No system calls somebody when a pipe is read, and a reader that is given too much, or
// an end, cannot be asked again. But the system knows in which call each thread waits.
func (p *Program) Waits() (waits, known bool) {
	if p.in == nil || p.process == 0 {
		return false, true
	}
	if p.writing.Load() > 0 {
		return false, true
	}
	return p.reads()
}
