package session

import (
	"strings"
	"sync"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/report"
)

// sources are the cells that GoNB has run, by its own count of them, and where
// the declarations that it keeps come from. Only the worker uses them, but what they have declared.
type sources struct {
	cells   []source
	origins cells.Origins

	mu     sync.Mutex
	known  cells.Known
	before cells.Known // what was known before the last cell
	after  cells.Known // what it has declared beside, without its variables
}

// declared is what all cells have declared, the one that runs too.
func (s *sources) declared() cells.Known {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

type source struct {
	text  string // as the student wrote it
	cell  cells.Cell
	count int // as the notebook counts it
}

// add notes a cell that is going to be run, and returns the origins of the
// program that it will be.
func (s *sources) add(text string, c cells.Cell, count int) cells.Origins {
	s.cells = append(s.cells, source{text, c, count})
	s.mu.Lock()
	s.before = s.known
	if s.after = s.known.With(c.Code); c.Statements {
		s.known = s.after.WithStatements(c.Code)
	} else {
		s.known = s.after
	}
	s.mu.Unlock()
	return s.origins.With(len(s.cells), c.Code)
}

// keep does as GoNB does: what a cell declares stays when it has compiled, also
// when it failed as it ran.
func (s *sources) keep(o cells.Origins, failure *report.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if failure == nil || failure.Name != report.NotCompiled {
		s.origins, s.known = o, s.after
		return
	}
	s.known = s.before
}

// find finds a line of the program in the cell that it is from.
func (s *sources) find(o cells.Origins, program []byte, line, column int) report.Place {
	lines := o.Lines(program)
	if line < 1 || line > len(lines) || lines[line-1].Cell == 0 {
		return report.Place{}
	}
	from := s.cells[lines[line-1].Cell-1]
	p := report.Place{Cell: from.count, Line: from.cell.Line(lines[line-1].Line), Source: from.text}
	// Declarations of variables are put together anew, in other columns.
	if is, was := textLine(string(program), line), textLine(p.Source, p.Line); is == was || strings.TrimLeft(is, " ") == was {
		p.Column = column - (len(is) - len(was))
	}
	return p
}

// textLine is a line of a text, from 1.
func textLine(text string, n int) string {
	lines := strings.Split(text, "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return lines[n-1]
}
