package onnx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// exporter makes the graph of a file, layer by layer.
type exporter struct {
	channelsLast bool
	outputs      []string

	order              []string // the names of the model's layers
	layers             map[string]nn.LayerInfo
	values             map[string]*value // what the layers give, by their names
	layer              nn.LayerInfo      // the present one
	nodes              []*pb.NodeProto
	begun              int // the nodes before it
	ins, outs, between []*pb.ValueInfoProto
	arrays             []array
	taken              map[string]bool // names of tensors and arrays
	nodeNames          map[string]bool

	weightNames map[string]string // arrays that are there, by what they are
}

// layout is how a tensor of the file has the numbers of an example.
type layout int

const (
	here          layout = iota // as in the lab: [N H W C]
	channelsFirst               // [N C H W]
	flatFirst                   // one axis, as a channelsFirst map flattens: [N C·H·W]
)

// value is what a layer gives, in one or more layouts.
type value struct {
	shape   tensor.Shape // of an example in the lab
	mapped  tensor.Shape // with flatFirst: of the map that was flattened
	first   layout       // the one that the layer gives; others are made of it
	tensors map[layout]string
}

func newExporter(layers []nn.LayerInfo) *exporter {
	e := &exporter{layers: map[string]nn.LayerInfo{}, values: map[string]*value{}, taken: map[string]bool{}, nodeNames: map[string]bool{}, weightNames: map[string]string{}}
	for _, l := range layers {
		e.layers[l.Name] = l
		e.order = append(e.order, l.Name)
	}
	return e
}

// model adds all layers that the outputs need.
func (e *exporter) model(m *nn.Model) error {
	e.outputs = compactNames(e.outputs, m.OutputNames())
	needed := map[string]bool{}
	var need func(name string)
	need = func(name string) {
		if !needed[name] {
			needed[name] = true
			for _, from := range e.layers[name].From {
				need(from)
			}
		}
	}
	for _, name := range e.outputs {
		if _, there := e.layers[name]; !there {
			return &nn.Error{Where: "onnx.Outputs", Expected: "names of layers", Got: fmt.Sprintf("%q", name), Mend: "write one of: " + strings.Join(e.order, ", ")}
		}
		need(name)
	}
	for _, name := range m.InputNames() {
		if needed[name] {
			e.input(e.layers[name])
		}
	}
	for i, name := range e.order {
		e.layer, e.begun = e.layers[name], len(e.nodes)
		if !needed[name] || e.layer.Kind == "Input" {
			continue
		}
		var in []*value
		for _, from := range e.layer.From {
			in = append(in, e.values[from])
		}
		out, err := e.export(in)
		if err != nil {
			return e.refuse(i, err)
		}
		e.values[name] = out
	}
	for _, name := range e.outputs {
		e.output(name)
	}
	e.describe()
	return nil
}

// describe tells what the layers give, for readers of the file and for its checker, which
// cannot find it out for every operator.
func (e *exporter) describe() {
	told := map[string]bool{}
	for _, t := range slices.Concat(e.ins, e.outs) {
		told[t.GetName()] = true
	}
	for _, name := range e.order {
		if v := e.values[name]; v != nil && !told[v.tensors[v.first]] {
			told[v.tensors[v.first]] = true
			e.between = append(e.between, info(v.tensors[v.first], v.dims(v.first)))
		}
	}
}

// refuse says that a layer cannot be written.
func (e *exporter) refuse(i int, why error) error {
	return &nn.Error{Where: fmt.Sprintf("onnx: layer %d, %s", i+1, e.layer.Name), Layer: i + 1, Expected: "what ONNX has operators for", Got: why.Error(),
		Mend: fmt.Sprintf("the part before it can be written: onnx.Save(model, path, onnx.Outputs(%q))", e.layer.From[0])}
}

// input is where examples enter the file.
func (e *exporter) input(l nn.LayerInfo) {
	v := &value{shape: l.Shape, first: e.outside(l.Shape)}
	v.tensors = map[layout]string{v.first: e.unique(l.Name)}
	e.ins = append(e.ins, info(v.tensors[v.first], v.dims(v.first)))
	e.values[l.Name] = v
}

// outside is the layout of inputs and outputs.
func (e *exporter) outside(s tensor.Shape) layout {
	if len(s) > 2 && !e.channelsLast {
		return channelsFirst
	}
	return here
}

// output gives what a layer gives to the outside, under the layer's name.
func (e *exporter) output(layer string) {
	v := e.values[layer]
	e.layer = e.layers[layer]
	from := e.in(v, e.outside(v.shape))
	to := layer
	isOutput := func(p *pb.ValueInfoProto) bool { return p.GetName() == from }
	switch {
	case slices.ContainsFunc(e.ins, isOutput) || slices.ContainsFunc(e.outs, isOutput):
		if e.taken[to] {
			to = e.unique(layer + "/output")
		}
		e.taken[to] = true
		e.add(e.suffixed("Identity"), "Identity", []string{from}, nil)
		e.nodes[len(e.nodes)-1].Output[0] = to
	case from != to:
		if e.taken[to] {
			e.rename(to, e.unique(layer+"/map"))
		}
		e.rename(from, to)
	}
	e.outs = append(e.outs, info(to, v.dims(e.outside(v.shape))))
}

