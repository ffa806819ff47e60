package nn_test

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// convolve slides one filter, given cell by cell with the channels running
// fastest, over one image.
func convolve(image []float32, shape [3]int, filter []float32, bias float32) []float32 {
	m := nn.Sequential(
		nn.Input(len(image)), nn.Reshape(shape[0], shape[1], shape[2]),
		nn.Conv2D(1, 3), nn.Flatten(),
	).Compile(nn.MSE, nn.SGD(0.1))
	m.Params()[0].Value.Set(filter)
	m.Params()[1].Value.Set([]float32{bias})
	outputs := (shape[0] - 2) * (shape[1] - 2)
	y, err := m.Predict(datasets.FromTargets([][]float32{image}, [][]float32{make([]float32, outputs)}))
	if err != nil {
		fmt.Println(err)
		return nil
	}
	return y.Values()
}

// Slide "Aprendizado profundo" (the one behind "Convolução"), the 6×6 image with the filter of
// vertical edges: its first row is −5 −4 0 8.
func ExampleConv2D() {
	y := convolve([]float32{
		3, 0, 1, 2, 7, 4,
		1, 5, 8, 9, 3, 1,
		2, 7, 2, 5, 1, 3,
		0, 1, 3, 1, 7, 8,
		4, 2, 1, 6, 2, 8,
		2, 4, 5, 2, 3, 9,
	}, [3]int{6, 6, 1}, []float32{
		1, 0, -1,
		1, 0, -1,
		1, 0, -1,
	}, 0)
	for row := range 4 {
		fmt.Println(y[4*row : 4*row+4])
	}
	// Output:
	// [-5 -4 0 8]
	// [-10 -2 2 3]
	// [0 -2 -4 -7]
	// [-3 -2 -3 -16]
}

// Slide "Convolução 3D": the corner of an image of three channels, framed with
// zeros, gives 308 − 498 + 164 + 1 = −25.
func ExampleConv2D_channels() {
	red := []float32{0, 0, 0, 0, 156, 155, 0, 153, 154}
	green := []float32{0, 0, 0, 0, 167, 166, 0, 164, 165}
	blue := []float32{0, 0, 0, 0, 163, 162, 0, 160, 161}
	filters := [3][]float32{
		{-1, -1, 1, 0, 1, -1, 0, 1, 1},
		{1, 0, 0, 1, -1, -1, 1, 0, -1},
		{0, 1, 1, 0, 1, 0, 1, -1, 1},
	}
	for i, channel := range [][]float32{red, green, blue} {
		fmt.Println(convolve(channel, [3]int{3, 3, 1}, filters[i][:], 0))
	}
	var image, filter []float32 // the channels run fastest
	for i := range 9 {
		image = append(image, red[i], green[i], blue[i])
		filter = append(filter, filters[0][i], filters[1][i], filters[2][i])
	}
	fmt.Println(convolve(image, [3]int{3, 3, 3}, filter, 1))
	// Output:
	// [308]
	// [-498]
	// [164]
	// [-25]
}

// Slide "Número de parâmetros": [(K·K·P) + 1]·D gives 608, 1 168 and 544.
func ExampleModel_Summary_convolutions() {
	nn.Sequential(
		nn.Input(32, 32, 3),
		nn.Conv2D(8, 5), nn.Conv2D(16, 3), nn.Conv2D(32, 1),
	).Compile(nn.MSE, nn.SGD(0.1)).Summary()
	// Output:
	// Model sequential · MSE · SGD(0.1) · seed 1 · cpu
	// Layer               Output shape   Map size                    Parameters                 MACs        Receptive field
	// input (Input)       [32 32 3]                                  0                          0
	// conv2d (Conv2D)     [28 28 8]      (32 − 5 + 2·0)/1 + 1 = 28   [(5·5·3) + 1]·8 = 608      470 400     5×5
	// conv2d_1 (Conv2D)   [26 26 16]     (28 − 3 + 2·0)/1 + 1 = 26   [(3·3·8) + 1]·16 = 1 168   778 752     7×7
	// conv2d_2 (Conv2D)   [26 26 32]     (26 − 1 + 2·0)/1 + 1 = 26   [(1·1·16) + 1]·32 = 544    346 112     7×7
	// Total                                                          2 320                      1 595 264
}

