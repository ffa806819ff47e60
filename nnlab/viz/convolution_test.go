package viz

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// slideImage is that of the slide "Aprendizado profundo" behind "Convolução".
var slideImage = [][]float32{
	{3, 0, 1, 2, 7, 4},
	{1, 5, 8, 9, 3, 1},
	{2, 7, 2, 5, 1, 3},
	{0, 1, 3, 1, 7, 8},
	{4, 2, 1, 6, 2, 8},
	{2, 4, 5, 2, 3, 9},
}

// said is what a figure says, a part a line; what stands in brackets is one part.
func said(f *Figure, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.ReplaceAll(f.Alt, "; ", "\n"))
}

// Slide "Aprendizado profundo", the one behind "Convolução": the 6×6 image with the filter of vertical edges gives −5 −4 0 8.
func ExampleConvolution() {
	said(Convolution(nn.Conv2D(1, 3), slideImage, Kernel(1, 0, -1, 1, 0, -1, 1, 0, -1)))
	// Output:
	// convolução · Conv2D(1, 3×3) · (6 − 3 + 2·0)/1 + 1 = 4
	// saída, linha a linha: −5 −4 0 8 / −10 −2 2 3 / 0 −2 −4 −7 / −3 −2 −3 −16
	// linha 1, coluna 1: saída = 3·1 + 0·0 + 1·(−1) + 1·1 + 5·0 + 8·(−1) + 2·1 + 7·0 + 2·(−1) = −5
}

// slideColours is the corner of the image of slide "Convolução 3D", and slideKernel its
// filter, channel after channel.
var (
	slideColours = [][][]float32{
		{{156, 155, 156}, {153, 154, 157}, {149, 151, 155}},
		{{167, 166, 167}, {164, 165, 168}, {160, 162, 166}},
		{{163, 162, 163}, {160, 161, 164}, {156, 158, 162}},
	}
	slideKernel = []float32{
		-1, -1, 1, 0, 1, -1, 0, 1, 1,
		1, 0, 0, 1, -1, -1, 1, 0, -1,
		0, 1, 1, 0, 1, 0, 1, -1, 1,
	}
)

// Slide "Convolução 3D": at the corner of an image of three channels with a border of zeros
// 308 − 498 + 164 + 1 = −25.
func ExampleConvolution_channels() {
	said(Convolution(nn.Conv2D(1, 3, nn.Same), slideColours, Kernel(slideKernel...), Bias(1)))
	// Output:
	// convolução · Conv2D(1, 3×3, same) · (3 − 3 + 2)/1 + 1 = 3
	// saída, linha a linha: −25 466 638 / 295 787 650 / 155 326 332
	// linha 1, coluna 1: canal 1: 0·(−1) + 0·(−1) + 0·1 + 0·0 + 156·1 + 155·(−1) + 0·0 + 153·1 + 154·1 = 308 canal 2: 0·1 + 0·0 + 0·0 + 0·1 + 167·(−1) + 166·(−1) + 0·1 + 164·0 + 165·(−1) = −498 canal 3: 0·0 + 0·1 + 0·1 + 0·0 + 163·1 + 162·0 + 0·1 + 160·(−1) + 161·1 = 164 saída = 308 − 498 + 164 + 1 = −25
}

// Slide "Subamostragem": the largest of each window of 2×2.
func ExampleConvolution_pooling() {
	said(Convolution(nn.MaxPool2D(2), slideImage))
	// Output:
	// subamostragem pelo máximo · MaxPool2D(2×2) · (6 − 2 + 2·0)/2 + 1 = 3
	// saída, linha a linha: 5 9 7 / 7 5 8 / 4 6 9
	// linha 1, coluna 1: saída = máx(3, 0, 1, 5) = 5
}

// Slide "Convolução 1D": a signal and a filter that finds its edges, in steps of two.
func ExampleConvolution_signal() {
	said(Convolution(nn.Conv1D(1, 3, nn.Strides(2), nn.ReLU), []float32{0, 0, 1, 1, 1, 0, 0}, Kernel(-1, 0, 1)))
	// Output:
	// convolução · Conv1D(1, 3, strides 2, relu) · (7 − 3 + 2·0)/2 + 1 = 3
	// saída, linha a linha: 1 0 0
	// coluna 1: net = 0·(−1) + 0·0 + 1·1 = 1 saída = relu(1) = 1
}

