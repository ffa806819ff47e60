package session

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/pt"
)

// gather is how long text waits for more: what comes in a thousand pieces goes
// out in a few messages.
const gather = 20 * time.Millisecond

// A cell may write burst bytes at once and then rate a second; a front end drowns
// in more. What goes beyond is left out.
const (
	burst = 4 << 20
	rate  = 1 << 20
)

// output is the text that a cell writes, on its way to the front ends.
type output struct {
	publish func(name, text string)
	now     func() time.Time

	waiting []piece
	line    string // the line that has no end yet, or the end of it
	last    time.Time
	used    float64 // of burst
	dropped int

	// What comes before that moment, in nanoseconds, would be left out: nobody need read it.
	// Others than the cell's goroutine look at these.
	full    atomic.Int64
	skipped atomic.Int64 // bytes that were not read
}

// longestPrompt is how much of a line is kept for a question.
const longestPrompt = 1000

// inLine tells whether the text so far does not end with a line.
func (o *output) inLine() bool { return o.line != "" }

// prompt takes the line that has no end yet out of what waits: a front end shows it with
// the question.
func (o *output) prompt() string {
	line := o.line
	if n := len(o.waiting); n > 0 {
		o.waiting[n-1].text = strings.TrimSuffix(o.waiting[n-1].text, line)
	}
	o.line = ""
	return line
}

// piece is a text that waits.
type piece struct{ name, text string }

// alternations is how many pieces may wait. A program that writes to both of its
// outputs in turn, faster than that, sees them in fewer, in each of which the order is
// kept.
const alternations = 32

// add takes a piece of text. Half a line waits, since it may be a question. It tells
// whether something waits for flush.
func (o *output) add(name, text string) (waits bool) {
	now := o.now()
	o.used = max(0, o.used-rate*now.Sub(o.last).Seconds())
	if o.last.IsZero() {
		o.used = 0
	}
	if o.used+float64(len(text)) > burst {
		o.last = now
		o.dropped += len(text)
		o.full.Store(now.Add(time.Duration((o.used + float64(len(text)) - burst) / rate * float64(time.Second))).UnixNano())
		return len(o.waiting) > 0
	}
	o.used += float64(len(text))
	soon := now.Sub(o.last) < gather
	o.last = now
	switch n := len(o.waiting); {
	case n > 0 && o.waiting[n-1].name == name:
		o.waiting[n-1].text += text
	case n < alternations:
		o.waiting = append(o.waiting, piece{name, text})
	default:
		o.waiting[n-2].text += text
	}
	o.line += text
	o.line = o.line[strings.LastIndexAny(o.line, "\r\n")+1:]
	o.line = strings.ToValidUTF8(o.line[max(0, len(o.line)-longestPrompt):], "")
	if !soon && !o.inLine() {
		o.flush()
	}
	return len(o.waiting) > 0
}

// skip tells whether a piece of about n bytes need not be read.
func (o *output) skip(n int) bool {
	skip := o.now().UnixNano() < o.full.Load()
	if skip {
		o.skipped.Add(int64(n))
	}
	return skip
}

// flush publishes what waits.
func (o *output) flush() {
	for _, w := range o.waiting {
		if w.text != "" {
			o.publish(w.name, w.text)
		}
	}
	o.waiting = o.waiting[:0]
}

// end publishes what waits and how much was left out.
func (o *output) end() {
	o.flush()
	o.dropped += int(o.skipped.Load())
	if o.dropped > 0 {
		o.publish("stderr", fmt.Sprintf("\naviso: a célula escreveu demais; %s MB não são mostrados\n", pt.Number(float64(o.dropped)/1e6, 1)))
		o.dropped = 0
	}
}
