package check

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// mostKernels is how many kernels a notebook gets in the place of its first.
const mostKernels = 12

// past is a code that was run: a cell, which is run again in a fresh kernel, or what a
// check asks.
type past struct {
	number int    // of a cell, from 1, among the notebook's cells of code
	check  string // the name of the check that asks
	source string // of a cell
	limit  time.Duration
	ends   int // how many kernels have ended with it
}

// tolerated is how often a kernel may end while a code runs before that is the code's
// fault: once it may have been killed by another, or by a machine without memory.
const tolerated = 1

// note notes how a run of the code ended, and whether the kernel ended with it. What had
// to be stopped is not worth another try.
func (p *past) note(o execute.Outcome, kernel bool) {
	if kernel {
		p.ends++
	}
	if stopped(o) {
		p.ends = max(p.ends, tolerated+1)
	}
}

func stopped(o execute.Outcome) bool { return o.Late || o.Flood }

// guilty tells whether it is the code's fault when a kernel ends with it.
func (p past) guilty() bool { return p.ends > tolerated }

// again is what a fresh kernel is given of a cell: all of it, or its declarations where
// it was stopped or has ended kernels, or nothing where those end one too.
func (p past) again() string {
	switch {
	case !p.guilty():
		return p.source
	case p.ends == tolerated+1:
		return declarations(p.source)
	}
	return ""
}

// String names the code in a sentence.
func (p past) String() string {
	if p.number > 0 {
		return fmt.Sprintf("a célula %d", p.number)
	}
	return "a avaliação de «" + clean(p.check) + "»"
}

// declarations are those of a cell, without its statements and the variables that these
// define. Of a cell with orders to the kernel there are none.
func declarations(source string) string {
	f, text, order := parseCell(source)
	if f == nil || order != "" {
		return ""
	}
	var all []string
	for _, d := range f.Decls {
		if main, ok := d.(*ast.FuncDecl); !ok || main.Recv != nil || main.Name.Name != "main" {
			all = append(all, text[d.Pos()-f.FileStart:d.End()-f.FileStart])
		}
	}
	return strings.Join(all, "\n")
}

// attempt is how a code ended.
type attempt struct {
	execute.Outcome
	to  *ipynb.Collector
	why string // what ended it from outside, "" when nothing did
}

// run runs a code and, where the kernel ends meanwhile, runs it once more in a fresh
// one. made makes it for the kernel that there is.
func (r *run) run(p *past, made func() string, before *ipynb.Collector) (a attempt, err error) {
	ctx := r.within
	for again := false; ; again = true {
		a = attempt{to: ipynb.NewCollector(before)}
		if a.why, err = r.revive(ctx); a.why != "" || err != nil {
			return a, err
		}
		a.Outcome, err = r.once(ctx, made(), p, a.to)
		ended := !r.session.Alive()
		switch {
		case errors.Is(err, execute.ErrInterrupted):
			return a, err
		case a.Late:
			a.why = a.LateText(p.limit)
		case a.Flood:
			a.why = fmt.Sprintf("a célula escreveu mais de %d MiB e foi interrompida", most>>20)
		case ended && !p.guilty():
			continue
		case ended:
			a.why = "o kernel terminou enquanto a célula era executada, e de novo na segunda vez"
		case err != nil:
			a.why = "o que a célula mostrou não pode ser lido: " + clean(err.Error())
		}
		switch {
		case ended && stopped(a.Outcome):
			r.remark("%v não se deixou interromper, e o kernel foi encerrado com ela: o que vem depois rodou em outro, %s", p, p.without())
		case ended:
			r.remark("%v terminou o kernel: o que vem depois rodou em outro, %s", p, p.without())
		case again:
			r.remark("o kernel terminou durante %v, mas não quando ela rodou outra vez: não é culpa dela, e nada se perdeu", p)
		}
		return a, nil
	}
}

// without says what a fresh kernel is not given of a code that has ended one.
func (p past) without() string {
	switch {
	case p.number == 0:
		return "com todas as células"
	case declarations(p.source) == "":
		return "com as outras células, sem ela"
	}
	return "com as outras células e só as declarações dela"
}

// once runs a code in the kernel that there is, and kills what it leaves running.
func (r *run) once(ctx context.Context, source string, p *past, to *ipynb.Collector) (execute.Outcome, error) {
	o, err := r.session.Run(ctx, execute.Code{Source: source, Limit: p.limit, Most: most, To: to})
	r.session.KillCell()
	if !errors.Is(err, execute.ErrInterrupted) {
		r.known = !r.session.Alive()
		p.note(o, r.known)
	}
	return o, err
}

// revive starts a fresh kernel where the last one has ended, and runs the cells there
// again that were run in that. Why says that there are no more kernels.
func (r *run) revive(ctx context.Context) (why string, err error) {
	for !r.session.Alive() {
		if r.kernels == mostKernels {
			return fmt.Sprintf("não foi executada, porque %d kernels terminaram antes", mostKernels+1), nil
		}
		if !r.known {
			r.remark("o kernel terminou entre uma célula e a seguinte: o que vem depois rodou em outro, com as mesmas células")
		}
		r.kernels++
		r.session.Close()
		fresh, err := execute.Open(ctx, r.Setting, r.Sheet.copyFiles)
		if err != nil {
			return "", err
		}
		r.session, r.known = fresh, false
		if err := r.replay(ctx); err != nil {
			return "", err
		}
	}
	return "", nil
}

// replay runs the cells again, until the kernel ends. What they show was shown.
func (r *run) replay(ctx context.Context) error {
	for i := range r.past {
		p := &r.past[i]
		source := p.again()
		if source == "" {
			continue
		}
		r.tell(fmt.Sprintf("%v outra vez, em outro kernel", p))
		if _, err := r.once(ctx, source, p, ipynb.NewCollector(nil)); errors.Is(err, execute.ErrInterrupted) {
			return err
		}
		if !r.session.Alive() {
			if p.guilty() {
				r.remark("%v terminou o kernel quando rodou outra vez: o que vem depois rodou em outro, sem ela", p)
			}
			return nil
		}
	}
	return nil
}

// remark tells the teacher something about the notebook, once.
func (r *run) remark(format string, args ...any) {
	if note := fmt.Sprintf(format, args...); !slices.Contains(r.report.Notes, note) {
		r.report.Notes = append(r.report.Notes, note)
	}
}