// An activation function of one's own, softplus (Dugas et al. 2001), with its derivative, as an
// option and as a layer. GradCheck compares the gradient with differences of the loss.
func ExampleActivationFunc() {
	softplus := nn.ActivationFunc("softplus",
		func(net float64) float64 { return math.Log1p(math.Exp(net)) },
		func(net float64) float64 { return 1 / (1 + math.Exp(-net)) })
	m := nn.Sequential(nn.Input(2), nn.Dense(3, softplus), nn.Dense(2), nn.Activation(softplus)).Compile(nn.MSE, nn.SGD(0.1))
	data := datasets.FromTargets([][]float32{{0, 1}, {2, -1}}, [][]float32{{1, 0}, {0, 1}})
	report, err := nn.GradCheck(m, data)
	for _, p := range report {
		fmt.Println(p.Name, p.Checked, p.Error < 1e-6)
	}
	fmt.Println(err)

	forgotten := nn.ActivationFunc("square", func(net float64) float64 { return net * net }, func(net float64) float64 { return net })
	fmt.Println(nn.Sequential(nn.Input(2), nn.Dense(3, forgotten)).Compile(nn.MSE, nn.SGD(0.1)).Err())
	// Output:
	// dense/kernel 6 true
	// dense/bias 3 true
	// dense_1/kernel 6 true
	// dense_1/bias 2 true
	// <nil>
	// layer 2 (Dense 3): expects f'(-1.79) = -3.57101 of square, as differences of f give, got -1.78551 from its derivative; look for a wrong sign or a forgotten factor in the derivative, which is one of net
}

// Slide "Global pooling": one number a channel, so 40×40×100 becomes 100.
func ExampleGlobalAveragePool() {
	m := nn.Sequential(nn.Input(40, 40, 100), nn.GlobalAveragePool()).Compile(nn.MSE, nn.SGD(0.1))
	y, err := m.Predict(constant{})
	fmt.Println(y.Shape, y.Values()[:3], err)
	// Output: [1 100] [0.5 0.5 0.5] <nil>
}

// Slide "Subamostragem: pooling layer": of each square of 2×2 the largest, or the mean.
func ExampleMaxPool2D() {
	x := datasets.FromSlices([][]float32{{1, 3, 2, 1, 5, 7, 0, 4, 2, 2, 8, 6, 0, 4, 1, 9}}, []int{0})
	for _, pool := range []nn.Layer{nn.MaxPool2D(2), nn.AveragePool2D(2)} {
		y, err := nn.Sequential(nn.Input(16), nn.Reshape(4, 4, 1), pool, nn.Flatten()).Compile(nn.NoLoss, nn.SGD(0.1)).Predict(x)
		fmt.Println(y.Values(), err)
	}
	// Output:
	// [7 4 4 9] <nil>
	// [4 1.75 2 6] <nil>
}

// Slide "Convolução 3D": an input of 32×32×3 under a filter of 5×5×3 gives a map of 28×28.
func ExampleConv2D_map() {
	l := nn.Sequential(nn.Input(32, 32, 3), nn.Conv2D(1, 5)).Compile(nn.NoLoss, nn.SGD(0.1)).Layers()[1]
	fmt.Println(l.Params()[0].Value.Shape, l.MapSize, l.Shape)
	// Output: [5 5 3 1] (32 − 5 + 2·0)/1 + 1 = 28 [28 28 1]
}

