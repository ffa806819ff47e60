package arch

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// Option changes what every network for images has: [Input], [Classes], [Width].
// The defaults are the paper's. It is data, so that a variable of a notebook may hold it; one
// that no function has made says nothing.
type Option struct {
	name   string
	sizes  [3]int
	factor float64
	path   string
	layers []nn.Layer
}

type options struct {
	height, width, channels int
	classes                 int
	factor                  float64 // of filters and units
	torchvision, keras      bool    // whose form it has
	normalized              bool    // a BatchNorm behind each convolution of an inception
	ungrouped               bool
	batchNorm               bool
	plain, residual         bool   // ways around left out, or put in
	field                   [2]int // of an association unit
	planes                  [3]int // of a neocognitron's modules
	shallow, distances      bool
	weights                 string // a file
	head                    []nn.Layer
	told                    []string // the options that were given, by name
}

// tell has the options know of one.
func (o *options) tell(option Option) {
	if option.name == "" {
		return
	}
	o.told = append(o.told, option.name)
	switch s := option.sizes; option.name {
	case "Association":
		o.field = [2]int{s[0], s[1]}
	case "BatchNormalized":
		o.batchNorm = true
	case "Classes":
		o.classes = s[0]
	case "Distances":
		o.distances = true
	case "Features", "Input":
		o.height, o.width, o.channels = s[0], s[1], s[2]
	case "Head":
		o.head = option.layers
	case "Keras":
		o.keras = true
	case "Plain":
		o.plain = true
	case "Planes":
		o.planes = s
	case "Readout":
		o.shallow = true
	case "Residual":
		o.residual = true
	case "Torchvision":
		o.torchvision = true
	case "Ungrouped":
		o.ungrouped = true
	case "Weights":
		o.weights, o.keras = option.path, ofKeras(option.path)
		o.torchvision = !o.keras
	case "Width":
		o.factor = option.factor
	}
}

// Input is the size of the images, in pixels.
func Input(height, width, channels int) Option {
	return Option{name: "Input", sizes: [3]int{height, width, channels}}
}

// Classes is how many outputs there are.
func Classes(n int) Option { return Option{name: "Classes", sizes: [3]int{n}} }

// Width multiplies the number of filters and of hidden units, rounded to whole ones of at
// least 1: 0.25 gives the network of a quarter of the width, which learns on two cores in
// minutes.
func Width(factor float64) Option { return Option{name: "Width", factor: factor} }

// Torchvision is the network as torchvision has it where that is not the paper's; each
// function says how the two differ.
func Torchvision() Option { return Option{name: "Torchvision"} }

// Keras is the network as keras.applications has it, where that is neither the paper's nor
// torchvision's: [ResNet50] and its like, [InceptionV3].
func Keras() Option { return Option{name: "Keras"} }

// Head puts layers in the place of the last one, the Dense layer that tells the classes: for
// transfer learning, with [Weights] for all others. Its layers are named "head.dense", …, and
// auxiliary classifiers are left out.
//
//	arch.ResNet50(arch.Weights("resnet50.safetensors"), arch.Head(nn.Dense(2, nn.Softmax)))
func Head(layers ...nn.Layer) Option { return Option{name: "Head", layers: layers} }

// classifier is the last layer, named as the file has it, or the head in its place.
func (o *options) classifier(name string) nn.Layer {
	if o.head != nil {
		return nn.Block("head", nn.Chain(o.head...))
	}
	return nn.Named(name, nn.Dense(o.classes, nn.Softmax))
}

// newOptions are the options given on top of the network's own.
func newOptions(size int, given []Option, own ...Option) options {
	o := options{height: size, width: size, channels: 3, classes: 1000, factor: 1}
	for _, option := range own {
		o.tell(option)
	}
	o.told = nil
	for _, option := range given {
		o.tell(option)
	}
	return o
}

// refuses is the model that says what of the options cannot be; nil where all can. takes
// names those that the network has besides Input, Classes and Width.
func (o *options) refuses(network string, takes ...string) *nn.Model {
	return o.refusesAllBut(network, append([]string{"Input", "Classes", "Width"}, takes...)...)
}

// refusesAllBut is refuses of a network that has these options and no others.
func (o *options) refusesAllBut(network string, takes ...string) *nn.Model {
	e := o.impossible()
	for _, option := range o.told {
		form := option == "Torchvision" || option == "Keras"
		if !slices.Contains(takes, option) && !(form && o.is("Weights")) { // a file has a form, too
			e = &nn.Error{Expected: "of options " + strings.Join(takes, ", "), Got: option, Mend: "leave it out"}
		}
	}
	if e == nil {
		return nil
	}
	e.Where = "arch." + network
	return nn.Refused(network, e)
}

// is tells whether an option was given.
func (o *options) is(option string) bool { return slices.Contains(o.told, option) }

// impossible says what no network can be told.
func (o *options) impossible() *nn.Error {
	switch {
	case !(o.factor > 0) || math.IsInf(o.factor, 1):
		return &nn.Error{Expected: "a finite Width above 0", Got: fmt.Sprint(o.factor), Mend: "write arch.Width(0.25) for a quarter of the filters"}
	case o.is("Classes") && o.classes < 2:
		return &nn.Error{Expected: "at least 2 Classes", Got: fmt.Sprint(o.classes), Mend: "write arch.Classes(10)"}
	case o.is("Input") && o.is("Features"):
		return &nn.Error{Expected: "an Input or Features", Got: "both", Mend: "leave one of them out"}
	case o.is("Input") && min(o.height, o.width, o.channels) < 1:
		return &nn.Error{Expected: "an Input of at least 1 row, 1 column and 1 channel", Got: fmt.Sprint(o.height, o.width, o.channels), Mend: "write arch.Input(32, 32, 3)"}
	case o.is("Features") && o.height < 1:
		return &nn.Error{Expected: "at least 1 of Features", Got: fmt.Sprint(o.height), Mend: "write arch.Features(2)"}
	case o.is("Planes") && o.shallow && (min(o.planes[0], o.planes[1]) < 1 || o.planes[2] != 0):
		return &nn.Error{Expected: "at least 1 of Planes in the first two modules and 0 in the third, which Readout leaves out", Got: fmt.Sprint(o.planes),
			Mend: fmt.Sprintf("write arch.Planes(%d, %d, 0), or leave arch.Readout() out and give each module some", max(o.planes[0], 1), max(o.planes[1], 1))}
	case o.is("Planes") && !o.shallow && slices.Min(o.planes[:]) < 1:
		return &nn.Error{Expected: "at least 1 of Planes in each module", Got: fmt.Sprint(o.planes), Mend: "write arch.Planes(24, 24, 24)"}
	case o.is("Association") && (o.width == 0 || min(o.field[0], o.field[1]) < 1):
		return &nn.Error{Expected: "an Input beside Association, whose units see at least 1 row and 1 column", Got: fmt.Sprint("units of ", o.field), Mend: "write arch.Input(12, 80, 1), arch.Association(12, 10)"}
	case o.is("Weights") && o.weights == "":
		return &nn.Error{Expected: "the path of a file in Weights", Got: `""`, Mend: "leave it out, or give the path of a safetensors file"}
	}
	return nil
}

// n is a number of filters or units at the chosen width.
func (o *options) n(filters int) int { return max(1, int(math.Round(float64(filters)*o.factor))) }

func (o *options) input() *nn.InputLayer { return nn.Input(o.height, o.width, o.channels) }

// he is how weights before a ReLU start: with the variance of He et al. 2015, and drawn
// evenly, which takes a fourth of the time of normal numbers.
var he = nn.KernelInitializer(nn.HeUniform)
