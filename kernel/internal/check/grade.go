package check

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/pt"
	"github.com/nnlab-go/lab/nnlab/grade"
)

// Grader runs notebooks and grades them by a sheet.
type Grader struct {
	Sheet   *Sheet
	Setting gonb.Setting

	teacher teacher
}

// most is how many bytes a cell of a student may write.
const most = 1 << 20

// run is one notebook being graded.
type run struct {
	*Grader
	within  context.Context // ends when the notebook has had its time
	tell    func(string)
	session *execute.Session
	past    []past // the cells that have been run
	kernels int    // that were started in the place of the first
	known   bool   // why the kernel has ended, if it has
	cells   map[string][]ran
	report  *Report
}

// ran is a cell that was run.
type ran struct {
	output string // without what it wrote to standard error
	failed string // why it did not work, "" when it did
}

// Grade runs a notebook in a kernel, a state folder and a working folder of its
// own. What is wrong with the notebook, or with this machine, stands in the report; the
// error is execute.ErrInterrupted or ErrTeacher. The executed notebook goes to out, unless
// that is ""; tell is told which cell runs.
func (g *Grader) Grade(ctx context.Context, notebook, name, out string, tell func(string)) (*Report, error) {
	report := g.Sheet.blank(notebook, name)
	nb, err := g.read(notebook)
	if err != nil {
		report.Problem = "o caderno não pode ser lido: " + plain.Short(err.Error(), 3*longest)
		return report, nil
	}
	if language := nb.Foreign(); language != "" {
		report.Problem = "o caderno é de " + clean(language) + ", e não de Go"
		return report, nil
	}
	if err := nb.Inject(g.Sheet.parameters()); err != nil {
		report.Problem = "o caderno foi executado com os seus próprios parâmetros: " + clean(err.Error())
	}
	code := nb.ClearCode(nil) // what the notebook says that it printed is not looked at
	report.Notes = remarkable(code)
	within, done := context.WithTimeout(ctx, g.Sheet.total())
	defer done()
	unfinished := func(err error) (*Report, error) {
		if errors.Is(err, execute.ErrInterrupted) && ctx.Err() == nil {
			err = fmt.Errorf("o caderno levou mais de %s ao todo", pt.Duration(g.Sheet.total()))
			report.Problem = err.Error() + "; se é o que ele precisa, escreva total nos testes"
		}
		return report.unfinished(err)
	}
	session, err := execute.Open(within, g.Setting, g.Sheet.copyFiles)
	if err != nil {
		return unfinished(err)
	}
	r := &run{Grader: g, within: within, tell: tell, session: session, cells: map[string][]ran{}, report: report}
	defer func() { r.session.Close() }()
	if err := r.all(ctx, code); err != nil {
		return unfinished(err)
	}
	if out == "" {
		return report, nil
	}
	if err := nb.Write(out); err != nil {
		report.Problem = "o caderno executado não pôde ser gravado: " + clean(pt.Error(err).Error())
	}
	return report, nil
}

// largest is how many bytes a notebook may have. The largest of the lecture's, with the
// pictures of its figures, has less than one million.
const largest = 50 << 20

// read reads a notebook that a student has handed in, and nothing that lies elsewhere:
// no link is followed, be it the file or a folder that was handed in, and no pipe waited
// for. Whose it is the report says.
func (g *Grader) read(notebook string) (ipynb.Notebook, error) {
	if link := throughLink(notebook, g.Sheet.dir, "."); link != "" {
		return nil, fmt.Errorf("está atrás do atalho (symlink) «%s», que não foi seguido; peça a própria pasta, ou, se o atalho é seu, dê o caminho sem ele", clean(filepath.Base(link)))
	}
	f, err := whole.Open(filepath.Clean(notebook)) // as it was looked at: a/../b is b
	switch {
	case errors.Is(err, whole.ErrIrregular):
		return nil, errors.New(irregular(notebook))
	case err != nil:
		return nil, pt.Error(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largest+1))
	switch {
	case err != nil:
		return nil, pt.Error(err)
	case len(data) > largest:
		return nil, fmt.Errorf("tem mais de %d MiB; quem o fez limpe as saídas (Edit → Clear Outputs of All Cells) e o entregue de novo", largest>>20)
	}
	return ipynb.Parse(filepath.Base(notebook), data)
}

