package onnx

import (
	"encoding/binary"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
)

// That onnxruntime answers as the lab does, for all layers, random graphs and all systems, is
// told by frontend/test_onnx.py.

func compiled(layers ...nn.Layer) *nn.Model {
	return nn.Sequential(layers...).Compile(nn.MSE, nn.SGD(0.1))
}

// saved is the file of a model.
func saved(t *testing.T, m *nn.Model, options ...Option) *pb.GraphProto {
	t.Helper()
	path := filepath.Join(t.TempDir(), "modelo.onnx")
	if err := Save(m, path, options...); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file pb.ModelProto
	if err := proto.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.ProtoReflect().GetUnknown()) > 0 || file.GetIrVersion() != 10 || len(file.OpsetImport) != 1 || file.OpsetImport[0].GetVersion() != 22 {
		t.Errorf("version %d, %v", file.GetIrVersion(), file.OpsetImport)
	}
	return file.Graph
}

// said is what a tensor looks like: "input [N 1 28 28]".
func said(v *pb.ValueInfoProto) string {
	var dims []string
	for _, d := range v.GetType().GetTensorType().GetShape().GetDim() {
		if d.GetDimParam() != "" {
			dims = append(dims, d.GetDimParam())
		} else {
			dims = append(dims, fmt.Sprint(d.GetDimValue()))
		}
	}
	return v.GetName() + " [" + strings.Join(dims, " ") + "]"
}

// steps are the nodes: "Conv conv1: input conv1/kernel conv1/bias → conv1".
func steps(g *pb.GraphProto) (all []string) {
	for _, n := range g.Node {
		all = append(all, fmt.Sprintf("%s %s: %s → %s", n.GetOpType(), n.GetName(), strings.Join(n.Input, " "), n.Output[0]))
	}
	return all
}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A network for images is channels first, without a transposition, and has the layers' names.
func TestNamesAndLayout(t *testing.T) {
	m := compiled(nn.Input(28, 28, 1), nn.Named("conv1", nn.Conv2D(4, 3, nn.ReLU)), nn.MaxPool2D(2), nn.BatchNorm(), nn.Dropout(0.5),
		nn.Flatten(), nn.Named("fc", nn.Dense(10, nn.Softmax)))
	g := saved(t, m)
	compare(t, steps(g), []string{
		"Conv conv1: input conv1/kernel conv1/bias → conv1/conv/y",
		"Relu conv1/relu: conv1/conv/y → conv1",
		"MaxPool maxpool2d: conv1 → maxpool2d",
		"BatchNormalization batchnorm: maxpool2d batchnorm/gamma batchnorm/beta batchnorm/moving_mean batchnorm/moving_variance → batchnorm",
		"Flatten flatten: batchnorm → flatten",
		"Gemm fc: flatten fc/kernel fc/bias → fc/gemm/y",
		"Softmax fc/softmax: fc/gemm/y → fc",
	})
	compare(t, []string{said(g.Input[0]), said(g.Output[0])}, []string{"input [N 1 28 28]", "fc [N 10]"})
	var between []string
	for _, v := range g.ValueInfo {
		between = append(between, said(v))
	}
	compare(t, between, []string{"conv1 [N 4 26 26]", "maxpool2d [N 4 13 13]", "batchnorm [N 4 13 13]", "flatten [N 676]"})

	last := saved(t, m, ChannelsLast())
	if got := steps(last)[0]; got != "Transpose conv1/transpose: input → conv1/transpose/y" || said(last.Input[0]) != "input [N 28 28 1]" {
		t.Errorf("%s, %s", got, said(last.Input[0]))
	}
}

// arrayOf is an array of the file.
func arrayOf(t *testing.T, g *pb.GraphProto, name string) (dims []int64, values []float32) {
	t.Helper()
	for _, a := range g.Initializer {
		if a.GetName() == name {
			for b := range slices.Chunk(a.RawData, 4) {
				values = append(values, math.Float32frombits(binary.LittleEndian.Uint32(b)))
			}
			return a.Dims, values
		}
	}
	t.Fatalf("there is no %s", name)
	return nil, nil
}

