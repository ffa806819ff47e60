package check

import (
	"fmt"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

func TestRemarkable(t *testing.T) {
	for source, want := range map[string]string{
		"%%\nfmt.Println(7 % 2, !true)":       "",
		"var initial = 1":                     "",
		"%% -flag=3\nx()":                     "",
		"!curl example.org":                   "!curl example.org",
		"x := 1\n%goflags -overlay=x":         "%goflags -overlay=x",
		"%%bash\nls":                          "%%bash",
		"func init_x() {}":                    "func init_x",
		"func init() {}":                      "func init",
		"type T struct{}\nfunc (T) init() {}": "",
		"import \"unsafe\"":                   `import "unsafe"`,
		"import . \"os\"":                     `import . "os"`,
		"import f \"path/filepath\"":          `import "path/filepath"`,
		"import \"os\"\nx, _ := os.ReadFile(\"dados.csv\")\nfmt.Fprintln(os.Stderr, x)": "",
		"os.ReadFile(\"/proc/1/environ\")":                                              "os.ReadFile",
		"os.ReadFile(\"../check.toml\")":                                                "os.ReadFile",
		"os.ReadFile(\"a\" + x)":                                                        "os.ReadFile",
		"f := os.ReadFile":                                                              "os.ReadFile",
		"os.Exit(0)":                                                                    "os.Exit",
		"%%\nexec.CommandContext(ctx)":                                                  "exec.CommandContext",
		"unix.Kill(1, 9)":                                                               "unix.Kill", // the kernel imports what a name is for
		"exec := pipeline{}\nexec.Command()":                                            "",          // its own
		"// exec.Command\nfmt.Println(\"os.Exit(1) /proc/self !ls\")":                   "",
		"import g \"github.com/nnlab-go/lab/nnlab/grade\"":                              `import "github.com/nnlab-go/lab/nnlab/grade"`,
		"import \"github.com/nnlab-go/lab/nnlab/nn\"\nm := nn.Sequential()\nm.Summary()": "",
		"//go:linkname a b\nfunc a()":                "//go:linkname a b",
		"func append(x ...int) int { return 1 }":     "append, que deixa de ser o de Go",
		"const true = false":                         "true, que deixa de ser o de Go",
		"type float64 int":                           "float64, que deixa de ser o de Go",
		"soma := func(true int) int { return true }": "",
		"model.Summary()\nvar outra = 3":             "",
		"x := 1 +":                                   "", // does not run
	} {
		notes := remarkable([]ipynb.Cell{ipynb.NewCode("a", "var x, model int\nexec, outro := 1, 2"), ipynb.NewCode("b", source)})
		if want == "" && notes != nil || want != "" && fmt.Sprint(notes) != "[leia a célula 2, que tem «"+want+"»]" {
			t.Errorf("%q: got %q", source, notes)
		}
	}
}
