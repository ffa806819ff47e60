package check

import (
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/report"
	"github.com/nnlab-go/lab/nnlab/grade"
)

// question is a cell that evaluates a check's expression.
type question struct {
	source string
	to     grade.To
}

// question writes the cell. All names that it uses itself carry the token, so
// that no declaration of the student can take their place; what the expression
// and the set-up declare is local and gone afterwards.
func (c *Check) question(imports []string, file, token string) question {
	var b strings.Builder
	use := func(name, path string) { fmt.Fprintf(&b, "import %s%s %q\n", name, token, gonb.Module+path) }
	for _, path := range imports {
		fmt.Fprintf(&b, "import %q\n", path)
	}
	use("grade", "/nnlab/grade")
	if c.Model == "" {
		fmt.Fprintf(&b, "%%%%\n%s\ngrade%s.To(%q).Values(\n%s,\n)\n", c.Setup, token, file, c.Expr)
		return question{b.String(), grade.To(file)}
	}
	use("nn", "/nnlab/nn")
	data := fmt.Sprintf("var data%s nn%[1]s.Data = %s", token, c.Data)
	if c.Data == "mnist" {
		use("datasets", "/datasets")
		data = fmt.Sprintf("_, data%s := datasets%[1]s.MNIST()", token)
	}
	fmt.Fprintf(&b, "%%%%\n%s\n%s\nvar model%s *nn%[3]s.Model = %s\n", c.Setup, data, token, c.Model)
	fmt.Fprintf(&b, "logs%s, err%[1]s := model%[1]s.Evaluate(data%[1]s)\ngrade%[1]s.To(%q).Metric(%q, logs%[1]s, err%[1]s)\n", token, file, c.Metric)
	return question{b.String(), grade.To(file)}
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
	return ipynb.Plain(b.String())
}

// blame is the line by which a cell says why it failed.
func (r *run) blame(o execute.Outcome) string {
	if r.Setting.Memory > 0 && o.EName == report.NoMemory {
		return "a memória permitida não bastou"
	}
	return clean(o.EName + ": " + o.EValue)
}
