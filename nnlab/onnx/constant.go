package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
)

// constant is a tensor of the file that no input changes: weights, or whole numbers that say
// how a node works.
type constant struct {
	dims   []int
	floats []float32
	ints   []int
}

func (c *constant) size() int { return product(c.dims) }

// constantOf reads the numbers of a tensor.
func constantOf(t *pb.TensorProto) (*constant, error) {
	c := &constant{}
	for _, d := range t.Dims {
		c.dims = append(c.dims, int(d))
	}
	fail := func(why string) (*constant, error) { return nil, fmt.Errorf("the tensor %s: %s", t.GetName(), why) }
	if t.GetDataLocation() == pb.TensorProto_EXTERNAL {
		return fail("its numbers are in another file")
	}
	raw := t.RawData
	number := map[pb.TensorProto_DataType]struct {
		bytes int
		read  func(b []byte)
	}{
		pb.TensorProto_FLOAT: {4, func(b []byte) { c.floats = append(c.floats, math.Float32frombits(binary.LittleEndian.Uint32(b))) }},
		pb.TensorProto_DOUBLE: {8, func(b []byte) {
			c.floats = append(c.floats, float32(math.Float64frombits(binary.LittleEndian.Uint64(b))))
		}},
		pb.TensorProto_INT64: {8, func(b []byte) { c.ints = append(c.ints, int(int64(binary.LittleEndian.Uint64(b)))) }},
		pb.TensorProto_INT32: {4, func(b []byte) { c.ints = append(c.ints, int(int32(binary.LittleEndian.Uint32(b)))) }},
		pb.TensorProto_BOOL:  {1, func(b []byte) { c.ints = append(c.ints, int(b[0])) }},
	}
	kind, known := number[pb.TensorProto_DataType(t.GetDataType())]
	if !known {
		return fail("it has numbers of the kind " + pb.TensorProto_DataType(t.GetDataType()).String())
	}
	if len(raw)%kind.bytes != 0 {
		return fail("its bytes are no whole numbers")
	}
	for len(raw) > 0 {
		kind.read(raw[:kind.bytes])
		raw = raw[kind.bytes:]
	}
	c.floats = append(c.floats, t.FloatData...)
	for _, v := range t.DoubleData {
		c.floats = append(c.floats, float32(v))
	}
	for _, v := range t.Int64Data {
		c.ints = append(c.ints, int(v))
	}
	for _, v := range t.Int32Data {
		c.ints = append(c.ints, int(v))
	}
	if slices.ContainsFunc(c.dims, func(d int) bool { return d < 0 }) || len(c.floats)+len(c.ints) != c.size() {
		return fail(fmt.Sprintf("it has %d numbers for the shape %v", len(c.floats)+len(c.ints), c.dims))
	}
	return c, nil
}

// turned is the constant with its axes in another order: axis a of the result is axis
// perm[a].
func (c *constant) turned(perm []int) *constant {
	out := &constant{dims: pick(c.dims, perm)}
	strides := make([]int, len(c.dims))
	n := 1
	for a := len(strides) - 1; a >= 0; a-- {
		strides[a] = n
		n *= c.dims[a]
	}
	at := func(k int) (from int) {
		for a := len(perm) - 1; a >= 0; a-- {
			from += k % out.dims[a] * strides[perm[a]]
			k /= out.dims[a]
		}
		return from
	}
	if c.floats != nil {
		out.floats = make([]float32, n)
		for k := range out.floats {
			out.floats[k] = c.floats[at(k)]
		}
	}
	if c.ints != nil {
		out.ints = make([]int, n)
		for k := range out.ints {
			out.ints[k] = c.ints[at(k)]
		}
	}
	return out
}

// node is a node of the file.
type node struct{ *pb.NodeProto }

func (n node) attribute(name string) *pb.AttributeProto {
	for _, a := range n.Attribute {
		if a.GetName() == name {
			return a
		}
	}
	return nil
}

func (n node) int(name string, otherwise int) int {
	if a := n.attribute(name); a != nil {
		return int(a.GetI())
	}
	return otherwise
}

func (n node) float(name string, otherwise float64) float64 {
	if a := n.attribute(name); a != nil {
		return float64(a.GetF())
	}
	return otherwise
}

func (n node) text(name string) string { return string(n.attribute(name).GetS()) }

// ints is nil where the attribute is not there.
func (n node) ints(name string) (list []int) {
	for _, v := range n.attribute(name).GetInts() {
		list = append(list, int(v))
	}
	return list
}

// constant is the value of a Constant.
func (n node) constant() (*constant, error) {
	for _, a := range n.Attribute {
		switch a.GetName() {
		case "value":
			return constantOf(a.GetT())
		case "value_float":
			return &constant{floats: []float32{a.GetF()}}, nil
		case "value_floats":
			return &constant{dims: []int{len(a.Floats)}, floats: a.Floats}, nil
		case "value_int":
			return &constant{ints: []int{int(a.GetI())}}, nil
		case "value_ints":
			list := n.ints("value_ints")
			return &constant{dims: []int{len(list)}, ints: list}, nil
		}
	}
	return nil, errors.New("a Constant without numbers")
}
