package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/gpu"
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
	if err := gonb.Prepare(context.Background(), s); err != nil {
		return 1, err
	}
	dir, err := install.Kernelspec(*prefix, s.Program, s.Root)
	if err != nil {
		return 1, err
	}
	if err := install.ECharts(dir); err != nil {
		fmt.Fprintf(os.Stderr, "nnlab: figures will be still pictures, without %s:\n%v\n", install.EChartsFile, err)
	}
	if gpu.HasDriver() { // a machine without one has no GPU to miss
		if _, err := gpu.Make(context.Background(), s.Root, func(text string) { fmt.Fprintln(os.Stderr, text) }); err != nil {
			fmt.Fprintf(os.Stderr, "nnlab: as células não vão ter a GPU: %v\n", err)
		}
	}
	fmt.Printf("the kernel %q is installed in %s\n", install.DisplayName, dir)
	return 0, nil
}
