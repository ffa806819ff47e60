package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
)

// square is a convolution of 3×3 with stride 1 on a batch of images, whose outputs have side²
// cells; as many are counted for the inputs.
type square struct {
	what                           string
	batch, side, channels, filters float64
}

// squares are those of the lecture's networks. LeNet's and AlexNet's first have 5×5 and 11×11,
// and 1×1 are products.
var squares = []square{
	{"Exemplo 2, the second", 128, 24, 32, 64},
	{"VGG16, the first", 32, 224, 3, 64},
	{"VGG16", 32, 224, 64, 64},
	{"VGG16", 32, 112, 64, 128},
	{"VGG16", 32, 112, 128, 128},
	{"VGG16", 32, 56, 256, 256},
	{"VGG16", 32, 28, 512, 512},
	{"VGG16", 32, 14, 512, 512},
	{"ResNet", 32, 56, 64, 64},
	{"ResNet", 32, 28, 128, 128},
	{"ResNet", 32, 14, 256, 256},
	{"ResNet", 32, 7, 512, 512},
	{"GoogLeNet, inception 3a", 32, 28, 96, 128},
	{"GoogLeNet, inception 4e", 32, 14, 160, 320},
	{"GoogLeNet, inception 5b", 32, 7, 192, 384},
}

// inBlock is how many filters a block of winograd.cu has: the sums of 32 tiles
// take 128 registers of each of 256 threads then, and 8 channels of its factors the 48 KiB of
// shared memory that a block has. For each such block the inputs are transformed again.
const inBlock = 64

// much is a quotient of least times above which another kernel may pay.
const much = 1.6

// direct is what the kernels of conv.h do.
func (s square) direct() counts {
	cells := s.batch * s.side * s.side
	return counts{flops: 2 * 9 * cells * s.channels * s.filters, moved: 4 * (cells*s.channels + 9*s.channels*s.filters + cells*s.filters)}
}

// tiles are the squares of 2×2 outputs, at the border also those that lie partly outside.
func (s square) tiles() float64 { n := math.Ceil(s.side / 2); return s.batch * n * n }

// winograd is what Winograd's F(2×2, 3×3) does (A. Lavin and S. Gray, arXiv:1509.09308, 4.1): 16
// products of tiles × channels × filters, and additions: 32 for the 4×4 inputs of a tile and a
// channel, 24 for the 4×4 sums of a tile and a filter, 28 for a window of weights. Either each
// of the four is a kernel, and what is between them goes through memory; or the weights alone
// have a kernel of their own, and all else is one.
func (s square) winograd() (passes, inOne []counts) {
	cells, tiles, weights := s.batch*s.side*s.side, s.tiles(), s.channels*s.filters
	product := 2 * 16 * tiles * weights
	kernel := counts{flops: 28 * weights, moved: 4 * (9 + 16) * weights}
	passes = []counts{
		kernel,
		{flops: 32 * tiles * s.channels, moved: 4 * (cells + 16*tiles) * s.channels},
		{flops: product, moved: 4 * 16 * (tiles*s.channels + weights + tiles*s.filters)},
		{flops: 24 * tiles * s.filters, moved: 4 * (16*tiles + cells) * s.filters},
	}
	again := math.Ceil(s.filters / inBlock)
	inOne = []counts{kernel, {
		flops: product + 32*again*tiles*s.channels + 24*tiles*s.filters,
		moved: 4 * (cells*s.channels + 16*weights + cells*s.filters),
	}}
	return passes, inOne
}

// onCores is what is left when tensor cores do the products; 0 of them are not short.
func onCores(kernels []counts, product float64) (short []counts) {
	for _, k := range kernels {
		if k.flops >= product {
			k.flops, k.tf32s = k.flops-product, product
		}
		short = append(short, k)
	}
	return short
}

// least is the time in milliseconds that a card needs at least for kernels one behind the other.
func (c card) least(kernels ...counts) (ms float64) {
	for _, k := range kernels {
		one, _ := c.milliseconds(k)
		ms += one
	}
	return ms
}

