package check

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/pt"
	"github.com/nnlab-go/lab/nnlab/grade"
)

// usually is how often inputs are drawn where the teacher does not say.
const usually = 10

// readSolution reads the file that declares what is right.
func (s *Sheet) readSolution() error {
	if s.Solution == "" {
		return nil
	}
	if !filepath.IsLocal(s.Solution) {
		return fmt.Errorf("esperava um caminho abaixo da pasta deste arquivo, veio %q", s.Solution)
	}
	text, err := os.ReadFile(filepath.Join(s.dir, s.Solution))
	if err != nil {
		return pt.Error(err)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, s.Solution, text, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("não é um arquivo de Go: %w", err)
	}
	s.solution = string(text[fset.Position(f.Name.End()).Offset:])
	return nil
}

// prepareReference returns what is wrong with how a right value is worked out.
func (c *Check) prepareReference() error {
	switch {
	case c.Times < 0 || c.Times > 1000:
		return fmt.Errorf("times: esperava de 1 a 1000, veio %d", c.Times)
	case c.Draw == "" && c.Times != 0:
		return errors.New("times diz quantas vezes draw sorteia, e não há draw")
	case c.Draw == "" && c.Right == "":
		return nil
	case c.Expr == "":
		return errors.New("draw e reference são de um expr, e não há nenhum")
	case c.Right == "":
		return errors.New("draw sorteia as entradas: diga com reference, ou com solution no alto do arquivo, qual é o valor certo")
	case c.numeric() || c.textual() || c.Value != nil:
		return errors.New("reference diz qual é o valor certo; tire value, min, max, text, contains e regexp")
	}
	if c.Draw != "" && c.Times == 0 {
		c.Times = usually
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", "package p; func _() {\n"+c.Draw+"\n}", parser.SkipObjectResolution); err != nil {
		return fmt.Errorf("draw: não são comandos de Go: %w", err)
	}
	return nil
}

// newSeeds draws seeds that nobody can tell before.
func newSeeds() (seeds [2]uint64) {
	var bytes [16]byte
	rand.Read(bytes[:])
	return [2]uint64{binary.LittleEndian.Uint64(bytes[:8]), binary.LittleEndian.Uint64(bytes[8:])}
}

// ofReference returns why answers are not what the reference gave.
func (c *Check) ofReference(answers, right []grade.Answer) (reasons []string) {
	for i, want := range right {
		if reasons = c.ofRight(answers[i], want); reasons != nil {
			if c.Draw != "" {
				reasons[0] = fmt.Sprintf("no sorteio %d de %d: %s", i+1, len(right), reasons[0])
			}
			return reasons[:1]
		}
	}
	return nil
}

func (c *Check) ofRight(got, want grade.Answer) (reasons []string) {
	one := Check{Absolute: c.Absolute, Relative: c.Relative, pattern: c.pattern}
	switch want.Kind {
	case grade.Numbers:
		one.want = want.Numbers
	case grade.Bool:
		one.Value = want.Bool
	case grade.Text:
		one.Text = &want.Text
	}
	if (want.Err != "") != (got.Err != "") && want.Err != "" {
		return []string{"esperado um erro, obtido " + show(got)}
	}
	if want.Err != "" {
		return nil // which error, is the student's to say
	}
	return one.ofAnswer(got)
}

// teacher is a kernel in which the teacher's code runs and nobody else's.
type teacher struct {
	mu      sync.Mutex
	session *execute.Session
	mistake error // of the solution, which no later notebook will mend
}

// ErrTeacher is a mistake of the teacher's, in the sheet or the solution.
var ErrTeacher = errors.New("a solução do professor falhou")

// open returns the kernel, with what the solution declares. It is held until the mutex
// is released.
func (t *teacher) open(ctx context.Context, g *Grader) (*execute.Session, error) {
	if t.mistake != nil {
		return nil, t.mistake
	}
	if t.session != nil && t.session.Alive() {
		return t.session, nil
	}
	t.end()
	session, err := execute.Open(ctx, g.Setting, g.Sheet.copyFiles)
	if err != nil {
		return nil, err
	}
	t.session = session
	if g.Sheet.solution == "" {
		return session, nil
	}
	o, err := session.Run(ctx, execute.Code{Source: g.Sheet.solution, Limit: g.Sheet.Timeout, To: ipynb.NewCollector(nil)})
	if err == nil && o.Failed() {
		t.mistake = fmt.Errorf("%w: %s: %s", ErrTeacher, g.Sheet.Solution, failure(o, g.Sheet.Timeout))
		err = t.mistake
	}
	if err != nil {
		t.end() // or the next notebook would find a kernel that knows nothing
	}
	return session, err
}

