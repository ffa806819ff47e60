package nn_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// The compiler refuses an option of another kind of layer or optimizer.
func TestCompilerRefusesNonsense(t *testing.T) {
	fset := token.NewFileSet()
	source := importer.ForCompiler(fset, "source", nil)
	check := func(expression string) error {
		f, err := parser.ParseFile(fset, "cell.go", "package cell\nimport \"github.com/nnlab-go/lab/nnlab/nn\"\nvar _ = "+expression, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = (&types.Config{Importer: source}).Check("cell", fset, []*ast.File{f}, nil)
		return err
	}
	for _, good := range []string{`nn.Dense(10, nn.Softmax, nn.NoBias())`, `nn.SGD(0.1, nn.Momentum(0.9), nn.Nesterov())`,
		`nn.RMSprop(0.001, nn.Momentum(0.9))`, `nn.AdamW(0.001, nn.WeightDecay(0.01), nn.Betas(0.9, 0.99))`,
		`nn.Adadelta(1, nn.Rho(0.9), nn.EpsilonOf(1e-6))`, `nn.Subsampling(2, nn.Sigmoid)`} {
		if err := check(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{`nn.Dense(10, nn.Epochs(2))`, `nn.Dense(10, nn.Momentum(0.9))`, `nn.Dropout(0.2, nn.ReLU)`,
		`nn.Adam(0.001, nn.Momentum(0.9))`, `nn.Adam(0.001, nn.Nesterov())`, `nn.Adam(0.001, nn.WeightDecay(0.01))`,
		`nn.Adagrad(0.1, nn.Rho(0.9))`, `nn.ReduceLROnPlateau(0.1, 3, nn.RestoreBest())`, `nn.Activation("relu")`,
		`nn.Sequential().Compile(nn.MSE, nn.SGD(0.1), nn.Epochs(2))`, `nn.EarlyStopping(3, nn.SaveBestOnly())`} {
		if err := check(bad); err == nil || strings.Contains(err.Error(), "undefined") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