// writeWinograd writes what Winograd's way would bring: of each card the quotient of the least
// times of the direct and of Winograd's.
func writeWinograd(b *bytes.Buffer) {
	fmt.Fprint(b, `
## Winograd's convolutions, counted

The convolutions of conv.h are direct. Winograd's F(2×2, 3×3) makes 4 outputs of 16 products instead of 36, and pays with additions, and with memory. Below it stands in two forms: in one kernel, whose blocks transform their inputs again for each 64 filters, and in passes, where what is transformed goes through memory. The columns of the cards are how many times less a card needs at least, for the forward pass of a layer: in one kernel / in passes, in float32; behind the semicolon in one kernel on tensor cores, both ways in TF32.

| 3×3, batch·side² channels→filters | of | direct, 10⁹ | MB | one kernel, 10⁹ | MB | passes, MB |`)
	for _, c := range cards {
		fmt.Fprintf(b, " %s |", c.name)
	}
	fmt.Fprint(b, "\n|---|---|--:|--:|--:|--:|--:|"+strings.Repeat("--:|", len(cards))+"\n")
	type span struct{ from, to float64 }
	wide := func(s *span, v float64) {
		if s.to == 0 || v < s.from {
			s.from = v
		}
		s.to = max(s.to, v)
	}
	var little []string
	one, memory, cores := make([]span, len(cards)), make([]span, len(cards)), make([]span, len(cards))
	for _, s := range squares {
		passes, inOne := s.winograd()
		direct, product := s.direct(), passes[2].flops
		sum := func(kernels []counts) (all counts) {
			for _, k := range kernels {
				all.flops, all.moved = all.flops+k.flops, all.moved+k.moved
			}
			return all
		}
		fmt.Fprintf(b, "| %v·%v² %v→%v | %s | %s | %s | %s | %s | %s |", s.batch, s.side, s.channels, s.filters, s.what,
			digits(direct.flops/1e9), digits(direct.moved/1e6), digits(sum(inOne).flops/1e9), digits(sum(inOne).moved/1e6), digits(sum(passes).moved/1e6))
		most := 0.0
		for i, c := range cards {
			plain := c.least(direct)
			gain, slow := plain/c.least(inOne...), plain/c.least(passes...)
			fmt.Fprintf(b, " %.2f / %.2f", gain, slow)
			most = max(most, gain)
			wide(&one[i], gain)
			wide(&memory[i], slow)
			if c.tf32s > 0 {
				gain := c.least(onCores([]counts{direct}, direct.flops)...) / c.least(onCores(inOne, product)...)
				fmt.Fprintf(b, "; %.2f", gain)
				wide(&cores[i], gain)
			}
			fmt.Fprint(b, " |")
		}
		fmt.Fprintln(b)
		if most < much {
			little = append(little, fmt.Sprintf("%v² %v→%v", s.side, s.channels, s.filters))
		}
	}
	var ranges []string
	for i, c := range cards {
		text := fmt.Sprintf("%s %.2f to %.2f in one kernel, %.2f to %.2f in passes", c.name, one[i].from, one[i].to, memory[i].from, memory[i].to)
		if c.tf32s > 0 {
			text += fmt.Sprintf(", %.2f to %.2f on tensor cores", cores[i].from, cores[i].to)
		}
		ranges = append(ranges, text)
	}
	fmt.Fprintf(b, `
From the least to the most: %s.

So the form in passes, which is two small kernels more beside the products that are there, is no gain for all layers, and the fewer channels a layer has and the faster a card is beside its memory, the less. In one kernel float32 gains on every card, but for %s (less than %v everywhere), where memory is what is waited for, or a fourth of what the tiles at the border compute is thrown away. On tensor cores it gains where a layer has many channels; with 64 the memory is what an H100 waits for either way. What a kernel reaches of its limit is not in these numbers, and this one will reach less than the direct one does: the sums of 32 tiles × 64 filters are half of a processor's registers and the factors of 8 channels all of a block's shared memory, so that one block is alone on it, and the additions run on the units that the products of float32 want.

The form in one kernel is there, in float32, forwards and for the gradient of the input, in `+"`kernels/winograd.cu`"+`. `+"`NNLAB_CONV=winograd`"+` takes it for the layers of which this table, with what whole blocks do in vain, says %v times or more on every card (`+"`pays`"+` in `+"`winograd.go`"+`). Which of the two is faster in which layer is for a measurement to say, and no card has been there to measure on: so without that word all convolutions are direct. The bench of `+"`make gpu`"+` measures both in one run.
`, strings.Join(ranges, "; "), strings.Join(little, ", "), much, much)
}
