package datasets

import "github.com/nnlab-go/lab/nnlab/tensor"

// mnist is described in mnist/README.md.
var mnist = Source{
	Name: "mnist",
	Mirrors: []string{
		"https://storage.googleapis.com/cvdf-datasets/mnist/",
		"https://ossci-datasets.s3.amazonaws.com/mnist/",
	},
	Files: []File{
		{"train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
		{"train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
		{"t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
		{"t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
	},
}

var (
	mnistTrain = part{source: &mnist, name: "train", files: []string{"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"},
		shape: tensor.Shape{28, 28, 1}, classes: 10, decode: decodeIDX}
	mnistTest = part{source: &mnist, name: "test", files: []string{"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"},
		shape: tensor.Shape{28, 28, 1}, classes: 10, decode: decodeIDX}
)

// MNIST returns the 60 000 training and 10 000 test examples of MNIST: digits
// written by hand, as pictures [28 28 1] of numbers from 0 (ground) to 1 (ink),
// and classes 0…9. It is keras.datasets.mnist.load_data() with the pixels
// divided by 255. Source and licence stand in datasets/mnist/README.md.
func MNIST() (train, test *Set) { return both(MNIST, mnistTrain.set(), mnistTest.set()) }

// MNISTSplit returns MNIST as the lecture has it (slide "Aprendizado profundo x
// MLP"): 50 000 training and 10 000 test examples. The training examples are the
// first 50 000 of the 60 000. The other 10 000 are for validation: for early
// stopping and for choosing settings, so that the test examples stay unseen.
func MNISTSplit() (train, validation, test *Set) {
	all, test := MNIST()
	train, validation = all.Split(50000)
	return train, validation, test
}
