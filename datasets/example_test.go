package datasets_test

import (
	"fmt"

	"github.com/nnlab-go/lab/datasets"
)

func ExampleMNIST() {
	train, test := datasets.MNIST()
	if err := train.Open(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.Len(), test.Len(), train.Shape(), train.Classes())
	fmt.Println(train.Labels()[:10])
	// Output:
	// 60000 10000 [28 28 1] 10
	// [5 0 4 1 9 2 1 3 1 4]
}

// Slide "Aprendizado profundo x MLP": 50 000 for training, 10 000 for the test.
func ExampleMNISTSplit() {
	train, validation, test := datasets.MNISTSplit()
	fmt.Println(train.Len(), validation.Len(), test.Len())
	// Output: 50000 10000 10000
}

// The pixels of a digit, every second row and column.
func ExampleSet_Example() {
	_, test := datasets.MNIST()
	digit := test.Example(0)
	fmt.Println("a", test.Label(0))
	for row := 6; row < 28; row += 2 {
		for column := 4; column < 24; column++ {
			fmt.Printf("%c", ".-+*#"[int(4*digit[28*row+column])])
		}
		fmt.Println()
	}
	// Output:
	// a 7
	// ....................
	// ..**************+...
	// ........-.---..**-..
	// ..............*#-...
	// .............**.....
	// ............**......
	// ..........-**.......
	// .........***........
	// ........**-.........
	// .......***..........
	// ......-**...........
}

// Slide "Aprendizado profundo x MLP": batches of 32 images of 784 numbers.
func ExampleSet_Batches() {
	_, test := datasets.MNIST()
	for batch := range test.Take(100).Batches(32) {
		fmt.Println(batch.N, len(batch.X), len(batch.Y))
	}
	// Output:
	// 32 25088 32
	// 32 25088 32
	// 32 25088 32
	// 4 3136 4
}

func ExampleSet_Split() {
	train, _ := datasets.MNIST()
	train, validation := train.Shuffle(1).Split(54000)
	fmt.Println(train.Len(), validation.Len())
	// Output: 54000 6000
}

func ExampleSet_OneHot() {
	_, test := datasets.MNIST()
	fmt.Println(test.Target(0), test.OneHot().Target(0))
	// Output: [7] [0 0 0 0 0 0 0 1 0 0]
}

// XOR, the problem that a single perceptron cannot solve.
func ExampleFromSlices() {
	xor := datasets.FromSlices([][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, []int{0, 1, 1, 0})
	fmt.Println(xor.Len(), xor.Shape(), xor.Classes())
	// Output: 4 [2] 2
}

// What does not fit is told when the set is opened.
func ExampleSet_Open() {
	xor := datasets.FromSlices([][]float32{{0, 0}, {0, 1}, {1, 0}, {1}}, []int{0, 1, 1, 0})
	fmt.Println(xor.Open())
	// Output: FromSlices: expects 2 numbers in each row, as in x[0], got 1 in x[3]; bring all rows to one length
}

// A model that computes numbers learns from targets that are numbers.
func ExampleFromTargets() {
	double := datasets.FromTargets([][]float32{{1}, {2}, {3}}, [][]float32{{2}, {4}, {6}})
	fmt.Println(double.Len(), double.Shape(), double.TargetSize(), double.Target(2))
	// Output: 3 [1] 1 [6]
}