// Kernels are laid out for channels that come first: element [o i h w] of a convolution is
// ours [h w i o], row c·positions + p of a dense layer behind a map is ours p·channels + c.
func TestKernels(t *testing.T) {
	m := compiled(nn.Input(4, 5, 3), nn.Conv2D(2, [2]int{3, 2}), nn.Flatten(), nn.Dense(6))
	for _, p := range m.Params() {
		p.Value.SetEach(func(i int) float32 { return float32(i) })
	}
	g := saved(t, m)
	dims, conv := arrayOf(t, g, "conv2d/kernel")
	if !slices.Equal(dims, []int64{2, 3, 3, 2}) {
		t.Errorf("%v", dims)
	}
	for o := range 2 {
		for i := range 3 {
			for h := range 3 {
				for w := range 2 {
					if got, want := conv[((o*3+i)*3+h)*2+w], float32(((h*2+w)*3+i)*2+o); got != want {
						t.Errorf("[%d %d %d %d] is %v, want %v", o, i, h, w, got, want)
					}
				}
			}
		}
	}
	const positions, channels, units = 2 * 4, 2, 6
	_, dense := arrayOf(t, g, "dense/kernel")
	for c := range channels {
		for p := range positions {
			for u := range units {
				if got, want := dense[(c*positions+p)*units+u], float32((p*channels+c)*units+u); got != want {
					t.Errorf("row %d, unit %d is %v, want %v", c*positions+p, u, got, want)
				}
			}
		}
	}
}

// A layer that stands in two places has its weights in the file once, unless they are laid out
// differently in the two.
func TestSharedWeights(t *testing.T) {
	in := nn.Input(4, 4, 2)
	conv, dense := nn.Shared(nn.Conv2D(2, 1)), nn.Shared(nn.Dense(3))
	a := in.Then(conv)
	b := a.Then(conv)
	m := nn.Graph(nn.Inputs(in), nn.Outputs(nn.Add(a.Then(nn.Flatten(), dense), b.Then(nn.Reshape(32), dense)))).Compile(nn.MSE, nn.SGD(0.1))
	var names []string
	for _, i := range saved(t, m).Initializer {
		if i.GetDataType() == int32(pb.TensorProto_FLOAT) {
			names = append(names, i.GetName())
		}
	}
	compare(t, names, []string{"conv2d/kernel", "conv2d/bias", "dense/kernel", "dense/bias", "dense/kernel_2"})
}

// With Outputs the file has what those need.
func TestOutputs(t *testing.T) {
	in, other := nn.Input(8), nn.Input(3)
	a := in.Then(nn.Dense(4))
	main, aux := a.Then(nn.Dense(2)).Named("main"), nn.Concatenate(a, other).Then(nn.Dense(2)).Named("aux")
	m := nn.Graph(nn.Inputs(in, other), nn.Outputs(main, aux)).Compile(nn.MSE, nn.SGD(0.1))
	outputs := func(options ...Option) []string {
		g := saved(t, m, options...)
		names := []string{fmt.Sprint(len(g.Input), len(g.Node), len(g.Initializer))}
		for _, o := range g.Output {
			names = append(names, said(o))
		}
		return names
	}
	compare(t, outputs(), []string{"2 4 6", "main [N 2]", "aux [N 2]"})
	compare(t, outputs(Outputs("main")), []string{"1 2 4", "main [N 2]"})
	compare(t, outputs(Outputs("dense", "main", "dense")), []string{"1 2 4", "dense [N 4]", "main [N 2]"})
	compare(t, outputs(Outputs("input")), []string{"1 1 0", "input/output [N 8]"})
}