// Slides "Padding" and "Camada convolucional": with zeros around it the map is as large as its
// input; with stride 2 the window leaps over every other place, and the map is half as large.
func ExampleSame() {
	for _, l := range []nn.Layer{nn.Conv2D(1, 5, nn.Same), nn.Conv2D(1, 5, nn.Same, nn.Strides(2)), nn.Conv2D(1, 5, nn.Strides(2))} {
		at := nn.Sequential(nn.Input(32, 32, 3), l).Compile(nn.NoLoss, nn.SGD(0.1)).Layers()[1]
		fmt.Println(at.MapSize, at.Shape)
	}
	// Output:
	// (32 − 5 + 4)/1 + 1 = 32 [32 32 1]
	// (32 − 5 + 3)/2 + 1 = 16 [16 16 1]
	// ⌊(32 − 5 + 2·0)/2⌋ + 1 = 14 [14 14 1]
}

// Slide "Funções de ativação": Maxout is max(w₁ᵀx + b₁, w₂ᵀx + b₂), here of 2x + 1 and −x.
func ExampleMaxout() {
	m := nn.Sequential(nn.Input(1), nn.Maxout(1, 2)).Compile(nn.NoLoss, nn.SGD(0.1))
	m.Params()[0].Value.Set([]float32{2, -1})
	m.Params()[1].Value.Set([]float32{1, 0})
	y, err := m.Predict(datasets.FromSlices([][]float32{{-3}, {0}, {2}}, []int{0, 0, 0}))
	fmt.Println(y.Values(), err)
	// Output: [3 1 5] <nil>
}

// What a class compares: the same seed and the same cells give
// the same network, to the bit.
func ExampleModel_Hash() {
	trained := func(seed int) *nn.Model {
		m := nn.Sequential(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(1, nn.Sigmoid)).Compile(nn.BinaryCrossentropy, nn.SGD(0.5), nn.Seed(seed))
		m.Fit(datasets.XOR(), nn.Epochs(10), nn.Verbose(false))
		return m
	}
	mine, hers, other := trained(1), trained(1), trained(2)
	fmt.Println(len(mine.Hash()), mine.Hash() == hers.Hash(), mine.Hash() == other.Hash())
	// Output: 8 true false
}

// Slide "Função softmax": the outputs sum to 1.
func ExampleActivation_softmax() {
	m := nn.Sequential(nn.Input(3), nn.Activation(nn.Softmax)).Compile(nn.NoLoss, nn.SGD(0.1))
	y, err := m.Predict(datasets.FromSlices([][]float32{{2, 1, 0}}, []int{0}))
	p := y.Values()
	fmt.Printf("%.4f sum %.6f %v\n", p, p[0]+p[1]+p[2], err)
	// Output: [0.6652 0.2447 0.0900] sum 1.000000 <nil>
}

// Slide "Funções de ativação": ReLU is max(0, x), leaky ReLU max(0.1·x, x), ELU α·(eˣ − 1) below 0.
func ExampleActivation() {
	x := datasets.FromSlices([][]float32{{-2, 0, 2}}, []int{0})
	for _, f := range []nn.ActivationFunction{nn.ReLU, nn.LeakyReLU, nn.ELU, nn.Sigmoid, nn.Tanh} {
		y, err := nn.Sequential(nn.Input(3), nn.Activation(f)).Compile(nn.NoLoss, nn.SGD(0.1)).Predict(x)
		fmt.Printf("%v %.4f %v\n", f, y.Values(), err)
	}
	// Output:
	// relu [0.0000 0.0000 2.0000] <nil>
	// leaky_relu 0.1 [-0.2000 0.0000 2.0000] <nil>
	// elu 1 [-0.8647 0.0000 2.0000] <nil>
	// sigmoid [0.1192 0.5000 0.8808] <nil>
	// tanh [-0.9640 0.0000 0.9640] <nil>
}

