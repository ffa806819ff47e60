// Package onnx writes networks as ONNX files, the format that other programs run and show
// (https://onnx.ai): onnxruntime, OpenCV, a web page, Netron. And it makes networks of such
// files, of PyTorch's and Keras's too.
//
//	err := onnx.Save(model, "modelo.onnx")
//	model, err := onnx.Load("modelo.onnx")
//
// In Python:
//
//	import onnxruntime
//	session = onnxruntime.InferenceSession("modelo.onnx")
//	y, = session.run(None, {"input": x})        # x: float32 [N, channels, height, width]
//
// The file computes what [nn.Model.Predict] does: nothing is dropped, and a BatchNorm
// normalises by its running means. Inputs, outputs and nodes have the names of the layers,
// weights those of the parameters, and the first axis, the batch, may have any length.
//
// ONNX counts the channels before height and width, [N C H W], where the lab has them last,
// [N H W C]. An input of three or four axes (an image, a volume) and an output of as many
// are channels first in the file, unless [ChannelsLast] says otherwise; all others are as in
// the lab. Weights are laid out anew, those of a Dense behind a Flatten too, so that between
// layers hardly anything has to be transposed.
//
// The package stands apart from nn: a cell that does without it is linked faster.
package onnx

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// Option changes what [Save] writes: [ChannelsLast], [Outputs].
// It is data, so that a variable of a notebook may hold it.
type Option struct {
	channelsLast bool
	outputs      []string // nil: those of the model
}

// ChannelsLast leaves the axes of inputs and outputs in the lab's order, [N H W C]: for a
// program that has its images so. The file transposes them then.
func ChannelsLast() Option { return Option{channelsLast: true} }

// Outputs chooses what the file computes, by the names of layers (see [nn.Model.Summary]):
// Outputs("fc") leaves out the auxiliary classifiers of a GoogLeNet and all that only they
// need, Outputs("flatten") is a network's features. Without it the file has all outputs of
// the model, in their order.
func Outputs(layers ...string) Option { return Option{outputs: layers} }

// Save writes a model as an ONNX file (opset 22, which onnxruntime has from version 1.20
// on). The file is written whole or not at all. A layer that ONNX has no operator for, as a
// Go function, is refused by name.
func Save(m *nn.Model, path string, options ...Option) error {
	layers := m.Layers()
	numbers := 0
	for _, l := range layers {
		numbers += l.Parameters
	}
	if numbers > mostNumbers {
		return &nn.Error{Where: "onnx.Save", Expected: fmt.Sprintf("at most %d parameters, since an ONNX file has at most 2 GiB", mostNumbers), Got: fmt.Sprint(numbers),
			Mend: "save the model by model.Save"}
	}
	if err := m.Err(); err != nil {
		return err
	}
	e := newExporter(layers)
	for _, o := range options {
		e.channelsLast = e.channelsLast || o.channelsLast
		if o.outputs != nil {
			e.outputs = o.outputs
		}
	}
	if err := e.model(m); err != nil {
		return err
	}
	if err := e.write(path, m.Name()); err != nil {
		return &nn.Error{Where: "onnx.Save", Err: err, Mend: "name a file in a folder that can be written to"}
	}
	return nil
}

// mostNumbers leaves a sixteenth of what a message of Protocol Buffers can have to all that is
// no weight.
const mostNumbers = math.MaxInt32 / 4 / 16 * 15
