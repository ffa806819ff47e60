package vars

import (
	"io"
	"io/fs"
	"os"
	"time"
)

// WellKnown are the packages whose variables keep their identity in all programs, whether
// a program imports them or not.
var WellKnown = []string{"io", "io/fs", "os", "time"}

// wellKnown are those variables: the pointers and interfaces among the exported ones. They
// stand here, where they are compiled once.
var wellKnown = []Name{
	{"io.Discard", &io.Discard},
	{"io.EOF", &io.EOF},
	{"io.ErrClosedPipe", &io.ErrClosedPipe},
	{"io.ErrNoProgress", &io.ErrNoProgress},
	{"io.ErrShortBuffer", &io.ErrShortBuffer},
	{"io.ErrShortWrite", &io.ErrShortWrite},
	{"io.ErrUnexpectedEOF", &io.ErrUnexpectedEOF},
	{"io/fs.ErrClosed", &fs.ErrClosed},
	{"io/fs.ErrExist", &fs.ErrExist},
	{"io/fs.ErrInvalid", &fs.ErrInvalid},
	{"io/fs.ErrNotExist", &fs.ErrNotExist},
	{"io/fs.ErrPermission", &fs.ErrPermission},
	{"io/fs.SkipAll", &fs.SkipAll},
	{"io/fs.SkipDir", &fs.SkipDir},
	{"os.ErrClosed", &os.ErrClosed},
	{"os.ErrDeadlineExceeded", &os.ErrDeadlineExceeded},
	{"os.ErrExist", &os.ErrExist},
	{"os.ErrInvalid", &os.ErrInvalid},
	{"os.ErrNoDeadline", &os.ErrNoDeadline},
	{"os.ErrNoHandle", &os.ErrNoHandle},
	{"os.ErrNotExist", &os.ErrNotExist},
	{"os.ErrPermission", &os.ErrPermission},
	{"os.ErrProcessDone", &os.ErrProcessDone},
	{"os.Interrupt", &os.Interrupt},
	{"os.Kill", &os.Kill},
	{"os.Stderr", &os.Stderr},
	{"os.Stdin", &os.Stdin},
	{"os.Stdout", &os.Stdout},
	{"time.Local", &time.Local},
	{"time.UTC", &time.UTC},
}
