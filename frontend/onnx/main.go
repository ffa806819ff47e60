// Command onnx is the Go side of test_onnx.py: it writes models as ONNX files into a folder,
// each NAME.onnx with NAME.json, some examples and what the lab answers to them.
//
//	go run ./frontend/onnx FOLDER [layers | graphs | systems | full]
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/nnlab-go/lab/internal/made"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("expected FOLDER and one of layers, graphs, systems, full")
	}
	cases := map[string]func() []testCase{"layers": layers, "graphs": graphs, "systems": systems, "full": fullSystems}[os.Args[2]]
	if cases == nil {
		log.Fatalf("there is no set %q", os.Args[2])
	}
	all := cases()
	for i, c := range all {
		if err := c.write(os.Args[1]); err != nil {
			log.Fatalf("%s: %v", c.name, err)
		}
		all[i] = testCase{} // whose weights nobody needs any more
	}
}

// testCase is a model with what its file is told.
type testCase struct {
	name     string
	model    *nn.Model
	options  []onnx.Option
	last     bool // onnx.ChannelsLast
	examples int
}

// numbers are those of a batch of examples, channels last.
type numbers struct {
	Name   string    `json:"name"`
	Shape  []int     `json:"shape"`
	Values []float32 `json:"values"`
}

func (c testCase) write(folder string) error {
	r := rand.New(rand.NewPCG(1, uint64(len(c.name))))
	if c.model.InputNames() == nil {
		return c.model.Err()
	}
	stir(c.model, r)
	path := filepath.Join(folder, c.name)
	if c.last {
		c.options = append(c.options, onnx.ChannelsLast())
	}
	if err := onnx.Save(c.model, path+".onnx", c.options...); err != nil {
		return err
	}
	var said struct {
		Inputs, Outputs []numbers
		ChannelsLast    bool
	}
	said.ChannelsLast = c.last
	shapes := map[string]tensor.Shape{}
	for _, l := range c.model.Layers() {
		shapes[l.Name] = l.Shape
	}
	var data nn.Multi
	for _, name := range c.model.InputNames() {
		x := numbers{name, append([]int{c.examples}, shapes[name]...), make([]float32, c.examples*shapes[name].Size())}
		for i := range x.Values {
			x.Values[i] = float32(r.NormFloat64())
		}
		said.Inputs = append(said.Inputs, x)
		data.X = append(data.X, made.Examples{Of: shapes[name], Values: x.Values})
	}
	data.Y = data.X[:1] // nobody looks at it
	answers, err := c.model.PredictAll(data)
	if err != nil {
		return err
	}
	for i, name := range c.model.OutputNames() {
		said.Outputs = append(said.Outputs, numbers{name, answers[i].Shape, answers[i].Values()})
	}
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	return os.WriteFile(path+".json", text, 0o666)
}

// stir gives the parameters that start as one number other ones, so that none can be left out.
func stir(m *nn.Model, r *rand.Rand) {
	for _, p := range m.Params() {
		values := p.Value.Values()
		if slices.Max(values) > slices.Min(values) {
			continue
		}
		for i := range values {
			values[i] += 0.2 * r.Float32() // the weights of S-cells are never below 0
		}
		p.Value.Set(values)
	}
}

// compiled compiles with what no answer depends on.
func compiled(m *nn.Model, seed int) *nn.Model {
	return m.Compile(nn.NoLoss, nn.SGD(0.1), nn.Seed(seed))
}

// chain is a case of layers one behind the other.
func chain(i int, input []int, layers ...nn.Layer) testCase {
	m := nn.Sequential(append([]nn.Layer{nn.Input(input...)}, layers...)...)
	return testCase{name: fmt.Sprintf("layers%02d", i), model: compiled(m, i), examples: 3}
}