// failure says why a code of the teacher's did not do what it should.
func failure(o execute.Outcome, limit time.Duration) string {
	if o.Late {
		return o.LateText(limit)
	}
	return o.EName + ": " + o.EValue
}

// run has the teacher's kernel answer a question, which is made for the file that the
// answer goes to; where the kernel ends meanwhile, once more in a fresh one. Why says
// what kept it from answering.
func (t *teacher) run(ctx context.Context, g *Grader, c *Check, ask func(file, token string) (question, error)) (answers []grade.Answer, why string, err error) {
	limit := g.Sheet.timeout(c)
	for again := false; ; again = true {
		session, err := t.open(ctx, g)
		if err != nil {
			return nil, "", err
		}
		token := rand.Text()
		q, err := ask(filepath.Join(session.Folder, token), token)
		if err != nil {
			return nil, clean(pt.Error(err).Error()), nil
		}
		o, err := session.Run(ctx, execute.Code{Source: q.source, Limit: limit, Most: most, To: ipynb.NewCollector(nil)})
		session.KillCell()
		switch {
		case errors.Is(err, execute.ErrInterrupted):
			return nil, "", err
		case o.Failed():
			return nil, failure(o, limit), nil
		case err != nil && session.Alive():
			return nil, "", err
		case err != nil && again:
			return nil, "o kernel terminou, e de novo na segunda vez", nil
		case err != nil:
			continue
		}
		if answers, err = q.to.Read(q.n); err != nil {
			return nil, pt.Error(err).Error(), nil
		}
		return answers, "", nil
	}
}

// right works out the right values for what the seeds draw.
func (t *teacher) right(ctx context.Context, g *Grader, c *Check, seeds [2]uint64) ([]grade.Answer, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	answers, why, err := t.run(ctx, g, c, func(file, token string) (question, error) {
		return c.question(g.Sheet.Imports, c.Right, file, token, seeds), nil
	})
	if err == nil && why != "" {
		err = fmt.Errorf("%w: %s: %s", ErrTeacher, c.Name, why)
	}
	return answers, err
}

// largestModel is how many bytes a student's model may have.
const largestModel = 2 << 30

// measure judges a model that a student's kernel has written to a file. told is false
// where the file does not tell the model.
func (t *teacher) measure(ctx context.Context, g *Grader, c *Check, kept string) (answer grade.Answer, told bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	// Of the check no more than what says how it is measured: its setup may need what
	// only the student's cells declare.
	c = &Check{Data: c.Data, Metric: c.Metric, Timeout: c.Timeout}
	copied := ""
	var refused error
	answers, why, err := t.run(ctx, g, c, func(file, token string) (question, error) {
		copied = file + ".safetensors"
		refused = copyModel(copied, kept)
		return c.measure(nil, fmt.Sprintf("nn%s.LoadModel(%q)", token, copied), file, token), refused
	})
	os.Remove(copied)
	switch {
	case refused != nil:
		return grade.Answer{Err: why}, true, nil
	case err != nil || why != "" || answers[0].Err != "":
		return answer, false, err
	}
	return answers[0], true, nil
}

// copyModel copies what may be anything, as [grade.To.Read] reads it.
func copyModel(to, from string) error {
	f, err := whole.Open(from)
	if err != nil {
		return errors.New("o modelo guardado não é um arquivo")
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() > largestModel {
		return errors.New("o modelo guardado tem mais de 2 GiB")
	}
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, io.LimitReader(f, largestModel)) // it may have grown
	return errors.Join(err, w.Close())
}

// end ends the kernel, if there is one.
func (t *teacher) end() {
	if t.session != nil {
		t.session.Close()
		t.session = nil
	}
}

// Close ends what the grader has started.
func (g *Grader) Close() {
	g.teacher.mu.Lock()
	defer g.teacher.mu.Unlock()
	g.teacher.end()
}
