//go:build cuda

package cuda

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
)

// byWinograd has the device compute convolutions by Winograd's way wherever it can.
func byWinograd(t *testing.T) backend.Backend {
	t.Helper()
	d := gpu(t).(*device)
	way := d.way
	d.way = wherever
	t.Cleanup(func() { d.way = way })
	return d
}

// TestWinograd holds Winograd's way to the suite, which allows convolutions of many channels
// 3e-5 of the largest number whatever the way, and others a backend's usual error.
func TestWinograd(t *testing.T) {
	if testing.Short() && deviceOf(gpu(t)) == "emulator" {
		t.Skip("minutes on an emulated GPU; the tests below are of the same kernels")
	}
	backendtest.RunConvolutions(t, byWinograd(t), backendtest.Products(4), backendtest.Spread())
}

// winogradErrs is how many times more than a sum of its products an output of Winograd's way may
// err, of numbers that are all of one size: its transforms add up to four of each factor, and
// nine of the sums.
const winogradErrs = 4

// TestWinogradSmall holds every output and input to its own terms: maps that end within a tile,
// padding on no side, on one and on all, channels and filters that end within a step and a block,
// volumes of several planes. Twice the bits are the same.
func TestWinogradSmall(t *testing.T) {
	d := byWinograd(t)
	for _, c := range []struct{ images, planes, high, wide, padDown, padRight, outDown, outRight, channels, filters int }{
		{1, 1, 3, 3, 0, 0, 1, 1, 1, 1},
		{2, 1, 5, 4, 1, 1, 5, 4, 9, 3},
		{3, 1, 7, 6, 0, 1, 5, 6, 8, 65},
		{1, 2, 4, 5, 2, 2, 6, 7, 17, 64},
		{2, 1, 4, 4, 0, 0, 4, 4, 5, 7}, // padding behind alone
		{1, 1, 9, 13, 1, 0, 9, 11, 33, 70},
	} {
		if testing.Short() && c.channels > 17 {
			continue
		}
		g := backend.Convolution{Window: backend.Window{In: [3]int{c.planes, c.high, c.wide}, Out: [3]int{c.planes, c.outDown, c.outRight},
			Size: [3]int{1, 3, 3}, Stride: [3]int{1, 1, 1}, Dilation: [3]int{1, 1, 1}, Pad: [3]int{0, c.padDown, c.padRight}, Channels: c.channels},
			Filters: c.filters, Groups: 1}
		if _, ok := squaresOf(&g, c.images); !ok {
			t.Fatalf("%+v is not computed so", g)
		}
		in, out, weights := c.images*g.Inputs()*g.Channels, c.images*g.Outputs()*g.Filters, g.Depth()*g.Filters
		for range 2 {
			compare(t, d, fmt.Sprintf("Conv %+v", g), g.Depth(), in, weights, out, func(on backend.Backend, x, w, y backend.Buffer) {
				on.Conv(g, c.images, x, w, y, backend.Epilogue{})
			})
			compare(t, d, fmt.Sprintf("ConvGradInput %+v", g), 9*g.Filters, out, weights, in, func(on backend.Backend, dy, w, dx backend.Buffer) {
				on.ConvGradInput(g, c.images, dy, w, dx, backend.Derivative{})
			})
		}
	}
}