// throughLink is the first folder on the way to a file that is a link and may have come with it.
// Folders in which the teacher is, or has others of his files, are his own, and those of the root
// the system's, as /tmp is under macOS.
func throughLink(file string, own ...string) string {
	path, err := filepath.Abs(file)
	if err != nil {
		return "" // and so nothing of that name can be opened
	}
	var known []string
	for _, folder := range own {
		if folder, err := filepath.Abs(folder); err == nil {
			known = append(known, folder+string(filepath.Separator))
		}
	}
	link := ""
	for folder := filepath.Dir(path); filepath.Dir(folder) != filepath.Dir(filepath.Dir(folder)); folder = filepath.Dir(folder) {
		if slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(k, folder+string(filepath.Separator)) }) {
			break
		}
		if info, err := os.Lstat(folder); err == nil && info.Mode()&os.ModeSymlink != 0 {
			link = folder
		}
	}
	return link
}

// irregular says what stands in the place of a file.
func irregular(path string) string {
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.Mode()&os.ModeSymlink != 0:
		return "é um atalho (symlink) para outro lugar, que não foi seguido; peça o próprio arquivo"
	case err == nil && info.IsDir():
		return "é uma pasta; peça o próprio arquivo"
	}
	return "não é um arquivo; peça o próprio caderno"
}

// all runs the cells, and after each cell the checks that wait for it.
func (r *run) all(ctx context.Context, code []ipynb.Cell) error {
	var collected *ipynb.Collector
	for i, c := range code {
		here := r.Sheet.of(c)
		var result ran
		if strings.TrimSpace(c.Source()) != "" {
			r.tell(fmt.Sprintf("[%d/%d] %s", i+1, len(code), clean(execute.FirstLine(c.Source()))))
			var err error
			if result, collected, err = r.cell(i+1, c, collected, r.Sheet.timeout(here...)); err != nil {
				return err
			}
		}
		for _, check := range here {
			r.cells[check.Cell] = append(r.cells[check.Cell], result)
			if !slices.ContainsFunc(code[i+1:], func(later ipynb.Cell) bool { return later.Called(check.Cell) }) {
				if err := r.check(ctx, check); err != nil {
					return err
				}
			}
		}
	}
	for _, check := range r.Sheet.Checks {
		switch {
		case check.Cell == "":
			if err := r.check(ctx, check); err != nil {
				return err
			}
		case r.cells[check.Cell] == nil:
			r.report.set(check, "o caderno não tem a célula «"+clean(check.Cell)+"»")
		}
	}
	return nil
}

// cell runs a cell and kills what it leaves running. It returns what the displays of
// later cells come behind.
func (r *run) cell(number int, c ipynb.Cell, before *ipynb.Collector, limit time.Duration) (ran, *ipynb.Collector, error) {
	p := past{number: number, source: c.Source(), limit: limit}
	a, err := r.run(&p, func() string { return p.source }, before)
	if err != nil {
		return ran{}, nil, err
	}
	r.past = append(r.past, p)
	why := a.why
	if why != "" {
		a.to.AddError("erro", why)
	}
	c.SetOutputs(a.to.Outputs, a.Count)
	if why == "" && a.Failed() {
		why = "a célula falhou: " + r.blame(a.Outcome)
	}
	return ran{written(a.to.Outputs), why}, a.to, nil
}