// Each kind of layer and of merge that nn can make of data has its case here, and each function.
func TestEveryKind(t *testing.T) {
	cases := func(path, function string) (all []string) {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Name.Name == function {
				ast.Inspect(d.Body, func(n ast.Node) bool {
					if c, ok := n.(*ast.CaseClause); ok {
						for _, e := range c.List {
							if s, ok := e.(*ast.BasicLit); ok {
								name, _ := strconv.Unquote(s.Value) // it is one
								all = append(all, name)
							}
						}
					}
					return true
				})
			}
		}
		return all
	}
	ours := cases("layers.go", "export")
	theirs := slices.DeleteFunc(cases("../nn/config_layers.go", "layerOf"), func(kind string) bool { return kind == "Input" })
	if len(theirs) < 35 {
		t.Errorf("nn has only %v", theirs)
	}
	for _, kind := range append(theirs, "Add", "Average", "Maximum", "Multiply", "Subtract", "Concatenate") {
		if !slices.Contains(ours, kind) {
			t.Errorf("%s cannot be written", kind)
		}
	}
	functions := cases("layers.go", "activation")
	for k := backend.Linear; !strings.HasPrefix(k.String(), "ActivationKind("); k++ {
		if !slices.Contains(functions, k.String()) {
			t.Errorf("the function %s cannot be written", k)
		}
	}
}

// Each mend of the package is followed once, and works.
func TestMends(t *testing.T) {
	double := nn.Func(func(x, y []float64) {
		for i := range x {
			y[i] = 2 * x[i]
		}
	}, func(x, y, dy, dx []float64) {
		for i := range dy {
			dx[i] = 2 * dy[i]
		}
	})
	own := compiled(nn.Input(3), nn.Named("fc", nn.Dense(2)), nn.Named("dobro", double), nn.Dense(2))
	path := filepath.Join(t.TempDir(), "modelo.onnx")
	save := func(m *nn.Model, options ...Option) func() error {
		return func() error { return Save(m, path, options...) }
	}
	small := compiled(nn.Input(3), nn.Dense(2))
	load := func(path string, options ...LoadOption) func() error {
		return func() error { _, err := Load(path, options...); return err }
	}
	good, text, elsewhere := filled(t, "squeezenet1_1"), filepath.Join(t.TempDir(), "a.onnx"), filled(t, "resnet18")
	if err := os.WriteFile(text, []byte("no network"), 0o600); err != nil {
		t.Fatal(err)
	}
	change(t, elsewhere, func(g *pb.GraphProto) { g.Initializer[0].RawData = nil })
	loops := filled(t, "squeezenet1_1")
	change(t, loops, func(g *pb.GraphProto) { g.Node[3].OpType = proto.String("Loop") })
	mends.Check(t, []mends.Row{
		mends.Of(`the part before it can be written: onnx.Save(model, path, onnx.Outputs("fc"))`, save(own), save(own, Outputs("fc"))),
		mends.Of("write one of: input, dense", save(small, Outputs("fc")), save(small, Outputs("dense")), save(small, Outputs("input"))),
		mends.Of("save the model by model.Save", save(compiled(nn.Input(23000), nn.Dense(23000))), func() error { return small.Save(path) }),
		mends.Of("name a file that is there", load(good+".none"), load(good)),
		mends.Of("name a file that is there", load(t.TempDir()), load(good)),
		mends.Of("export the network as ONNX again", load(text), load(good)),
		mends.Of("export the network with its weights in the file, as float32", load(elsewhere), load(filled(t, "resnet18"))),
		mends.Of("export the part of the network without them", load(loops), load(good)),
		mends.Of("export the network for inference, without what depends on its input", load(filled(t, "mobilenet_v2")), load(good)),
		mends.Of("name a file in a folder that can be written to", func() error { return Save(small, filepath.Join(path, "nowhere", "modelo.onnx")) }, save(small)),
	}, nil)
	if err := Save(nn.Sequential(nn.Input(3), nn.Dense(2)), path); err == nil || !strings.Contains(err.Error(), "compiled first") {
		t.Errorf("got %v", err)
	}
}

// A file of a whole network, and what of it a program without the auxiliary heads would load.
func ExampleSave() {
	model := nn.Sequential(nn.Input(28, 28, 1), nn.Conv2D(8, 3, nn.ReLU), nn.MaxPool2D(2), nn.Flatten(), nn.Dense(10, nn.Softmax)).
		Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	dir, _ := os.MkdirTemp("", "onnx")
	defer os.RemoveAll(dir)
	err := Save(model, filepath.Join(dir, "modelo.onnx"))
	fmt.Println(err)
	// Output: <nil>
}
