package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/nnlab-go/lab/internal/memory"
	"github.com/nnlab-go/lab/kernel/internal/check"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/install"
	"github.com/nnlab-go/lab/kernel/internal/serve"
	"github.com/nnlab-go/lab/kernel/internal/supervise"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// kernel is what runKernel keeps running.
type kernel interface {
	Exited() <-chan struct{} // it has ended by itself
	Ended() <-chan struct{}  // it was asked to end
	Interrupt()
	Stop() error
}

// bare is a kernel that is GoNB alone.
type bare struct{ *supervise.Kernel }

func (bare) Ended() <-chan struct{} { return nil } // GoNB ends itself

// runKernel is what a front end starts: a kernel on its connection file, and
// nothing of it left when GoNB, this process or the front end ends.
func runKernel(args []string) (int, error) {
	flags := flag.NewFlagSet("run", flag.ExitOnError)
	alone := flags.Bool("plain", false, "be GoNB alone, with nothing of ours between it and the front end")
	anywhere := flags.Bool("any-address", false, "listen where the connection file says, even where other machines reach it")
	memory := flags.String("memory", "", "the most that a cell may take: a `size` such as 2GiB, or none (default: three quarters of what the machine or the container has)")
	verbose := flags.Bool("verbose", false, "show on standard error what GoNB logs as well (a stack for each cell that does not compile); otherwise it is shown when GoNB ends by itself")
	flags.Parse(args)
	if flags.NArg() != 1 {
		return 2, errors.New("expected the connection file that Jupyter gives")
	}
	connection, err := filepath.Abs(flags.Arg(0))
	if err != nil {
		return 1, err
	}
	parent := os.Getppid() // first: the front end may die while tools are built
	c, err := wire.ReadConnection(connection)
	if err != nil {
		return 1, err
	}
	if !c.Local() && !*anywhere {
		return 1, fmt.Errorf("%s: other machines could reach %s; a kernel runs whatever they send. If that is wanted: run --any-address", connection, c.IP)
	}
	limit, err := memoryLimit(*memory)
	if err != nil {
		return 2, fmt.Errorf("-memory: %w", err)
	}
	s, err := setting(gonb.GoNB, gonb.GoImports, gonb.Gopls)
	if err != nil {
		return 1, err
	}
	s.Memory = limit
	notebook, err := gonb.Notebook()
	if err != nil {
		return 1, err
	}
	if s.State, err = gonb.StateOf(notebook); err != nil {
		return 1, err
	}
	s.Notebook = notebook
	s.ECharts = install.HasECharts(os.Getenv("NNLAB_KERNELSPEC"))
	if s.Tmp, err = supervise.Folder(); err != nil {
		return 1, err
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP, os.Interrupt)
	// Standard error may be the terminal in which a student types.
	var quiet supervise.Log
	var ofGoNB io.Writer = &quiet
	if *verbose {
		ofGoNB = os.Stderr
	}
	var k kernel
	if *alone {
		var g *supervise.Kernel
		g, err = supervise.Start(s, connection, ofGoNB)
		k = bare{g}
	} else {
		k, err = serve.Start(s, connection, os.Stderr, ofGoNB)
	}
	if err == nil {
		err = attend(k, signals, parent)
	}
	if logged := quiet.String(); err != nil && logged != "" {
		err = fmt.Errorf("%w\n%s", err, logged)
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

// memoryLimit reads how much memory a cell may take. Whoever asks for too much
// is told; without a limit the machine would take the memory from all.
func memoryLimit(asked string) (int64, error) {
	switch asked {
	case "":
		if all := memory.Machine(); all > 0 {
			return max(all/4*3, check.LeastMemory), nil
		}
		return 0, nil
	case "none":
		return 0, nil
	}
	return check.ParseMemory(asked)
}

// attend returns when the kernel has ended, for whatever reason.
func attend(k kernel, signals <-chan os.Signal, parent int) error {
	look := time.NewTicker(500 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-k.Exited():
			return k.Stop()
		case <-k.Ended():
			return k.Stop()
		case sig := <-signals:
			if sig != os.Interrupt {
				return k.Stop()
			}
			// Front ends send a message, as the kernelspec asks; people send a signal.
			k.Interrupt()
		case <-look.C:
			if os.Getppid() != parent { // the front end has died
				return k.Stop()
			}
		}
	}
}
