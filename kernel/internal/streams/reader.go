package streams

import (
	"os"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// Reader is the kernel's end of an output of a program. One goroutine waits until there
// is something to read; who is told reads it himself, so that he can also find out that
// there is nothing.
type Reader struct {
	Program *Program
	Stream  string // Output or Errors
	fd      int
	file    *os.File
	ended   bool
	cut     []byte // the beginning of a character whose rest has not come
	buffer  []byte
	last    time.Time // when something was read
	often   bool      // little was read, and again soon after
}

// largest is how much is read at once: what a pipe holds.
const largest = 64 << 10

// rest is how long a program that writes little by little, and often, is left alone: to
// wake a reader for each piece costs it more than to write.
const rest = time.Millisecond

// Resume has the reader come to Ready again. Once it has ended it does not.
func (r *Reader) Resume() {
	if r.ended {
		return
	}
	often := r.often
	go func() {
		if often {
			time.Sleep(rest)
		}
		raw, err := r.file.SyscallConn()
		if err != nil {
			return // it is closed
		}
		readable := func(fd uintptr) bool {
			p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
			n, err := unix.Poll(p, 0)
			return n > 0 || err != nil
		}
		if raw.Read(readable) != nil {
			return // it has been closed meanwhile
		}
		select {
		case r.Program.cell.ready <- r:
		case <-r.Program.cell.closed:
		}
	}()
}

// Read returns what has been written, as far as it are whole characters: one that is
// cut waits for its rest, or the end. It never waits; when there is nothing to read,
// nothing was written since.
func (r *Reader) Read() string {
	if r.ended {
		return ""
	}
	if r.buffer == nil {
		r.buffer = make([]byte, utf8.UTFMax+largest)
	}
	kept := copy(r.buffer, r.cut)
	n, err := unix.Read(r.fd, r.buffer[kept:kept+largest])
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
		return ""
	case err != nil || n == 0:
		r.ended, n = true, 0
	}
	now := time.Now()
	r.often = n < largest/4 && now.Sub(r.last) < 2*rest
	r.last = now
	text := r.buffer[:kept+n]
	whole := len(text)
	if !r.ended {
		whole = wholeRunes(text)
	}
	r.cut = append(r.cut[:0], text[whole:]...)
	return string(text[:whole])
}

// Ended tells whether nobody can write to it any more.
func (r *Reader) Ended() bool { return r.ended }

// Outputs are what the program writes to.
func (p *Program) Outputs() []*Reader { return []*Reader{p.out, p.err} }

// wholeRunes is the length of a text without a last character whose rest is missing.
// What cannot become a character is whole.
func wholeRunes(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if at := len(text) - n; utf8.RuneStart(text[at]) {
			if utf8.FullRune(text[at:]) {
				return len(text)
			}
			return at
		}
	}
	return len(text)
}
