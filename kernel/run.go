package main

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/install"
	"github.com/nnlab-go/lab/kernel/internal/supervise"
)

// runKernel is what a front end starts: GoNB on its connection file, and nothing
// of it left when GoNB, this process or the front end ends.
func runKernel(args []string) (int, error) {
	if len(args) != 1 {
		return 2, errors.New("expected the connection file that Jupyter gives")
	}
	connection, err := filepath.Abs(args[0])
	if err != nil {
		return 1, err
	}
	parent := os.Getppid() // first: the front end may die while tools are built
	s, err := setting(gonb.GoNB, gonb.GoImports, gonb.Gopls)
	if err != nil {
		return 1, err
	}
	notebook, err := gonb.Notebook()
	if err != nil {
		return 1, err
	}
	if s.State, err = gonb.StateOf(notebook); err != nil {
		return 1, err
	}
	s.ECharts = install.HasECharts(os.Getenv("NNLAB_KERNELSPEC"))
	if s.Tmp, err = supervise.Folder(); err != nil {
		return 1, err
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP, os.Interrupt)
	kernel, err := supervise.Start(s, connection, os.Stderr)
	if err != nil {
		return 1, err
	}
	look := time.NewTicker(500 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-kernel.Exited():
			if err := kernel.Stop(); err != nil {
				return 1, err
			}
			return 0, nil
		case sig := <-signals:
			if sig != os.Interrupt {
				return 0, kernel.Stop()
			}
			// Front ends send a message, as the kernelspec asks; people send a signal.
			if err := kernel.Interrupt(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				return 1, errors.Join(err, kernel.Stop())
			}
		case <-look.C:
			if os.Getppid() != parent { // the front end has died
				return 0, kernel.Stop()
			}
		}
	}
}
