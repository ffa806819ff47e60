package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/install"
)

// installKernel makes the kernel known to Jupyter and the first cell quick.
func installKernel(args []string) (int, error) {
	flags := flag.NewFlagSet("install", flag.ExitOnError)
	prefix := flags.String("prefix", "", "a virtual environment or /usr/local; default is the user's Jupyter `folder`")
	flags.Parse(args)
	if flags.NArg() > 0 {
		return 2, fmt.Errorf("install takes no arguments, got %q", flags.Args())
	}
	s, err := setting(gonb.GoNB, gonb.GoImports, gonb.Gopls)
	if err != nil {
		return 1, err
	}
	dir, err := install.Kernelspec(*prefix, s.Program, s.Root)
	if err != nil {
		return 1, err
	}
	if err := install.ECharts(dir); err != nil {
		fmt.Fprintf(os.Stderr, "nnlab: figures will be still pictures, without %s:\n%v\n", install.EChartsFile, err)
	}
	s.Program = filepath.Join(dir, "nnlab-kernel")
	if err := warm(s); err != nil {
		return 1, fmt.Errorf("compiling a first cell: %w", err)
	}
	fmt.Printf("the kernel %q is installed in %s\n", install.DisplayName, dir)
	return 0, nil
}

// warm fetches every module that a notebook may import and compiles a cell that
// imports what notebooks do, with the very flags of cells, so that the first
// cell in class finds all packages compiled.
func warm(s gonb.Setting) error {
	download := exec.Command("go", "mod", "download")
	download.Dir = s.Root
	if out, err := download.CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(out)))
	}
	began := time.Now()
	dir, err := os.MkdirTemp("", "nnlab-warm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	notebook := filepath.Join(dir, "warm.ipynb")
	if err := install.WarmNotebook().Write(notebook); err != nil {
		return err
	}
	fmt.Fprint(os.Stderr, "nnlab: compiling what cells import …")
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	s.NoGopls = true
	run := execute.Run{Setting: s, Notebook: notebook, Out: filepath.Join(dir, "out.ipynb"), Progress: &execute.Progress{W: null}}
	if _, err := run.Execute(context.Background()); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, " %.0f s\n", time.Since(began).Seconds())
	return nil
}
