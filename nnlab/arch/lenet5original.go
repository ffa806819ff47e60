package arch

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/floats"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// LeNet5Original is LeNet-5 as it was published (LeCun, Bottou, Bengio & Haffner 1998,
// figure 2; slide "LeNet – LeCun (1998)" shows its forerunner, [LeNet]): pools with weights,
// a C3 whose maps see some of S2's each, a scaled tanh, and an output that measures how far
// F6 is from a drawing of each character.
//
//	layer    window        output       parameters
//	C1       5×5           [28 28 6]           156
//	S2       2×2           [14 14 6]            12
//	C3       5×5, table I  [10 10 16]        1 516
//	S4       2×2           [5 5 16]             32
//	C5       5×5           [1 1 120]        48 120
//	F6                     84               10 164
//	output   84            10                    0, the drawings stay
//	                                        60 000, the paper's number of trainable parameters
//
// The output is −‖F6 − drawing‖² with a softmax behind it, so that nn.CategoricalCrossentropy
// is the paper's equation 9 without its constant e^−j. With [Distances] the softmax is left
// out, and [LeNet5Loss] is equation 9 itself, which also keeps F6 near the drawings and
// learns in fewer steps. The weights begin as in the paper's appendix A, from ±2.4/inputs.
// The paper's grey levels of −0.1 and 1.175 differ from 0 and 1 by what C1's weights and bias
// make up for. It sums the four cells of a pool, nn.Subsampling takes their mean: the weight
// makes up for that too.
//
// Images are 32×32: MNIST's with a frame of two zeros, nn.ZeroPadding2D(2), which [Input] of
// 28 pixels puts in front. [Width] changes C5 alone: table and drawings fix the others. With
// other [Classes] than ten the centres learn. [LeNet5] is the modern form.
func LeNet5Original(given ...Option) *nn.Model {
	o := newOptions(32, given, Input(28, 28, 1), Classes(10))
	if m := o.refusesAllBut("LeNet5Original", "Input", "Classes", "Width", "Distances"); m != nil {
		return m
	}
	from := func(inputs int) nn.NeuronOption {
		return nn.KernelInitializer(nn.RandomUniform(2.4 / float64(inputs)))
	}
	layers := append(o.framed(),
		nn.Named("C1", nn.Conv2D(6, 5, nn.ScaledTanh, from(25*o.channels))),
		nn.Named("S2", nn.Subsampling(2, nn.ScaledTanh)),
		nn.Named("C3", nn.PartialConv2D(leNetTable, 5, nn.ScaledTanh, from(25*60/16))),
		nn.Named("S4", nn.Subsampling(2, nn.ScaledTanh)),
		nn.Named("C5", nn.Conv2D(o.n(120), 5, nn.ScaledTanh, from(25*16))),
		nn.Flatten(),
		nn.Named("F6", nn.Dense(len(drawings[0]), nn.ScaledTanh, from(o.n(120)))),
		nn.Named("output", nn.RBF(o.classes, centres(o.classes)...)))
	if !o.distances {
		layers = append(layers, nn.Activation(nn.Softmax))
	}
	return nn.Sequential(layers...)
}

// Distances leaves out the softmax of [LeNet5Original], for [LeNet5Loss].
func Distances() Option { return Option{name: "Distances"} }

// LeNet5Loss is equation 9 of LeCun et al. 1998 for outputs y = −distance² and targets t: that
// of the right class is to be near 0, and the others to be less than −j, the score of a class
// "none of them". It is a Go function, so that a file keeps the weights alone.
//
//	E     = −Σ t·y + log(e^−j + Σ e^y)
//	∂E/∂y = e^y/(e^−j + Σ e^y) − t
func LeNet5Loss(j float64) nn.Loss {
	logarithm := func(y []float64) float64 { return floats.LogSumExp(append([]float64{-j}, y...)) }
	return nn.FuncLoss(fmt.Sprintf("LeNet5Loss(%v)", j),
		func(y, t []float64) float64 { return logarithm(y) - floats.Dot(t, y) },
		func(y, t, dy []float64) {
			sum := logarithm(y)
			for i := range dy {
				dy[i] = math.Exp(y[i]-sum) - t[i]
			}
		})
}

// leNetTable is table I of the paper: the maps of S2 that each map of C3 sees.
var leNetTable = [][]int{
	{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 5}, {0, 4, 5}, {0, 1, 5},
	{0, 1, 2, 3}, {1, 2, 3, 4}, {2, 3, 4, 5}, {0, 3, 4, 5}, {0, 1, 4, 5}, {0, 1, 2, 5},
	{0, 1, 3, 4}, {1, 2, 4, 5}, {0, 2, 3, 5}, {0, 1, 2, 3, 4, 5},
}

// centres are the drawings, where there is one for each class.
func centres(classes int) []nn.RBFOption {
	if classes != len(drawings) {
		return nil
	}
	return []nn.RBFOption{nn.Centres(drawings)}
}

// drawings are the digits 0 to 9 in 7 columns and 12 rows, 1 where there is ink and −1
// where there is none. The paper shows a bitmap of each character of ASCII in its figure 3
// and does not print them; these are drawn anew in that form, a stylised letter of seven by
// twelve points with strokes two points wide. What matters to the paper is that characters
// that look alike have codes that are alike.
var drawings = func() (all [][]int) {
	rows := strings.Fields(ink)
	for digit := range 10 {
		var drawing []int
		for _, row := range rows {
			for _, point := range row[digit*8:][:7] {
				if point == '#' {
					drawing = append(drawing, 1)
				} else {
					drawing = append(drawing, -1)
				}
			}
		}
		all = append(all, drawing)
	}
	return all
}()

const ink = `
.......|.......|.......|.......|.......|.......|.......|.......|.......|.......
..###..|...##..|.#####.|.#####.|....##.|#######|..###..|#######|.#####.|.#####.
.##.##.|..###..|##...##|##...##|...###.|##.....|.##....|##...##|##...##|##...##
##...##|.####..|.....##|.....##|..####.|##.....|##.....|.....##|##...##|##...##
##...##|...##..|....##.|.....##|.##.##.|##.....|##.....|.....##|##...##|##...##
##...##|...##..|...##..|..####.|##..##.|######.|######.|....##.|.#####.|.######
##...##|...##..|..##...|.....##|#######|.....##|##...##|...##..|##...##|.....##
##...##|...##..|.##....|.....##|....##.|.....##|##...##|..##...|##...##|.....##
##...##|...##..|##.....|.....##|....##.|.....##|##...##|..##...|##...##|.....##
.##.##.|...##..|##...##|##...##|....##.|##...##|##...##|..##...|##...##|....##.
..###..|.######|#######|.#####.|...####|.#####.|.#####.|..##...|.#####.|.####..
.......|.......|.......|.......|.......|.......|.......|.......|.......|.......
`
