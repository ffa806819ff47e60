package onnx

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

const (
	opset     = 22 // later versions of the operators here take more types of numbers, and are the same else
	irVersion = 10 // the newest that onnxruntime 1.20 reads
)

// What the lab says of its files.
const (
	producer        = "nnlab"
	channels        = "channels"
	channelsAreLast = "last"
)

// array is an initializer of the file, whose numbers are laid out when they are written.
type array struct {
	*pb.TensorProto // without the numbers, unless there are only a few
	numbers         func() []float32
}

// size is how many bytes the numbers are that are laid out later.
func (a *array) size() int {
	if a.numbers == nil {
		return 0
	}
	n := 4
	for _, d := range a.Dims {
		n *= int(d)
	}
	return n
}

// weights adds a parameter of the present layer, laid out for the file: element i of dims is
// element at(i) of the parameter, 0 for −1; with nil it is as it stands. What names the layout among those of the
// parameter, which layers may share.
func (e *exporter) weights(name, what string, dims []int, at func(i int) int) string {
	p := e.param(name)
	key := p.Name + " " + what + fmt.Sprint(dims)
	if e.weightNames[key] == "" {
		e.weightNames[key] = e.unique(p.Name)
		e.arrays = append(e.arrays, array{floats(e.weightNames[key], dims), func() []float32 {
			values := p.Value.Values()
			if at == nil {
				return values
			}
			laid := make([]float32, tensor.Shape(dims).Size())
			for i := range laid {
				if j := at(i); j >= 0 {
					laid[i] = values[j]
				}
			}
			return laid
		}})
	}
	return e.weightNames[key]
}

// constant adds numbers that are no parameter.
func (e *exporter) constant(name string, values []float32, dims ...int) string {
	name = e.unique(e.layer.Name + "/" + name)
	e.arrays = append(e.arrays, array{floats(name, dims), func() []float32 { return values }})
	return name
}

// ints adds whole numbers.
func (e *exporter) ints(name string, values ...int) string {
	name = e.unique(e.layer.Name + "/" + name)
	t := &pb.TensorProto{Name: &name, Dims: []int64{int64(len(values))}, DataType: proto.Int32(int32(pb.TensorProto_INT64))}
	for _, v := range values {
		t.Int64Data = append(t.Int64Data, int64(v))
	}
	e.arrays = append(e.arrays, array{TensorProto: t})
	return name
}

func floats(name string, dims []int) *pb.TensorProto {
	return &pb.TensorProto{Name: &name, Dims: int64s(dims), DataType: proto.Int32(int32(pb.TensorProto_FLOAT))}
}

func int64s(values []int) []int64 {
	list := make([]int64, len(values))
	for i, v := range values {
		list[i] = int64(v)
	}
	return list
}

// param is a parameter of the present layer, or of the one that it shares with.
func (e *exporter) param(name string) *nn.Param {
	l := e.layer
	if l.Shares != "" {
		l = e.layers[l.Shares]
	}
	for _, p := range l.Params() {
		if strings.HasSuffix(p.Name, "/"+name) {
			return p
		}
	}
	return nil
}

func intsOf(name string, values ...int) *pb.AttributeProto {
	return &pb.AttributeProto{Name: &name, Type: pb.AttributeProto_INTS.Enum(), Ints: int64s(values)}
}

func intOf(name string, v int) *pb.AttributeProto {
	return &pb.AttributeProto{Name: &name, Type: pb.AttributeProto_INT.Enum(), I: proto.Int64(int64(v))}
}

func floatOf(name string, v float64) *pb.AttributeProto {
	return &pb.AttributeProto{Name: &name, Type: pb.AttributeProto_FLOAT.Enum(), F: proto.Float32(float32(v))}
}

func textOf(name, v string) *pb.AttributeProto {
	return &pb.AttributeProto{Name: &name, Type: pb.AttributeProto_STRING.Enum(), S: []byte(v)}
}

// info is what an input or an output looks like: a batch of any length.
func info(name string, dims []int) *pb.ValueInfoProto {
	shape := &pb.TensorShapeProto{Dim: []*pb.TensorShapeProto_Dimension{{Value: &pb.TensorShapeProto_Dimension_DimParam{DimParam: "N"}}}}
	for _, d := range dims {
		shape.Dim = append(shape.Dim, &pb.TensorShapeProto_Dimension{Value: &pb.TensorShapeProto_Dimension_DimValue{DimValue: int64(d)}})
	}
	return &pb.ValueInfoProto{Name: &name, Type: &pb.TypeProto{Value: &pb.TypeProto_TensorType{
		TensorType: &pb.TypeProto_Tensor{ElemType: proto.Int32(int32(pb.TensorProto_FLOAT)), Shape: shape}}}}
}

// write writes the file in one pass, an array at a time: only one is in memory twice.
func (e *exporter) write(path, name string) error {
	about := &pb.ModelProto{
		IrVersion: proto.Int64(irVersion), ProducerName: proto.String(producer),
		OpsetImport: []*pb.OperatorSetIdProto{{Domain: proto.String(""), Version: proto.Int64(opset)}},
	}
	if e.channelsLast { // for Load
		about.MetadataProps = []*pb.StringStringEntryProto{{Key: proto.String(channels), Value: proto.String(channelsAreLast)}}
	}
	head, err := proto.Marshal(about)
	if err != nil {
		return err
	}
	graph, err := proto.Marshal(&pb.GraphProto{Name: &name, Node: e.nodes, Input: e.ins, Output: e.outs, ValueInfo: e.between})
	if err != nil {
		return err
	}
	total, prefixes := len(graph), make([][]byte, len(e.arrays))
	for i, a := range e.arrays {
		of, err := proto.Marshal(a.TensorProto)
		if err != nil {
			return err
		}
		if a.numbers != nil {
			of = protowire.AppendTag(of, rawData, protowire.BytesType)
			of = protowire.AppendVarint(of, uint64(a.size()))
		}
		prefix := protowire.AppendTag(nil, initializer, protowire.BytesType)
		prefix = protowire.AppendVarint(prefix, uint64(len(of)+a.size()))
		prefixes[i] = append(prefix, of...)
		total += len(prefixes[i]) + a.size()
	}
	head = protowire.AppendTag(head, graphOfModel, protowire.BytesType)
	head = protowire.AppendVarint(head, uint64(total))
	return whole.Write(path, 0o666, func(f io.Writer) error {
		w := bufio.NewWriterSize(f, 1<<16)
		w.Write(head) // Flush has the first error
		w.Write(graph)
		for i, a := range e.arrays {
			w.Write(prefixes[i])
			if a.numbers == nil {
				continue
			}
			for _, v := range a.numbers() {
				w.Write(binary.LittleEndian.AppendUint32(w.AvailableBuffer(), math.Float32bits(v)))
			}
		}
		return w.Flush()
	})
}

// The fields of the messages that are written by hand.
const (
	graphOfModel protowire.Number = 7 // ModelProto.graph
	initializer  protowire.Number = 5 // GraphProto.initializer
	rawData      protowire.Number = 9 // TensorProto.raw_data
)
