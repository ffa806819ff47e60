package check

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/report"
	"github.com/nnlab-go/lab/nnlab/grade"
)

// question is a cell that evaluates something for a check.
type question struct {
	source string
	to     grade.To
	n      int // answers that there will be
}

// asking writes questions. All names that it uses itself carry the token, so that no
// declaration of the student can take their place, and it uses none of Go's own; what
// the teacher's statements declare is local and gone afterwards.
type asking struct {
	strings.Builder
	token string
}

func ask(imports []string, token string) *asking {
	a := &asking{token: token}
	for _, path := range imports {
		fmt.Fprintf(a, "import %q\n", path)
	}
	a.use("grade", gonb.Module+"/nnlab/grade")
	return a
}

func (a *asking) use(name, path string) { fmt.Fprintf(a, "import %s%s %q\n", name, a.token, path) }

// question asks for the value of the check's expression, or of an expression in its
// place, as often as it is drawn: what is drawn depends on the seeds alone.
func (c *Check) question(imports []string, expr, file, token string, seeds [2]uint64) question {
	a := ask(imports, token)
	if c.Draw == "" {
		fmt.Fprintf(a, "%%%%\n%s\ngrade%s.To(%q).Values(\n%s,\n)\n", c.Setup, token, file, expr)
		return question{a.String(), grade.To(file), 1}
	}
	a.use("rand", "math/rand/v2")
	fmt.Fprintf(a, "%%%%\nrand := rand%[1]s.New(rand%[1]s.NewPCG(%[2]d, %[3]d))\n_ = rand\n%[4]s\n", token, seeds[0], seeds[1], c.Setup)
	fmt.Fprintf(a, "grade%[1]s.To(%[2]q).Rounds(%[3]d, func() grade%[1]s.Answer {\n%[4]s\nreturn grade%[1]s.Of(\n%[5]s,\n)\n})\n", token, file, c.Times, c.Draw, expr)
	return question{a.String(), grade.To(file), c.Times}
}

// measure asks for the number of a model, an expression that may need what the
// student has declared, or one that does not.
func (c *Check) measure(imports []string, model, file, token string) question {
	a := ask(imports, token)
	a.use("nn", gonb.Module+"/nnlab/nn")
	data := fmt.Sprintf("var data%s nn%[1]s.Data = %s", token, c.Data)
	if c.Data == "mnist" {
		a.use("datasets", gonb.Module+"/datasets")
		data = fmt.Sprintf("_, data%s := datasets%[1]s.MNIST()", token)
	}
	fmt.Fprintf(a, "%%%%\n%[1]s\n%[2]s\nvar model%[3]s *nn%[3]s.Model = %[4]s\n", c.Setup, data, token, model)
	fmt.Fprintf(a, "logs%s, err%[1]s := model%[1]s.Evaluate(data%[1]s)\ngrade%[1]s.To(%q).Metric(%q, logs%[1]s, err%[1]s)\n", token, file, c.Metric)
	return question{a.String(), grade.To(file), 1}
}

// keep asks for the model itself, in a file.
func (c *Check) keep(imports []string, to, file, token string) question {
	a := ask(imports, token)
	a.use("nn", gonb.Module+"/nnlab/nn")
	fmt.Fprintf(a, "%%%%\n%[1]s\nvar model%[2]s *nn%[2]s.Model = %[3]s\ngrade%[2]s.To(%[4]q).Done(model%[2]s.Save(%[5]q))\n", c.Setup, token, c.Model, file, to)
	return question{a.String(), grade.To(file), 1}
}

// written is what a cell has written and shown, standard error left out.
func written(outputs []ipynb.Output) string {
	var b strings.Builder
	for _, o := range outputs {
		switch o["output_type"] {
		case "stream":
			if o["name"] == "stdout" {
				b.WriteString(ipynb.Text(o["text"]))
			}
		case "display_data", "execute_result":
			b.WriteString(ipynb.Text(o.Data()["text/plain"]) + "\n")
		}
	}
	return plain.Text(b.String())
}

// blame is the line by which a cell says why it failed.
func (r *run) blame(o execute.Outcome) string {
	if r.Setting.Memory > 0 && o.EName == report.NoMemory {
		return "a memória permitida não bastou"
	}
	return clean(o.EName + ": " + o.EValue)
}
