package vars

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/nnlab-go/lab/nnlab/internal/interrupt"
)

// FolderName is the environment variable that names the folder of the variables, and
// QuotaName the one for how many bytes a cell may add to it.
const (
	FolderName = "NNLAB_VARIABLES"
	QuotaName  = "NNLAB_VARIABLES_QUOTA"
)

// failureFile is where a program tells the kernel why it has ended.
const failureFile = "failure"

// runningFile is there while a program has variables that it has not saved yet.
const runningFile = "running"

// Failure is why a program has ended by itself: what it says, and the lines of the
// program that led to it, the innermost first. That may be none of a cell: of a function
// that a variable has brought along.
type Failure struct {
	Lines   []int
	Message string
}

// running is the session of this program.
var running struct {
	*session
	once    sync.Once
	dropped bool // an error has been dropped; a student's recover may have caught it
}

// Run runs a cell: its variables are restored before, and saved when it has come to
// its end, or to that of the main goroutine by a panic, or when it is stopped. A
// program that ends otherwise leaves all variables as they were; so does one that listens
// to signals and is killed.
func Run(c *Cell, body func()) {
	if running.session == nil {
		restore(c)
	}
	if !c.Signals {
		interrupts := make(chan os.Signal, 1)
		signal.Notify(interrupts, os.Interrupt)
		go interrupted(interrupts)
	}
	if !c.Timers {
		go watch()
	}
	defer end()
	defer left()
	defer dropped()
	body()
}

// interrupted saves the variables when the program is stopped, unless what it runs ends
// by itself then.
func interrupted(interrupts <-chan os.Signal) {
	for range interrupts {
		if !interrupt.Awaited() {
			end()
			signal.Reset(os.Interrupt)
			interruptAgain()
		}
	}
}

// Early restores the variables of a cell before those of its own package are made, which
// may read them; Run finds that done. The cell comes from a method, whose body Go does
// not look at when it puts a package's variables in order.
func Early(c interface{ Cell() *Cell }) bool {
	restore(c.Cell())
	return true
}

func restore(c *Cell) {
	quota, err := strconv.ParseInt(os.Getenv(QuotaName), 10, 64)
	if err != nil {
		quota = 0
	}
	if running.session, err = open(c, os.Getenv(FolderName), quota); err != nil {
		fail(os.Getenv(FolderName), Failure{Message: forget(os.Getenv(FolderName), err)})
	}
	if len(c.Variables) > 0 {
		os.WriteFile(filepath.Join(running.folder, runningFile), nil, 0o600) // without it only a message is missing
	}
}

// forget drops the variables that cannot be read, and says so; not those that only this
// program cannot have. Of a manifest that cannot be read the kernel drops all.
func forget(folder string, err error) string {
	l, ok := errors.AsType[*lost](err)
	m, failed := ReadManifest(folder)
	if !ok || failed != nil || m.Find(l.name) == nil {
		return err.Error()
	}
	if r, ok := errors.AsType[*refusal](l.err); ok && r.absent {
		return l.Error() + "; ela continua guardada, para células em que existe"
	}
	file := m.Find(l.name).File
	var gone []string
	m.Entries = slices.DeleteFunc(m.Entries, func(e Entry) bool {
		if e.File == file {
			gone = append(gone, e.Name)
		}
		return e.File == file
	})
	if err := m.Write(folder); err != nil {
		return l.Error() + "; " + err.Error()
	}
	if len(gone) == 1 {
		return l.Error() + "; foi esquecida"
	}
	return l.Error() + "; foram esquecidas " + strings.Join(gone, ", ") + ", que dividem memória"
}

// end saves the variables, once.
func end() {
	running.once.Do(func() {
		s := running.session
		var out *saved
		var err error
		alone(func() { out, err = s.save() })
		syscall.Unlink(filepath.Join(s.folder, runningFile))
		if err == nil {
			err = s.write(out)
		}
		if err != nil {
			os.Stderr.WriteString("nnlab: as variáveis ficam como antes da célula: " + err.Error() + "\n")
			return
		}
		for _, said := range out.said {
			os.Stderr.WriteString("nnlab: " + said + "\n")
		}
	})
}

// dropping is the panic by which an error that nobody takes ends a cell.
type dropping struct {
	error
	lines []int
}

func (d *dropping) Unwrap() error { return d.error }

// dropped ends the program of a cell with an error that nobody took. Another panic
// goes on as it is, with its stack.
func dropped() {
	if !running.dropped {
		return
	}
	switch e := recover().(type) {
	case nil:
	case *dropping:
		end()
		fail(running.folder, Failure{e.lines, e.Error()})
	default:
		panic(e)
	}
}

// left ends a program whose main goroutine has been ended by runtime.Goexit: none
// but those of this package may be left, which the runtime would wait for.
func left() {
	var callers [64]uintptr
	for frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers[:])]); ; {
		f, more := frames.Next()
		if f.Function == "runtime.Goexit" {
			end()
			os.Stderr.WriteString("fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n")
			os.Exit(2)
		}
		if !more {
			return
		}
	}
}

// Check ends the cell if the last result of a call is an error that is not nil. The
// calls are those of a student's cells whose results nobody takes.
func Check(err error) {
	if err != nil {
		drop(err)
	}
}

// Check2 is Check for a call with two results.
func Check2[A any](_ A, err error) {
	if err != nil {
		drop(err)
	}
}

// Check3 is Check for a call with three results.
func Check3[A, B any](_ A, _ B, err error) {
	if err != nil {
		drop(err)
	}
}

// CheckAll is Check for a call with more results.
func CheckAll(results ...any) {
	if err, _ := results[len(results)-1].(error); err != nil {
		drop(err)
	}
}

// Shown is Check for a call whose other results are shown: it returns them.
func Shown(results ...any) []any {
	n := len(results) - 1
	if err, _ := results[n].(error); err != nil {
		drop(err)
	}
	return results[:n]
}

func drop(err error) {
	var callers [64]uintptr
	var lines []int
	for frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])]); ; {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "main.") {
			lines = append(lines, f.Line)
		}
		if !more {
			break
		}
	}
	running.dropped = true
	panic(&dropping{err, lines})
}

// fail ends the program, having told the kernel why.
func fail(folder string, f Failure) {
	var b []byte
	for _, line := range f.Lines {
		b = append(strconv.AppendInt(b, int64(line), 10), ' ')
	}
	os.WriteFile(filepath.Join(folder, failureFile), append(append(b, '\n'), f.Message...), 0o600) // without it the status tells
	os.Exit(1)
}

// TakeUnsaved tells whether the last program has ended without saving its variables, and
// without a word: killed, or by os.Exit.
func TakeUnsaved(folder string) bool { return os.Remove(filepath.Join(folder, runningFile)) == nil }

// TakeFailure reads why the last program has ended, if it told.
func TakeFailure(folder string) (f Failure, ok bool) {
	path := filepath.Join(folder, failureFile)
	data, err := readFile(path)
	if err != nil {
		return f, false
	}
	os.Remove(path)
	lines, message, ok := strings.Cut(string(data), "\n")
	f.Message = message
	for _, word := range strings.Fields(lines) {
		line, err := strconv.Atoi(word)
		if err != nil {
			return f, false
		}
		f.Lines = append(f.Lines, line)
	}
	return f, ok
}
