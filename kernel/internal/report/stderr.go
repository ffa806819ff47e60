package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/nnlab-go/lab/kernel/internal/pt"
)

// Stderr holds back what is better said in the cell's error: the runtime's dump
// of a panic, and the line by which GoNB tells how a program has ended.
type Stderr struct {
	dump    strings.Builder // from the panic on
	dumping bool
	cut     int    // bytes of it that were not kept
	partial string // the beginning of a line that may become a panic's first
	last    string // GoNB's line, if it was the last thing
	inLine  bool   // the text so far does not end with a line
}

// ending is the whole of what GoNB writes when a program has ended badly.
var ending = regexp.MustCompile(`^(\^C\n)?(exit status \d+|signal: [a-z ()]+)\n$`)

// beginnings are those of the runtime's dumps.
var beginnings = []string{"panic: ", "fatal error: ", "runtime: goroutine stack exceeds", "SIGSEGV: segmentation violation\nPC=", "SIGBUS: bus error\nPC="}

// Add takes a piece of the stream and returns what is to be shown now.
func (s *Stderr) Add(text string) string {
	if s.dumping {
		s.hold(text)
		return ""
	}
	before := s.last
	s.last = ""
	if ending.MatchString(text) {
		s.last = text
		return before
	}
	text = s.partial + text
	s.partial = ""
	at := 0
	for at < len(text) {
		if !s.inLine && (s.begins(text[at:]) || s.partial != "") {
			break
		}
		n := strings.IndexByte(text[at:], '\n') + 1
		if s.inLine = n == 0; s.inLine {
			n = len(text) - at
		}
		at += n
	}
	return before + text[:at]
}

// begins tells whether a dump begins here, and keeps what may become one.
func (s *Stderr) begins(text string) bool {
	for _, b := range beginnings {
		if strings.HasPrefix(text, b) {
			s.dumping = true
			s.hold(text)
			return true
		}
		if strings.HasPrefix(b, text) {
			s.partial = text
		}
	}
	return false
}

// largestDump is more than a dump of any program that a student wrote; what only
// looks like one may be endless.
const largestDump = 1 << 20

// hold keeps a piece of a dump.
func (s *Stderr) hold(text string) {
	keep := min(len(text), largestDump-s.dump.Len())
	for keep < len(text) && keep > 0 && !utf8.RuneStart(text[keep]) {
		keep--
	}
	s.dump.WriteString(text[:keep])
	s.cut += len(text) - keep
}

// Ended tells whether the last thing was that a program has ended badly.
func (s *Stderr) Ended() bool { return s.last != "" }

// End returns what was held back: as text to be shown, or as the dump of a cell
// that failed.
func (s *Stderr) End(failed bool) (rest, dump string) {
	rest = s.partial
	if !failed {
		rest += s.last
	}
	dump = s.dump.String()
	if s.cut > 0 {
		dump += fmt.Sprintf("\n(e mais %s MB)\n", pt.Number(float64(s.cut)/1e6, 1))
	}
	if failed && strings.Contains(dump, "\ngoroutine ") {
		return rest, dump
	}
	return rest + dump, ""
}
