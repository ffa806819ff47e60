package onnx

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
)

// Load makes a network of an ONNX file, which [Save], PyTorch, Keras or another program has
// written:
//
//	model, err := onnx.Load("resnet18.onnx")
//	model.Compile(nn.CategoricalCrossentropyFromLogits, nn.SGD(0.01), nn.Accuracy)
//
// The model computes what the file does, with its weights, and can be trained, drawn and
// saved like any other. It begins with them again after [nn.Model.Reset]. Inputs and outputs
// of three or four axes that the file has channels first, [N C H W], are channels last in the
// lab, as everywhere. Layers have the names of the file's nodes.
//
// Load takes what the lab has a layer for: Add, AveragePool, BatchNormalization, Clip from 0 up,
// Concat, Constant, Conv, ConvTranspose, Div, Dropout, Elu, Flatten, Gemm, GlobalAveragePool,
// GlobalMaxPool, GroupNormalization, Identity, InstanceNormalization, LayerNormalization,
// LeakyRelu, LRN, MatMul with a matrix of weights, Max, MaxPool, Mean, Mul, Pad with zeros, PRelu,
// ReduceMean, ReduceMax, Relu, Reshape, Resize and Upsample by whole numbers, Sigmoid, Slice,
// Softmax, Split, Squeeze, Sub, Sum, Tanh, Transpose, Unsqueeze; and what computes a shape. What
// adds or multiplies by constants becomes a convolution of each channel by itself, whose weights
// learn like others. The error lists every operator of the file that it cannot take, and of these,
// how they are used there; docs/onnx.md has the list by the standard's own tests.
//
// Whether an input has its channels first or last shows in what is done with it. Where it does
// not, three axes and more count as channels first, unless [ChannelsAsInFile] says otherwise.
func Load(path string, options ...LoadOption) (*nn.Model, error) {
	i, err := open(path, options)
	if err != nil {
		return nil, err
	}
	m, err := i.model()
	if err != nil {
		return nil, &nn.Error{Where: loading, Err: err, Mend: "export the network for inference, without what depends on its input"}
	}
	return m, nil
}

const loading = "onnx.Load"

// open reads a file all of whose operators are taken.
func open(path string, options []LoadOption) (*importer, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // a pipe would be waited for
		return nil, &nn.Error{Where: loading, Expected: "an ONNX file", Got: fmt.Sprintf("%s, which is no regular file", path), Mend: "name a file that is there"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &nn.Error{Where: loading, Err: err, Mend: "name a file that is there"}
	}
	var file pb.ModelProto
	if err := proto.Unmarshal(data, &file); err != nil || file.Graph == nil {
		return nil, &nn.Error{Where: loading, Expected: "an ONNX file", Got: path, Mend: "export the network as ONNX again"}
	}
	i, err := newImporter(&file)
	if err != nil {
		return nil, &nn.Error{Where: loading, Err: err, Mend: "export the network with its weights in the file, as float32"}
	}
	for _, o := range options {
		i.asTheyAre = i.asTheyAre || o.channelsAsInFile
	}
	if unknown := i.unknown(); unknown != nil {
		return nil, &nn.Error{Where: loading, Expected: "operators that the lab has layers for", Got: strings.Join(unknown, ", "),
			Mend: "export the part of the network without them"}
	}
	return i, nil
}

// LoadOption changes what [Load] makes: [ChannelsAsInFile].
type LoadOption struct{ channelsAsInFile bool }

// ChannelsAsInFile has the inputs of the model have the file's axes in the file's order.
func ChannelsAsInFile() LoadOption { return LoadOption{channelsAsInFile: true} }

// importer makes a model of a file, node by node.
type importer struct {
	file      *pb.GraphProto
	opset     int
	constants map[string]*constant
	values    map[string]*given
	readers   map[string][]*pb.NodeProto      // of each tensor
	done      map[*pb.NodeProto]bool          // made together with one before it
	names     map[string]bool                 // of layers
	weights   map[string]map[string][]float32 // of each layer, by the names of its parameters
	own       bool                            // the lab has written the file
	asTheyAre bool                            // the inputs' axes

	entries []*given // what the inputs are
	inputs  []*nn.InputLayer
	outputs []nn.Source
}

