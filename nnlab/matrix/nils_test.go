package matrix

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/internal/nils"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// A nil in any place where the compiler allows one is refused in words.
func TestNils(t *testing.T) {
	p := nn.Sequential(nn.Input(2), nn.Dense(3)).Compile(nn.MSE, nn.SGD(0.1)).Params()[0]
	m := mat.NewDense(2, 3, nil)
	nils.Check(t, "github.com/nnlab-go/lab/nnlab/matrix", map[string]nils.Row{
		"FromData.d":   {Says: "data", Call: func() error { _, _, err := FromData(nil); return err }},
		"FromParam.p":  {Says: "a parameter", Call: func() error { return mends.Panicked(func() { FromParam(nil) }) }},
		"FromTensor.t": {Says: "a tensor", Call: func() error { return mends.Panicked(func() { FromTensor(nil) }) }},
		"ToParam.p":    {Says: "a parameter", Call: func() error { return ToParam(nil, m) }},
		"ToParam.m":    {Says: "a matrix", Call: func() error { return ToParam(p, nil) }},
		"ToTensor.t":   {Says: "a tensor", Call: func() error { return ToTensor(nil, m) }},
		"ToTensor.m":   {Says: "a matrix", Call: func() error { return ToTensor(p.Value, nil) }},
	}, map[string]string{
		"ToData":     "what a set is not made of is told by its Open, see below",
		"ToLabelled": "as ToData",
	})
	for _, err := range []error{ToData(nil, m).Open(), ToData(m, nil).Open(), ToLabelled(nil, []int{1}).Open()} {
		if err == nil || !strings.Contains(err.Error(), "expects") {
			t.Error(err)
		}
	}
}