// Slides "Função binary cross entropy" and "Outra função de custo": P(y, x) = h^y·(1 − h)^(1−y) is
// the probability of what was seen; the loss is −log P, the mean over the examples.
func ExampleBinaryCrossentropy() {
	h, y := []float64{0.9, 0.6, 0.2, 0.1}, []float64{1, 1, 0, 1}
	var x, target [][]float32
	sum := 0.0
	for i := range h {
		p := math.Pow(h[i], y[i]) * math.Pow(1-h[i], 1-y[i])
		fmt.Printf("P = %.1f, −log P = %.4f\n", p, -math.Log(p))
		sum -= y[i]*math.Log(h[i]) + (1-y[i])*math.Log(1-h[i])
		x = append(x, []float32{float32(math.Log(h[i] / (1 - h[i])))}) // σ of it is h
		target = append(target, []float32{float32(y[i])})
	}
	m := nn.Sequential(nn.Input(1), nn.Activation(nn.Sigmoid)).Compile(nn.BinaryCrossentropy, nn.SGD(0.1))
	logs, err := m.Evaluate(datasets.FromTargets(x, target))
	loss, _ := logs.Get("loss")
	fmt.Printf("the mean %.6f, the network's loss %.6f %v\n", sum/4, loss, err)
	// Output:
	// P = 0.9, −log P = 0.1054
	// P = 0.6, −log P = 0.5108
	// P = 0.8, −log P = 0.2231
	// P = 0.1, −log P = 2.3026
	// the mean 0.785479, the network's loss 0.785479 <nil>
}

// Slide "Termo momentum": Δw(n) = η·δ·y + α·Δw(n−1). Where the gradient stays the same, 1 here, a
// step is 1 + α + α² + … times the first. Outside of 0 ≤ α < 1 there is none.
func ExampleMomentum() {
	m := nn.Sequential(nn.Input(1), nn.Dense(1, nn.NoBias())).Compile(nn.MAE, nn.SGD(0.125, nn.Momentum(0.5)))
	w := m.Params()[0].Value
	w.Set([]float32{10})
	for range 4 {
		before := w.Values()[0]
		_, err := m.Step(datasets.FromTargets([][]float32{{1}}, [][]float32{{0}}), []int{0})
		fmt.Println("Δw =", w.Values()[0]-before, err)
	}
	fmt.Println(nn.Sequential(nn.Input(1), nn.Dense(1)).Compile(nn.MSE, nn.SGD(0.1, nn.Momentum(1))).Err())
	// Output:
	// Δw = -0.125 <nil>
	// Δw = -0.1875 <nil>
	// Δw = -0.21875 <nil>
	// Δw = -0.234375 <nil>
	// SGD(0.1, momentum 1): expects momentum of 0 or more and below 1, got 1; Keras's default is 0
}

// Slide "Learning rate": Δw = −η·δ·out, here of a linear neuron with net = 10 for the target 0
// and δ = 20. A rate of 0 or less is refused; the slide's upper bound, 1, is advice.
func ExampleSGD() {
	for _, eta := range []float64{0.01, 0.1} {
		m := nn.Sequential(nn.Input(1), nn.Dense(1, nn.NoBias())).Compile(nn.MSE, nn.SGD(eta))
		w := m.Params()[0].Value
		w.Set([]float32{10})
		_, err := m.Step(datasets.FromTargets([][]float32{{1}}, [][]float32{{0}}), []int{0})
		fmt.Printf("η = %v: Δw = %.4f %v\n", eta, w.Values()[0]-10, err)
	}
	fmt.Println(nn.Sequential(nn.Input(1), nn.Dense(1)).Compile(nn.MSE, nn.SGD(0)).Err())
	// Output:
	// η = 0.01: Δw = -0.2000 <nil>
	// η = 0.1: Δw = -2.0000 <nil>
	// SGD(0): expects learning rate above 0, got 0; Keras's default is 0.01 for SGD and 0.001 for the others
}