// TestWinogradEnds computes a convolution with a bias and an activation, and its gradient times a
// derivative: twice to the same bits, and as the direct kernels do but for rounding, though not to
// their bits, or it would be these.
func TestWinogradEnds(t *testing.T) {
	d := byWinograd(t).(*device)
	square := func(n int) [3]int { return [3]int{1, n, n} }
	g := backend.Convolution{Window: backend.Window{In: square(9), Out: square(9), Size: square(3), Stride: square(1), Dilation: square(1),
		Pad: [3]int{0, 1, 1}, Channels: 16}, Filters: 66, Groups: 1}
	const images = 2
	random := rand.New(rand.NewPCG(3, 4))
	numbers := func(n int) backend.Buffer {
		x := make([]float32, n)
		for i := range x {
			x[i] = random.Float32() - 0.5
		}
		return upload(d, x, func(v float32) float32 { return v })
	}
	in, out := images*g.Inputs()*g.Channels, images*g.Outputs()*g.Filters
	x, w, bias, dy, below := numbers(in), numbers(g.Depth()*g.Filters), numbers(g.Filters), numbers(out), numbers(in)
	tanh := backend.Activation{Kind: backend.Tanh}
	computed := func() [2][]float32 {
		y, dx := d.Alloc(out), d.Alloc(in)
		d.Conv(g, images, x, w, y, backend.Epilogue{Bias: bias, Activation: tanh})
		d.ConvGradInput(g, images, dy, w, dx, backend.Derivative{Of: tanh, Output: below})
		got := [2][]float32{make([]float32, out), make([]float32, in)}
		d.Download(got[0], y)
		d.Download(got[1], dx)
		return got
	}
	first, again := computed(), computed()
	d.way = directly
	plain := computed()
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	for i, what := range []string{"Conv", "ConvGradInput"} {
		if !slices.Equal(first[i], again[i]) {
			t.Errorf("%s: other bits the second time", what)
		}
		if slices.Equal(first[i], plain[i]) {
			t.Errorf("%s is not computed by Winograd's way", what)
		}
		for j, v := range first[i] {
			if e := math.Abs(float64(v) - float64(plain[i][j])); !(e <= 1e-5) {
				t.Fatalf("%s: number %d is %v, directly %v", what, j, v, plain[i][j])
			}
		}
	}
}

var (
	convolutionOfTable = regexp.MustCompile(`^\| (\d+)·(\d+)² (\d+)→(\d+) \|`)
	gainsOfTable       = regexp.MustCompile(`(\d+\.\d+) / \d+\.\d+`)
)

// TestWinogradPays holds the rule to the table of docs/gpu-kernels.md: what is taken gains much on
// each of its cards, and what is not taken does not on one.
func TestWinogradPays(t *testing.T) {
	page, err := os.Open("../../../docs/gpu-kernels.md")
	if err != nil {
		t.Skip(err) // where the program runs alone
	}
	defer page.Close()
	taken, left := 0, 0
	for lines := bufio.NewScanner(page); lines.Scan(); {
		m := convolutionOfTable.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		var size [4]int
		for i := range size {
			size[i], _ = strconv.Atoi(m[i+1])
		}
		side := [2]int{size[1], size[1]}
		s := squares{in: side, out: side, pad: [2]int{1, 1}, channels: size[2], filters: size[3], images: size[0]}
		gains := gainsOfTable.FindAllStringSubmatch(lines.Text(), -1)
		if len(gains) != len(operationsAByte) {
			t.Fatalf("%d cards in %s", len(gains), lines.Text())
		}
		least := 9.0
		for _, g := range gains {
			v, _ := strconv.ParseFloat(g[1], 64)
			least = min(least, v)
		}
		if s.pays() != (least >= much) {
			t.Errorf("the rule says %v, the table a gain of %v at least: %s", s.pays(), least, lines.Text())
		}
		if s.pays() {
			taken++
		} else {
			left++
		}
	}
	if taken < 8 || left < 3 {
		t.Errorf("%d convolutions of the table are taken, %d not", taken, left)
	}
	// What has too few tiles for a card, and the gradient of 64 filters for 32 channels, of which
	// half a block would be in vain, stay direct.
	few := squares{in: [2]int{28, 28}, out: [2]int{28, 28}, pad: [2]int{1, 1}, channels: 128, filters: 128, images: 1}
	second := squares{in: [2]int{26, 26}, out: [2]int{24, 24}, channels: 32, filters: 64, images: 128}
	if few.pays() || !second.pays() || second.turned().pays() {
		t.Errorf("one image: %v; Exemplo 2's second: %v, its gradient: %v", few.pays(), second.pays(), second.turned().pays())
	}
}

func TestConvolutionsOf(t *testing.T) {
	for value, want := range map[string]ways{"": directly, "direct": directly, "winograd": counted} {
		if way, err := chosenWay(value); way != want || err != nil {
			t.Errorf("%q: %v, %v", value, way, err)
		}
	}
	if _, err := chosenWay("fft"); err == nil || !strings.Contains(err.Error(), `expected direct or winograd in NNLAB_CONV, got "fft"`) {
		t.Errorf("fft: %v", err)
	}
}
