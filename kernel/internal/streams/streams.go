// Package streams is the way of a cell's standard streams past GoNB.
//
// GoNB reads what a program writes in pieces of 32 KB and makes JSON of each, where a
// character on a border is lost for good; in what pieces it was written does not help,
// since a pipe joins them. It hands on all that it has read, so that a flood piles up in
// it. And the input that it gives a program is a pipe that nobody fills. So the programs
// of a cell take their streams from pipes of this kernel. Nothing stands between: a few
// words of the shell open the pipes and become the program, whose number, signals and
// end are GoNB's to see as ever. They first leave a mark in the output that GoNB reads,
// so that the kernel knows what GoNB has said before the program began.
package streams

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Folder is the folder in which the pipes of a kernel's cells lie.
type Folder string

// The streams of a program, by the names that their pipes end with.
const (
	Input  = ".in"
	Output = ".out"
	Errors = ".err"
)

func (f Folder) path(program int, stream string) string {
	return filepath.Join(string(f), fmt.Sprint(program)+stream)
}

// Cell has the pipes of the programs of one cell.
type Cell struct {
	programs []*Program
	ready    chan *Reader
	closed   chan struct{}
}

// Open makes the pipes for the programs with these numbers.
func (f Folder) Open(numbers []int) (*Cell, error) {
	c := &Cell{ready: make(chan *Reader), closed: make(chan struct{})}
	for _, n := range numbers {
		p := &Program{number: n, cell: c}
		c.programs = append(c.programs, p)
		if err := p.open(f); err != nil {
			c.Close()
			return nil, fmt.Errorf("as entradas e saídas da célula: %w", err)
		}
	}
	return c, nil
}

// Begin tells that a text is the mark with which a program begins, which is read from
// now on.
func (c *Cell) Begin(text string) bool {
	var number, process int
	if n, err := fmt.Sscanf(text, begins, &number, &process); err != nil || n != 2 {
		return false
	}
	for _, p := range c.programs {
		if p.number == number && p.process == 0 {
			p.begin(process)
			return true
		}
	}
	return false
}

// Ready has the outputs in which there is something to read, or that have ended. One
// that has been taken must be read, and comes again when Resume was called.
func (c *Cell) Ready() <-chan *Reader { return c.ready }

// Programs are those that have begun and may still write: the program itself, or what
// it has started.
func (c *Cell) Programs() (alive []*Program) {
	for _, p := range c.programs {
		if p.process != 0 && !(p.out.ended && p.err.ended) {
			alive = append(alive, p)
		}
	}
	return alive
}

// Interrupt interrupts what the programs have started.
func (c *Cell) Interrupt() {
	for _, p := range c.Programs() {
		p.interrupt()
	}
}

// Close removes the pipes. What still writes to them is told so by the system.
func (c *Cell) Close() {
	close(c.closed)
	for _, p := range c.programs {
		p.close()
	}
}

// Program is a program of a cell.
type Program struct {
	number  int // 0 is the program made of the cell, others are shells
	process int // 0 before it has begun
	cell    *Cell
	in      *os.File // nil when no more input comes
	out     *Reader
	err     *Reader
	file    os.FileInfo // of the pipe for its input
	writing writing

	// Ends of the pipes that keep them open until the program has its own.
	held  []int
	paths []string
}

// open makes the three pipes and opens all their ends, so that the program does not
// wait when it opens its own.
func (p *Program) open(f Folder) error {
	var ends [3][2]int
	for i, stream := range []string{Input, Output, Errors} {
		path := f.path(p.number, stream)
		if err := unix.Mkfifo(path, 0o600); err != nil {
			return err
		}
		p.paths = append(p.paths, path)
		for k, mode := range []int{unix.O_RDONLY, unix.O_WRONLY} {
			fd, err := unix.Open(path, mode|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
			if err != nil {
				return err
			}
			p.held = append(p.held, fd)
			ends[i][k] = fd
		}
	}
	p.held = []int{ends[0][0], ends[1][1], ends[2][1]}
	p.in = os.NewFile(uintptr(ends[0][1]), p.paths[0])
	p.out = &Reader{Program: p, Stream: Output, fd: ends[1][0], file: os.NewFile(uintptr(ends[1][0]), p.paths[1])}
	p.err = &Reader{Program: p, Stream: Errors, fd: ends[2][0], file: os.NewFile(uintptr(ends[2][0]), p.paths[2])}
	var err error
	p.file, err = os.Stat(p.paths[0])
	return err
}

func (p *Program) begin(process int) {
	p.process = process
	p.release()
	p.out.Resume()
	p.err.Resume()
}

func (p *Program) release() {
	for _, fd := range p.held {
		unix.Close(fd)
	}
	p.held = nil
}

func (p *Program) close() {
	p.release()
	p.EndInput()
	for _, r := range []*Reader{p.out, p.err} {
		if r != nil {
			r.file.Close()
		}
	}
	for _, path := range p.paths {
		os.Remove(path)
	}
}

// EndInput lets the program find the end of its input.
func (p *Program) EndInput() {
	if p.in != nil {
		p.in.Close()
		p.in = nil
	}
}

// errNoInput tells that a program has found the end of its input.
var errNoInput = errors.New("the input has ended")

// quote writes a text as one word of the shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
