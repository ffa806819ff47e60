package arch

import "github.com/nnlab-go/lab/nnlab/nn"

// LeNet1989 is the network of the slide "LeNet – LeCun (1998)" as it was published: LeCun,
// Boser, Denker, Henderson, Howard, Hubbard & Jackel, "Handwritten digit recognition with a
// back-propagation network", NIPS 1989, figure 2. Each map of H3 sees one or two maps of H2,
// by the paper's table 1.
//
//	layer    window         output      parameters
//	H1       5×5            [24 24 4]          104
//	H2       2×2            [12 12 4]            8
//	H3       5×5, table 1   [8 8 12]           512
//	H4       2×2            [4 4 12]            24
//	output                  10               1 930
//	                                         2 578, the paper's "independent parameters"
//
// The paper's units are scaled tanhs and its loss the squared error, nn.MSE; with a softmax
// of its own the output is one that all figures read as probabilities. [LeNet] is the same
// network with maps of H3 that see all of H2, 3 278 parameters.
func LeNet1989(given ...Option) *nn.Model {
	o := newOptions(28, given, Input(28, 28, 1), Classes(10))
	if m := o.refusesAllBut("LeNet1989", "Input", "Classes"); m != nil {
		return m
	}
	return nn.Sequential(
		o.input(),
		nn.Named("H1", nn.Conv2D(4, 5, nn.ScaledTanh)), nn.Named("H2", nn.Subsampling(2, nn.ScaledTanh)),
		nn.Named("H3", nn.PartialConv2D(leNetTable1, 5, nn.ScaledTanh)), nn.Named("H4", nn.Subsampling(2, nn.ScaledTanh)),
		nn.Flatten(),
		nn.Named("output", nn.Dense(o.classes, nn.Softmax)),
	)
}

// leNetTable1 is table 1 of the paper: of each half of H2's four maps six maps of H3 see the
// one, the other, or both.
var leNetTable1 = [][]int{
	{0}, {0, 1}, {0, 1}, {1}, {0, 1}, {0, 1},
	{2}, {2, 3}, {2, 3}, {3}, {2, 3}, {2, 3},
}