// rename gives a tensor another name.
func (e *exporter) rename(from, to string) {
	e.taken[to] = true
	for _, n := range e.nodes {
		for _, names := range [][]string{n.Input, n.Output} {
			for i, name := range names {
				if name == from {
					names[i] = to
				}
			}
		}
	}
	for _, v := range e.values {
		for l, name := range v.tensors {
			if name == from {
				v.tensors[l] = to
			}
		}
	}
}

// called gives the tensor that the present layer ends with the layer's name, unless it is an
// earlier layer's.
func (e *exporter) called(name string) string {
	if nodes := e.nodes[e.begun:]; len(nodes) > 0 && nodes[len(nodes)-1].Output[0] == name && !e.taken[e.layer.Name] {
		e.taken[e.layer.Name] = true
		nodes[len(nodes)-1].Output[0] = e.layer.Name
		return e.layer.Name
	}
	return name
}

// unique is a name that nothing has yet.
func (e *exporter) unique(name string) string {
	free := name
	for i := 2; e.taken[free]; i++ {
		free = fmt.Sprintf("%s_%d", name, i)
	}
	e.taken[free] = true
	return free
}

// node adds an operator of the present layer and returns the tensor that it gives. The first
// one's name is the layer's.
func (e *exporter) node(op string, inputs []string, attributes ...*pb.AttributeProto) string {
	name := e.layer.Name
	if e.nodeNames[name] {
		name = e.suffixed(op)
	}
	return e.add(name, op, inputs, attributes)
}

// suffixed is a name for another node of the layer: "conv1/relu".
func (e *exporter) suffixed(op string) string {
	name := e.layer.Name + "/" + strings.ToLower(op)
	for i, base := 2, name; e.nodeNames[name]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	return name
}

func (e *exporter) add(name, op string, inputs []string, attributes []*pb.AttributeProto) string {
	out := e.unique(e.suffixed(op) + "/y")
	e.nodeNames[name] = true
	e.nodes = append(e.nodes, &pb.NodeProto{OpType: &op, Name: &name, Input: inputs, Output: []string{out}, Attribute: attributes})
	return out
}

// in is the tensor of a value in a layout.
func (e *exporter) in(v *value, l layout) string {
	if len(v.shape) == 1 && l == channelsFirst {
		l = here
	}
	if name, there := v.tensors[l]; there {
		return name
	}
	from := v.tensors[v.first]
	turned := func(op string, inputs []string, attributes ...*pb.AttributeProto) string {
		return e.add(e.suffixed(op), op, inputs, attributes)
	}
	if v.first == flatFirst {
		c := v.mapped[len(v.mapped)-1]
		from = turned("Reshape", []string{from, e.ints("shape", 0, c, v.mapped.Size()/c)})
		from = turned("Transpose", []string{from}, intsOf("perm", 0, 2, 1))
		from = turned("Flatten", []string{from}, intOf("axis", 1))
	} else {
		from = turned("Transpose", []string{from}, intsOf("perm", turn(len(v.shape), l)...))
	}
	v.tensors[l] = from
	return from
}

// turn are the axes of a batch of maps in the other order: all but the batch move on by one.
func turn(axes int, to layout) []int {
	perm, by := []int{0}, 1
	if to == channelsFirst {
		by = axes - 1
	}
	for a := range axes {
		perm = append(perm, 1+(a+by)%axes)
	}
	return perm
}

// dims are the lengths of an example's axes in a layout.
func (v *value) dims(l layout) []int {
	if last := len(v.shape) - 1; l == channelsFirst {
		return append([]int{v.shape[last]}, v.shape[:last]...)
	}
	return v.shape
}

// gives is the value that the present layer gives.
func (e *exporter) gives(l layout, name string) *value {
	if len(e.layer.Shape) == 1 && l == channelsFirst {
		l = here
	}
	return &value{shape: e.layer.Shape, first: l, tensors: map[layout]string{l: e.called(name)}}
}

// again is a value of the present layer for an operator that changes neither shape nor layout.
func (e *exporter) again(of *value, name string) *value {
	return &value{shape: of.shape, mapped: of.mapped, first: of.first, tensors: map[layout]string{of.first: e.called(name)}}
}

// compactNames are the names without repetitions, or others where there are none.
func compactNames(names, otherwise []string) (all []string) {
	if names == nil {
		names = otherwise
	}
	for _, n := range names {
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}
