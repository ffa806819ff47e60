package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/page"
)

// execNotebook runs a notebook: 0 when all went well, 1 when a cell failed, 2
// when it was called wrongly, 130 when it was interrupted.
func execNotebook(args []string) (int, error) {
	flags := flag.NewFlagSet("exec", flag.ExitOnError)
	out := flags.String("o", "", "the executed `notebook` (default NAME.executed.ipynb beside it)")
	html := flags.String("html", "", "the executed notebook as a page (default NAME.executed.html beside it)")
	var parameters []ipynb.Parameter
	flags.Func("p", "`name=value` for a variable of the cell tagged parameters; may be repeated", func(s string) error {
		p, err := ipynb.ParseParameter(s)
		parameters = append(parameters, p)
		return err
	})
	// Flags may stand before and behind the notebook.
	flags.Parse(args)
	notebook := flags.Arg(0)
	if flags.NArg() > 0 {
		flags.Parse(flags.Args()[1:])
	}
	if notebook == "" || flags.NArg() > 0 {
		return 2, errors.New("expected one notebook: exec NOTEBOOK [-o OUT.ipynb] [--html FILE] [-p name=value]…")
	}
	base := strings.TrimSuffix(notebook, ".ipynb") + ".executed"
	if *out == "" {
		*out = base + ".ipynb"
	}
	if *html == "" {
		*html = base + ".html"
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
	progress := &execute.Progress{W: os.Stdout, Terminal: term.IsTerminal(int(os.Stdout.Fd()))}
	if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		progress.Width = width
	}
	run := &execute.Run{Setting: s, Notebook: notebook, Out: *out, Parameters: parameters, Progress: progress}
	nb, failed := run.Execute(ctx)
	if nb == nil {
		return 1, failed
	}
	if err := page.Write(*html, nb, filepath.Base(notebook)); err != nil {
		return 1, err
	}
	fmt.Println()
	for _, r := range progress.Results {
		fmt.Println(r.Text)
	}
	fmt.Printf("%s\n%s\n", *out, *html)
	switch {
	case errors.Is(failed, execute.ErrInterrupted):
		return 130, failed
	case failed != nil:
		return 1, failed
	}
	return 0, nil
}