// What is written of every place is what the layer has made, for every geometry.
func TestConvolutionIsTrue(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	image := func(channels, rows, columns int) (planes [][][]float32) {
		for range channels {
			p := make([][]float32, rows)
			for i := range p {
				for range columns {
					p[i] = append(p[i], float32(random.IntN(19)-9)/4)
				}
			}
			planes = append(planes, p)
		}
		return planes
	}
	for name, c := range map[string]struct {
		layer nn.Layer
		in    [][][]float32
	}{
		"plain":     {nn.Conv2D(1, 3), image(1, 6, 5)},
		"strides":   {nn.Conv2D(1, 3, nn.Strides(2, 1), nn.Same), image(2, 6, 7)},
		"even":      {nn.Conv2D(1, 2, nn.Strides(3), nn.Same, nn.Tanh), image(3, 5, 7)},
		"padding":   {nn.Conv2D(1, [2]int{3, 2}, nn.Padding(1, 2), nn.ReLU), image(1, 4, 5)},
		"dilation":  {nn.Conv2D(1, 2, nn.Dilation(3), nn.Sigmoid), image(2, 7, 6)},
		"signal":    {nn.Conv1D(1, 4, nn.Strides(2), nn.Same), image(3, 1, 9)},
		"max":       {nn.MaxPool2D(3, nn.Strides(2), nn.Same), image(2, 6, 7)},
		"mean":      {nn.AveragePool2D(3, nn.Strides(2), nn.Same), image(2, 6, 7)},
		"signal's":  {nn.MaxPool1D(2), image(2, 1, 7)},
		"global":    {nn.GlobalAveragePool(), image(3, 5, 4)},
		"globalmax": {nn.GlobalMaxPool(), image(2, 3, 4)},
	} {
		s := newSettings(nil)
		s.bias = 0.5
		sl, err := newSliding(c.layer, channelsOf(c.in), s)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for row := range sl.axes[0].out {
			for column := range sl.axes[1].out {
				for ch, out := range sl.out {
					var want float64
					switch {
					case sl.kernel != nil:
						want = float64(sl.bias)
						for _, sum := range sl.sums(row, column) {
							want += sum
						}
						switch sl.f {
						case "relu":
							want = max(0, want)
						case "tanh":
							want = math.Tanh(want)
						case "sigmoid":
							want = 1 / (1 + math.Exp(-want))
						}
					default:
						n := 0.
						if !sl.mean {
							want = math.Inf(-1)
						}
						sl.window(ch, row, column, func(_, _ int, v float32, inside bool) {
							switch {
							case !inside:
							case sl.mean:
								want, n = want+float64(v), n+1
							default:
								want = max(want, float64(v))
							}
						})
						if sl.mean {
							want /= n
						}
					}
					if got := float64(out[row][column]); math.Abs(got-want) > 1e-5 {
						t.Errorf("%s: at %d, %d of %d the layer has %v, the formula %v", name, row, column, ch, got, want)
					}
				}
			}
		}
		f := sl.draw(portuguese)
		wellFormed(t, f.SVG)
		if steps := f.alive.given["steps"].([]slidingStep); len(steps) != sl.axes[0].out*sl.axes[1].out || !strings.Contains(f.SVG, steps[0].outlines()+steps[0].Drawn) {
			t.Errorf("%s: %d steps", name, len(steps))
		}
	}
}

// A figure takes less than 300 KB of a notebook, and moves where it is not too large for it.
func TestConvolutionIsSmall(t *testing.T) {
	var in [][][]float32
	for range mostChannels {
		p := make([][]float32, mostCells)
		for i := range p {
			p[i] = make([]float32, mostCells)
			for j := range p[i] {
				p[i][j] = -0.123 - float32(i*mostCells+j)/1000
			}
		}
		in = append(in, p)
	}
	for _, c := range []struct {
		layer nn.Layer
		in    [][][]float32
		moves bool
	}{
		{nn.Conv2D(1, 3), [][][]float32{slideImage}, true},
		{nn.Conv2D(1, 3, nn.Same), [][][]float32{slideImage, slideImage, slideImage}, true},
		{nn.Conv2D(1, 3, nn.Same), in, false},
	} {
		f, err := Convolution(c.layer, c.in)
		if err != nil {
			t.Fatal(err)
		}
		size := bytesInNotebook(t, f)
		t.Logf("%d bytes", size)
		if size > 300_000 || (f.alive != nil) != c.moves {
			t.Errorf("%d bytes, it moves: %t", size, f.alive != nil)
		}
	}
}

// bytesInNotebook is how much of a notebook a figure takes in all its forms.
func bytesInNotebook(t *testing.T, f *Figure) int {
	t.Helper()
	b, err := f.bundle("id")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return len(whole)
}
