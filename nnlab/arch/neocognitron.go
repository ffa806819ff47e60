package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// Neocognitron is Fukushima's of 1980 ("Neocognitron: a self-organizing neural network model
// for a mechanism of pattern recognition unaffected by shift in position", Biological
// Cybernetics 36; slide "Neocognitron (Fukushima – 1989)"): three modules of S-cells, which
// find a pattern each, and C-cells, which answer wherever near them an S-cell of their plane
// does. It learns without a teacher, see [SelfOrganize].
//
//	layer   window       output       planes r    1980's parameters, all learned without a loss
//	U0                   [16 16 1]
//	US1     5×5          [16 16 24]   24     4               624   (5·5·1 + 1)·24
//	UC1     5×5 /2       [10 10 24]   24                       0   fixed
//	US2     5×5          [8 8 24]     24     1.5          14 424   (5·5·24 + 1)·24
//	UC2     5×5 /2       [6 6 24]     24                       0
//	US3     5×5          [2 2 24]     24     1.5          14 424
//	UC3     all          [1 1 24]     24                       0
//	                                                      29 472
//
// The planes are made ahead: those that no pattern has taken answer nothing. [Planes] is how
// many there are, [Width] multiplies them. With [Classes] a labelled last layer stands behind
// UC3 or, by [Readout], UC2, and learns by its gradient while nn.Freeze("U*") keeps the others:
//
//	model := arch.Neocognitron(arch.Input(28, 28, 1), arch.Classes(10), arch.Planes(16, 60, 0), arch.Readout())
//	err := arch.SelfOrganize(model, train.Take(150), 1)
//	model.Compile(nn.CategoricalCrossentropy, nn.Adam(0.01), nn.Accuracy, nn.Freeze("U*"))
//	model.Fit(train)
//
// How well: behind twenty presentations of the five patterns of 1980, one cell of UC3 answers
// each, wherever it stands within two points, in two places of three farther away, and with
// any one point changed. Digits of MNIST: docs/architectures.md.
func Neocognitron(given ...Option) *nn.Model {
	o := newOptions(16, given, Input(16, 16, 1), Classes(0), Planes(24, 24, 24))
	if m := o.refusesAllBut("Neocognitron", "Input", "Classes", "Width", "Planes", "Readout"); m != nil {
		return m
	}
	s := func(name string, module int, padding ...nn.PoolOption) nn.Layer {
		return nn.Named(name, nn.SCells(o.n(o.planes[module]), 5, selectivities[module], padding...))
	}
	c := func(name string) nn.Layer { return nn.Named(name, nn.CCells(5, 0.5, nn.Strides(2), nn.Padding(4))) }
	layers := []nn.Layer{o.input(),
		s("US1", 0, nn.Same), c("UC1"),
		s("US2", 1, nn.Padding(1)), c("UC2")}
	if !o.shallow {
		layers = append(layers, s("US3", 2), nn.Named("UC3", nn.CCells([2]int{last(o.height), last(o.width)}, 0.5)))
	}
	layers = append(layers, nn.Flatten())
	if o.classes > 0 {
		layers = append(layers, nn.Named("labels", nn.Dense(o.classes, nn.Softmax)))
	}
	return nn.Sequential(layers...)
}

// The paper's r of each module.
var selectivities = [3]float64{4, 1.5, 1.5}

// last is the height of US3 for that of U0: halved twice with a frame of four, less the
// windows.
func last(size int) int {
	half := func(n int) int { return (n+8-5)/2 + 1 }
	return half(half(size)-2) - 4
}

// Planes is how many planes each module of a [Neocognitron] has.
func Planes(first, second, third int) Option {
	return Option{name: "Planes", sizes: [3]int{first, second, third}}
}

// Readout has the labelled last layer of a [Neocognitron] look at the second module, and
// leaves out the third, of which [Planes] says 0 then.
func Readout() Option { return Option{name: "Readout"} }
