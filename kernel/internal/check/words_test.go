package check

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

func TestRemarkable(t *testing.T) {
	for source, want := range map[string]string{
		"%%\nfmt.Println(7 % 2, !true)": "",
		"var initial = 1":               "",
		"%% -flag=3\nx()":               "",
		"!curl example.org":             "!curl example.org",
		"x := 1\n%goflags -overlay=x":   "%goflags -overlay=x",
		"%%bash\nls":                    "%%bash",
		"func init_x() {}":              "func init_x(",
		"import \"unsafe\"":             "\"unsafe\"",
		"%%\nexec.CommandContext(ctx)":  "exec.CommandContext",
	} {
		notes := remarkable([]ipynb.Cell{ipynb.NewCode("a", "var x int"), ipynb.NewCode("b", source)})
		if want == "" && notes != nil || want != "" && fmt.Sprint(notes) != "[leia a célula 2, que tem «"+want+"»]" {
			t.Errorf("%q: got %q", source, notes)
		}
	}
}
