package onnx

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/made"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// What torchvision and Keras export, and Caffe2 exported, gives what onnxruntime gives. testdata/foreign.py has made
// files and answers.
func TestLoadForeign(t *testing.T) {
	for _, of := range []string{"torch", "keras", "caffe2"} {
		data, err := os.ReadFile(filepath.Join("testdata", of+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var networks map[string]struct {
			Input  []int
			Answer []float64
		}
		if err := json.Unmarshal(data, &networks); err != nil {
			t.Fatal(err)
		}
		for name, n := range networks {
			if name == "mobilenet_v2" { // see TestLoadRefuses
				continue
			}
			t.Run(name, func(t *testing.T) {
				if large := name == "alexnet" || name == "vgg11" || name == "bvlc_alexnet"; large && testing.Short() {
					t.Skip("has half a gigabyte of weights")
				}
				m, err := Load(filled(t, name))
				if err != nil {
					t.Fatal(err)
				}
				m.Compile(nn.NoLoss, nn.SGD(0.1))
				y, err := m.Predict(image(n.Input, of != "keras"))
				if err != nil {
					t.Fatal(err)
				}
				far, large := 0.0, 0.0
				for k, v := range y.Values() {
					far, large = max(far, math.Abs(float64(v)-n.Answer[k])), max(large, math.Abs(n.Answer[k]))
				}
				if y.Shape.Size() != len(n.Answer) || far > 1e-4*large {
					t.Errorf("got %v, want %v", y.Values(), n.Answer)
				}
				t.Logf("%d layers, %.1g away", len(m.Layers()), far/large)
			})
		}
	}
}

// filled is the path of a file of testdata with the formula's numbers in it.
func filled(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".onnx.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var file pb.ModelProto
	if err := proto.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for _, a := range file.Graph.Initializer {
		var stream int
		var limit, mean float64
		if n, _ := fmt.Sscanf(a.GetDocString(), "formula %d %g %g", &stream, &limit, &mean); n != 3 {
			continue
		}
		size := 1
		for _, d := range a.Dims {
			size *= int(d)
		}
		for _, v := range made.Numbers(stream, size, limit, mean) {
			a.RawData = binary.LittleEndian.AppendUint32(a.RawData, math.Float32bits(v))
		}
	}
	if data, err = proto.Marshal(&file); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name+".onnx")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// image is the one that foreign.py has shown the networks: PyTorch's have channels first.
func image(shape []int, channelsFirst bool) nn.Data {
	values := made.Numbers(200, tensor.Shape(shape).Size(), 1, 0)
	if !channelsFirst {
		return made.Examples{Of: shape, Values: values}
	}
	c := &constant{dims: shape, floats: values}
	c = c.turned([]int{1, 2, 0})
	return made.Examples{Of: c.dims, Values: c.floats}
}

// What a file has that the lab cannot take is listed, and a file that is none is refused.
func TestLoadRefuses(t *testing.T) {
	text := filepath.Join(t.TempDir(), "a.onnx")
	if err := os.WriteFile(text, []byte("no network"), 0o600); err != nil {
		t.Fatal(err)
	}
	f32, dim := int32(pb.TensorProto_FLOAT), func(n int64) *pb.TensorShapeProto_Dimension {
		return &pb.TensorShapeProto_Dimension{Value: &pb.TensorShapeProto_Dimension_DimValue{DimValue: n}}
	}
	input := &pb.ValueInfoProto{Name: proto.String("x"), Type: &pb.TypeProto{Value: &pb.TypeProto_TensorType{TensorType: &pb.TypeProto_Tensor{ElemType: &f32,
		Shape: &pb.TensorShapeProto{Dim: []*pb.TensorShapeProto_Dimension{dim(1), dim(3)}}}}}}
	file := func(nodes ...*pb.NodeProto) string {
		data, err := proto.Marshal(&pb.ModelProto{Graph: &pb.GraphProto{Node: nodes, Input: []*pb.ValueInfoProto{input}, Output: []*pb.ValueInfoProto{{Name: proto.String("y")}}}})
		path := filepath.Join(t.TempDir(), "f.onnx")
		if err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	op := func(kind string, in ...string) *pb.NodeProto {
		return &pb.NodeProto{OpType: &kind, Name: proto.String("node"), Input: in, Output: []string{"y"}}
	}
	cast := func(to pb.TensorProto_DataType) *pb.NodeProto {
		n := op("Cast", "x")
		n.Attribute = []*pb.AttributeProto{intOf("to", int(to))}
		return n
	}
	for path, want := range map[string]string{
		text:                                    "expects an ONNX file",
		filepath.Join(t.TempDir(), "none.onnx"): "no such file",
		file(op("Loop", "x"), op("Loop", "x"), op("LSTM", "x")): "got 1 × LSTM, 2 × Loop; export the part of the network without them",
		file(cast(pb.TensorProto_INT32)):                        "Cast node: it makes INT32 of the numbers, where the lab has float32",
		file(op("Div", "x", "x")):                               "1 nodes cannot be taken: Div node: it divides one layer by another",
		file(op("MatMul", "x", "x")):                            "its input 2 is computed, where the lab's layer has weights",
		filled(t, "mobilenet_v2"):                               "Clip n4: it clips to 0 … 6, where the lab has 0 … ∞, a ReLU",
		file(op("Relu", "z")):                                   "the output y is no layer's",
	} {
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// change changes the graph of a file.
func change(t *testing.T, path string, by func(*pb.GraphProto)) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file pb.ModelProto
	if err := proto.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	by(file.Graph)
	if data, err = proto.Marshal(&file); err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What a file adds and multiplies by is the same while the network learns.
func TestConstantsInTraining(t *testing.T) {
	f32, path := int32(pb.TensorProto_FLOAT), filepath.Join(t.TempDir(), "scaled.onnx")
	dim := func(n int64) *pb.TensorShapeProto_Dimension {
		return &pb.TensorShapeProto_Dimension{Value: &pb.TensorShapeProto_Dimension_DimValue{DimValue: n}}
	}
	numbers := func(name string, values ...float32) *pb.TensorProto {
		return &pb.TensorProto{Name: &name, DataType: &f32, Dims: []int64{int64(len(values))}, FloatData: values}
	}
	node := func(kind, out string, in ...string) *pb.NodeProto {
		return &pb.NodeProto{OpType: &kind, Input: in, Output: []string{out}}
	}
	data, err := proto.Marshal(&pb.ModelProto{Graph: &pb.GraphProto{
		Input: []*pb.ValueInfoProto{{Name: proto.String("x"), Type: &pb.TypeProto{Value: &pb.TypeProto_TensorType{TensorType: &pb.TypeProto_Tensor{ElemType: &f32,
			Shape: &pb.TensorShapeProto{Dim: []*pb.TensorShapeProto_Dimension{dim(1), dim(3)}}}}}}},
		Initializer: []*pb.TensorProto{numbers("by", 2, 3, -4), numbers("and", 1, 0, 5)},
		Node:        []*pb.NodeProto{node("Mul", "scaled", "x", "by"), node("Add", "y", "scaled", "and")},
		Output:      []*pb.ValueInfoProto{{Name: proto.String("y")}}}})
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	logs, err := m.Compile(nn.MSE, nn.SGD(0.01)).Step(datasets.FromTargets([][]float32{{1, 1, 1}, {0, 2, -1}}, [][]float32{{3, 3, 0}, {1, 6, 9}}), []int{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	if loss, _ := logs.Get("loss"); math.Abs(loss-1.0/6) > 1e-6 { // (1² + 5 · 0²)/6
		t.Errorf("the loss of the first step is %v, want 1/6", loss)
	}
}
