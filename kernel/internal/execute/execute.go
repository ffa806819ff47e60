// Package execute runs a notebook from its first cell to its last without a
// front end.
package execute

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/client"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/serve"
	"github.com/nnlab-go/lab/kernel/internal/supervise"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// Run says what to run and where the results go.
type Run struct {
	Setting    gonb.Setting
	Notebook   string // the file
	Out        string // the executed notebook
	Parameters []ipynb.Parameter
	Progress   *Progress
}

// Failure is the error of a cell.
type Failure struct {
	Cell   int // from 1, among the code cells
	Count  int // the cell's execution count, by which errors name it
	Source string
	Text   string // what the cell wrote to say so
}

func (f *Failure) Error() string {
	return fmt.Sprintf("cell %d failed:\n\n%s\n%s", f.Cell, f.listing(), f.Text)
}

// at is how an error names a line.
var at = regexp.MustCompile(`Célula \[(\d+)\], linha (\d+)`)

// listing is the cell's source with the lines that Text names marked.
func (f *Failure) listing() string {
	marked := map[string]bool{}
	for _, m := range at.FindAllStringSubmatch(f.Text, -1) {
		if m[1] == strconv.Itoa(f.Count) {
			marked[m[2]] = true
		}
	}
	var b strings.Builder
	n := 0
	for line := range strings.Lines(f.Source) {
		n++
		mark := " "
		if marked[strconv.Itoa(n)] {
			mark = "→"
		}
		fmt.Fprintf(&b, "%s%3d │ %s", mark, n, line)
	}
	return b.String() + "\n"
}

// ErrInterrupted is returned when ctx ended before the notebook did.
var ErrInterrupted = errors.New("interrupted")

// Execute runs the notebook and returns it with its outputs, which are also in
// Run.Out after each cell. Each run has a state folder of its own, so that it
// does not depend on what was trained before.
func (r *Run) Execute(ctx context.Context) (nb ipynb.Notebook, err error) {
	if nb, err = ipynb.Read(r.Notebook); err != nil {
		return nil, err
	}
	if err := nb.Inject(r.Parameters); err != nil {
		return nil, err
	}
	nb.SetKernel("nnlab", "nnlab (Go)")
	// All that the run needs for itself lies in the kernel's folder, which goes
	// with the kernel, even when this process is killed.
	private, err := supervise.Folder()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(private)
	r.Setting.Tmp, r.Setting.State = private, filepath.Join(private, "state")
	log, err := os.Create(filepath.Join(private, "kernel.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	file := filepath.Join(private, "connection.json")
	connection, err := wire.NewConnection(file)
	if err != nil {
		return nil, err
	}
	r.Progress.say("nnlab: starting the kernel …")
	kernel, err := serve.Start(r.Setting, file, log)
	if err != nil {
		return nil, err
	}
	defer kernel.Stop()
	dialing, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-kernel.Exited():
			cancel(errors.New("the kernel ended:\n" + tail(log.Name())))
		case <-dialing.Done():
		}
	}()
	k, err := client.Dial(dialing, connection)
	if err != nil {
		return nil, errors.Join(err, context.Cause(dialing))
	}
	defer k.Close()
	return nb, r.cells(ctx, dialing, k, nb)
}

// cells runs the code cells one after the other. user ends when the user wants
// to stop, alive when the kernel has ended.
func (r *Run) cells(user, alive context.Context, k *client.Client, nb ipynb.Notebook) error {
	var code []ipynb.Cell
	for _, c := range nb.Cells() {
		if c.IsCode() {
			c.SetOutputs(nil, 0)
			code = append(code, c)
		}
	}
	var collected *ipynb.Collector
	for i, c := range code {
		if strings.TrimSpace(c.Source()) == "" {
			continue
		}
		r.Progress.cell(i+1, len(code), c.Source())
		collected = ipynb.NewCollector(collected)
		reply, err := r.cell(user, alive, k, c.Source(), collected)
		c.SetOutputs(collected.Outputs, reply.Count)
		r.Progress.cellEnd()
		if werr := nb.Write(r.Out); werr != nil {
			return werr
		}
		switch {
		case err != nil:
			return err
		case reply.Status == "error":
			return &Failure{i + 1, reply.Count, c.Source(), errorText(collected.Outputs, reply)}
		}
	}
	return nb.Write(r.Out)
}

// cell runs one cell. When the user wants to stop, the cell is interrupted and
// has five seconds to end.
func (r *Run) cell(user, alive context.Context, k *client.Client, source string, to *ipynb.Collector) (client.Reply, error) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(alive))
	defer cancel(nil)
	defer context.AfterFunc(alive, func() {
		if user.Err() == nil {
			cancel(context.Cause(alive))
		}
	})()
	defer context.AfterFunc(user, func() {
		k.Interrupt()
		time.AfterFunc(6*time.Second, func() { cancel(ErrInterrupted) })
	})()
	var bad error
	reply, err := k.Execute(ctx, source, func(m wire.Message) {
		o, err := to.Add(m.Header.Type, m.Content)
		if err != nil {
			bad = err
		}
		r.Progress.output(m.Header.Type, m.Content, o)
	})
	switch {
	case user.Err() != nil:
		return reply, ErrInterrupted
	case err != nil:
		return reply, context.Cause(ctx)
	}
	return reply, bad
}

// errorText is what a failed cell wrote to say why: its error outputs and what
// it sent to standard error, without the colours of a terminal.
func errorText(outputs []ipynb.Output, reply client.Reply) string {
	var b strings.Builder
	for _, o := range outputs {
		switch {
		case o["output_type"] == "error":
			for _, line := range o["traceback"].([]any) {
				fmt.Fprintln(&b, line)
			}
		case o["output_type"] == "stream" && o["name"] == "stderr":
			b.WriteString(ipynb.Text(o["text"]))
		}
	}
	if b.Len() == 0 {
		fmt.Fprintf(&b, "%s: %s\n", reply.EName, reply.EValue)
	}
	return ipynb.Plain(b.String())
}

// tail is the last part of the kernel's log.
func tail(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return ipynb.Plain(string(data[max(0, len(data)-2000):]))
}
