package fetch

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// progress prints how far the download of one file is: in a terminal on one line
// that is drawn anew, elsewhere a line for each tenth.
type progress struct {
	w        io.Writer
	terminal bool
	name     string
	size     int64
	done     int64

	from   int64 // where this request began
	began  time.Time
	drawn  time.Time
	tenths int64
}

func newProgress(w io.Writer, name string, size int64) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd())), name: name, size: size}
}

// begin starts a request that goes on from byte from.
func (p *progress) begin(from int64) {
	p.done, p.from, p.began = from, from, time.Now()
	p.tenths = 10 * from / p.size
}

func (p *progress) add(n int64) {
	p.done += n
	switch {
	case p.terminal && time.Since(p.drawn) > 100*time.Millisecond:
		p.draw("\r\x1b[K", "")
	case !p.terminal && p.done < p.size && 10*p.done/p.size > p.tenths:
		p.tenths = 10 * p.done / p.size
		p.draw("", "\n")
	}
}

// finish prints the last line of a file.
func (p *progress) finish() {
	p.done = p.size
	if p.terminal {
		p.draw("\r\x1b[K", "\n")
	} else {
		p.draw("", "\n")
	}
}

func (p *progress) draw(before, after string) {
	p.drawn = time.Now()
	rate := float64(p.done-p.from) / max(time.Since(p.began).Seconds(), 1e-3)
	fmt.Fprintf(p.w, "%s%s  %3d %%  %.1f/%.1f MB  %.1f MB/s%s", before, p.name, 100*p.done/p.size,
		float64(p.done)/1e6, float64(p.size)/1e6, rate/1e6, after)
}