// check decides about one check.
func (r *run) check(ctx context.Context, c *Check) error {
	var failed []string
	output := ""
	for _, cell := range r.cells[c.Cell] {
		output += cell.output
		if cell.failed != "" {
			failed = append(failed, cell.failed)
		}
	}
	r.report.forgeable(c, true)
	switch {
	case failed != nil:
		r.report.set(c, failed...)
	case c.Expr == "" && c.Model == "":
		r.report.set(c, c.ofOutput(output)...)
	default:
		reasons, forgeable, err := r.evaluate(ctx, c)
		if err != nil {
			return err
		}
		r.report.forgeable(c, forgeable || r.Setting.Jail == "")
		r.report.set(c, reasons...)
	}
	return nil
}

// evaluate runs the expression of a check, and tells whether the student's code could
// have forged what it gave: it runs in the same process, and whatever that may do to be
// believed, it can do too. What it cannot is to know a right value that is worked out
// elsewhere.
func (r *run) evaluate(ctx context.Context, c *Check) (reasons []string, forgeable bool, err error) {
	if c.Model != "" {
		return r.evaluateModel(ctx, c)
	}
	seeds := newSeeds()
	answers, why, err := r.answers(c, func(file, token string) question {
		return c.question(r.Sheet.Imports, c.Expr, file, token, seeds)
	})
	switch {
	case err != nil:
		return nil, true, err
	case why != "":
		return []string{why}, true, nil
	case c.Right == "":
		return c.ofAnswer(answers[0]), true, nil
	}
	right, err := r.teacher.right(ctx, r.Grader, c, seeds)
	if err != nil {
		return nil, true, err
	}
	return c.ofReference(answers, right), c.Draw == "", nil
}

// answers runs a question in the student's kernel. Its answers come by a file whose
// name the student's cells cannot know before.
func (r *run) answers(c *Check, ask func(file, token string) question) (answers []grade.Answer, why string, err error) {
	var q question
	p := past{check: c.Name, limit: r.Sheet.timeout(c)}
	a, err := r.run(&p, func() string {
		token := rand.Text()
		q = ask(filepath.Join(r.session.Folder, token), token)
		return q.source
	}, nil)
	switch {
	case err != nil:
		return nil, "", err
	case a.why != "":
		return nil, "a avaliação falhou: " + a.why, nil
	case a.Failed():
		return nil, "a avaliação falhou: " + r.blame(a.Outcome), nil
	}
	answers, err = q.to.Read(q.n)
	if errors.Is(err, os.ErrNotExist) {
		return nil, "a avaliação não chegou ao fim: o programa do caderno terminou antes", nil
	}
	if err != nil {
		return nil, "a avaliação não pode ser lida: " + clean(pt.Error(err).Error()), nil
	}
	return answers, "", nil
}

// evaluateModel judges a model where none of the student's code runs, if it can be told
// from a file; one that has Go functions of the student's in it cannot.
func (r *run) evaluateModel(ctx context.Context, c *Check) (reasons []string, forgeable bool, err error) {
	if r.Setting.Jail != "" && c.Data == "mnist" {
		kept := ""
		answers, why, err := r.answers(c, func(file, token string) question {
			kept = file + ".safetensors"
			return c.keep(r.Sheet.Imports, kept, file, token)
		})
		defer func() { os.Remove(kept) }()
		if err != nil || why != "" {
			return []string{why}, true, err
		}
		if answers[0].Err != "" {
			return []string{"erro: " + clean(answers[0].Err)}, true, nil
		}
		answer, told, err := r.teacher.measure(ctx, r.Grader, c, kept)
		if err != nil {
			return nil, true, err
		}
		if told {
			return c.ofAnswer(answer), false, nil
		}
	}
	answers, why, err := r.answers(c, func(file, token string) question { return c.measure(r.Sheet.Imports, c.Model, file, token) })
	if err != nil || why != "" {
		return []string{why}, true, err
	}
	return c.ofAnswer(answers[0]), true, nil
}