func newImporter(file *pb.ModelProto) (*importer, error) {
	i := &importer{file: file.Graph, constants: map[string]*constant{}, values: map[string]*given{}, readers: map[string][]*pb.NodeProto{},
		done: map[*pb.NodeProto]bool{}, names: map[string]bool{}, weights: map[string]map[string][]float32{}}
	i.own = file.GetProducerName() == producer
	for _, p := range file.MetadataProps {
		i.asTheyAre = i.asTheyAre || i.own && p.GetKey() == channels && p.GetValue() == channelsAreLast
	}
	for _, o := range file.OpsetImport {
		if o.GetDomain() == "" || o.GetDomain() == "ai.onnx" {
			i.opset = int(o.GetVersion())
		}
	}
	for _, t := range file.Graph.Initializer {
		c, err := constantOf(t)
		if err != nil {
			return nil, err
		}
		i.constants[t.GetName()] = c
	}
	for _, n := range file.Graph.Node {
		if len(n.Output) == 0 || len(n.Input) == 0 && n.GetOpType() != "Constant" {
			return nil, fmt.Errorf("the node %s %s reads nothing or gives nothing", n.GetOpType(), n.GetName())
		}
		for _, in := range n.Input {
			i.readers[in] = append(i.readers[in], n)
		}
	}
	for _, o := range file.Graph.Output {
		i.readers[o.GetName()] = append(i.readers[o.GetName()], nil) // who asked for the model
	}
	return i, nil
}

// unknown are the operators that nothing here takes, with how often they stand in the file.
func (i *importer) unknown() (list []string) {
	count := map[string]int{}
	for _, n := range i.file.Node {
		op := n.GetOpType()
		if d := n.GetDomain(); d != "" && d != "ai.onnx" {
			op = d + "." + op
		}
		if operators[op] == nil {
			count[op]++
		}
	}
	for op, n := range count {
		list = append(list, fmt.Sprintf("%d × %s", n, op))
	}
	slices.Sort(list)
	return list
}

// model makes the model.
func (i *importer) model() (*nn.Model, error) {
	for _, in := range i.file.Input {
		if i.constants[in.GetName()] != nil { // weights may be among the inputs
			continue
		}
		if err := i.input(in); err != nil {
			return nil, fmt.Errorf("input %s: %w", in.GetName(), err)
		}
	}
	var refused []string
	for _, n := range i.file.Node {
		if i.done[n] || i.fold(n) {
			continue
		}
		if slices.ContainsFunc(n.Input, func(in string) bool { return in != "" && i.values[in] == nil && i.constants[in] == nil }) {
			continue // behind one that was refused
		}
		if err := operators[n.GetOpType()](i, node{n}); err != nil {
			refused = append(refused, fmt.Sprintf("%s %s: %v", n.GetOpType(), n.GetName(), err))
		}
	}
	if refused != nil {
		return nil, fmt.Errorf("%d nodes cannot be taken: %s", len(refused), strings.Join(refused, "; "))
	}
	for _, out := range i.file.Output {
		v := i.values[out.GetName()]
		if v == nil {
			return nil, fmt.Errorf("the output %s is no layer's", out.GetName())
		}
		v = i.outside(v)
		i.values[out.GetName()] = v
		i.outputs = append(i.outputs, v.node)
	}
	m := nn.Graph(nn.Inputs(i.inputs...), nn.Outputs(i.outputs...))
	if name := nameOf(i.file.GetName()); name != "" {
		m = m.Named(name)
	}
	return m.Pretrained(i.bring), nil
}

// bring gives the layers their weights.
func (i *importer) bring(m *nn.Model) error {
	for _, l := range m.Layers() {
		arrays := i.weights[l.Name]
		if arrays == nil {
			continue
		}
		for _, p := range l.Params() {
			values := arrays[p.Name[strings.LastIndexByte(p.Name, '/')+1:]]
			if len(values) != p.Value.Size() {
				return fmt.Errorf("%s has %d numbers, the file %d", p.Name, p.Value.Size(), len(values))
			}
			p.Value.Set(values)
		}
	}
	return nil
}

// layer puts a layer behind a value, under the name of the file's node, with its weights by the
// names of its parameters.
func (i *importer) layer(x nn.Source, name string, c nn.Config, weights map[string][]float32) (nn.Source, error) {
	l, err := nn.NewLayer(c)
	if err != nil {
		return nil, err
	}
	name = i.unique(name, c.Kind())
	if weights != nil {
		i.weights[name] = weights
	}
	return x.Then(nn.Named(name, l)), nil
}

// unique is a name for a layer, as near to the file's as the lab's names may be.
func (i *importer) unique(name, kind string) string {
	if name = nameOf(name); name == "" {
		name = strings.ToLower(kind)
	}
	free := name
	for k := 2; i.names[free]; k++ {
		free = fmt.Sprintf("%s_%d", name, k)
	}
	i.names[free] = true
	return free
}

// nameOf leaves of a name what names of the lab may have.
func nameOf(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-':
			return r
		}
		return '.'
	}, name)
	return strings.Trim(name, ".")
}
