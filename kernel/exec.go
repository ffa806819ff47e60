package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/page"
)

const parallelHelp = "run `N` notebooks at once (default: as many as there are cores). " +
	"Training takes all cores by itself: where notebooks train for long, more than 2 at once gain little and need " +
	"the memory of all; where they mostly compile, load or wait, more are quicker"

// job is a notebook that is to be run, and how that ended.
type job struct {
	execute.Run
	html  string
	saved bool // the notebook and its page are written
	err   error
}

// execNotebooks runs notebooks: 0 when all went well, 1 when a cell failed, 2
// when it was called wrongly, 130 when it was interrupted.
func execNotebooks(args []string) (int, error) {
	flags := flag.NewFlagSet("exec", flag.ExitOnError)
	out := flags.String("o", "", "the executed `notebook` (default NAME.executed.ipynb beside it); with several notebooks, a folder")
	html := flags.String("html", "", "the executed notebook as a `page` (default NAME.executed.html beside it); with several notebooks, a folder")
	asked := flags.Int("j", 0, parallelHelp)
	timeout := flags.Duration("timeout", 0, "stop a cell, and with it its notebook, after this `time`: 90s, 10m (default: never)")
	var parameters []ipynb.Parameter
	flags.Func("p", "`name=value` for a variable of the cell tagged parameters; may be repeated", func(s string) error {
		p, err := ipynb.ParseParameter(s)
		parameters = append(parameters, p)
		return err
	})
	notebooks := parseMixed(flags, args)
	if len(notebooks) == 0 {
		return 2, errors.New("expected one notebook or more: exec NOTEBOOK… [-o OUT] [--html OUT] [-p name=value]… [-j N] [-timeout D]")
	}
	parallel, err := execute.Parallel(*asked, len(notebooks))
	if err != nil {
		return 2, err
	}
	jobs, err := plan(notebooks, *out, *html)
	if err != nil {
		return 2, err
	}
	s, err := setting(gonb.GoNB, gonb.GoImports)
	if err != nil {
		return 1, err
	}
	if err := gonb.Prepare(s.Root); err != nil {
		return 1, err
	}
	s.NoGopls = true
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	board := &execute.Board{W: os.Stdout}
	board.Terminal, board.Width = terminal(os.Stdout)
	execute.Each(len(jobs), parallel, func(i int) {
		j := jobs[i]
		j.Setting, j.Parameters, j.Timeout = s, parameters, *timeout
		j.Progress = &execute.Progress{W: os.Stdout, Terminal: board.Terminal, Width: board.Width}
		if parallel > 1 {
			lane := board.Lane(j.Name)
			defer lane.Close()
			j.Progress = &execute.Progress{W: lane}
			if board.Terminal {
				j.Progress.Status = lane.Status
			}
		}
		j.do(ctx)
	})
	return report(jobs)
}

// parseMixed parses flags that stand before, between and behind other arguments,
// and returns these.
func parseMixed(flags *flag.FlagSet, args []string) (others []string) {
	for flags.Parse(args); flags.NArg() > 0; flags.Parse(args) {
		others = append(others, flags.Arg(0))
		args = flags.Args()[1:]
	}
	return others
}

// terminal tells whether a file is one, and its width where it is known.
func terminal(f *os.File) (is bool, width int) {
	fd := int(f.Fd())
	if width, _, err := term.GetSize(fd); err == nil {
		return term.IsTerminal(fd), width
	}
	return term.IsTerminal(fd), 0
}

// plan says where the results of each notebook go.
func plan(notebooks []string, out, html string) ([]*job, error) {
	var jobs []*job
	var files []string
	names := execute.Names(notebooks)
	for i, nb := range notebooks {
		j := &job{Run: execute.Run{Notebook: nb, Name: names[i]}}
		j.Out = target(nb, out, ".ipynb", len(notebooks) > 1)
		j.html = target(nb, html, ".html", len(notebooks) > 1)
		for _, f := range []string{j.Out, j.html} {
			if slices.Contains(files, f) {
				return nil, fmt.Errorf("%s would be written twice; give notebooks of the same name to calls of their own", f)
			}
			files = append(files, f)
		}
		jobs = append(jobs, j)
	}
	if len(notebooks) > 1 {
		for _, dir := range []string{out, html} {
			if dir != "" {
				if err := os.MkdirAll(dir, 0o777); err != nil {
					return nil, err
				}
			}
		}
	}
	return jobs, nil
}

// target is where a result goes: to the file that was named, into the folder
// that was named for several notebooks, or beside the notebook.
func target(notebook, named, ending string, several bool) string {
	base := strings.TrimSuffix(notebook, ".ipynb")
	switch {
	case named == "":
		return base + ".executed" + ending
	case several:
		return filepath.Join(named, filepath.Base(base)+ending)
	}
	return named
}

// do runs the notebook and writes its page, also when a cell failed.
func (j *job) do(ctx context.Context) {
	nb, err := j.Execute(ctx)
	j.err = err
	if nb == nil {
		return
	}
	if err := page.Write(j.html, nb, filepath.Base(j.Notebook)); err != nil {
		j.err = errors.Join(j.err, err)
		return
	}
	j.saved = true
}

// slowest is how many cells the report names.
const slowest = 5

// report says what came out: the numbers that the notebooks report, the slowest
// cells, the files, what failed.
func report(jobs []*job) (int, error) {
	fmt.Println()
	var timings []execute.Timing
	var failed []error
	status := 0
	for _, j := range jobs {
		timings = append(timings, j.Timings...)
		for _, r := range j.Progress.Results {
			fmt.Println(r.Text)
		}
		if j.saved {
			fmt.Printf("%s\n%s\n", j.Out, j.html)
		}
		switch {
		case j.err == nil:
			continue
		case errors.Is(j.err, execute.ErrInterrupted):
			status = 130
		default:
			status = max(status, 1)
		}
		if len(jobs) > 1 {
			j.err = fmt.Errorf("%s: %w", j.Name, j.err)
		}
		failed = append(failed, j.err)
	}
	if err := execute.WriteSlowest(os.Stdout, timings, slowest); err != nil {
		return 1, err
	}
	return status, errors.Join(failed...)
}
