package datasets

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// XOR is the problem that a single perceptron cannot solve (Minsky & Papert
// 1969): four points of the plane, class 1 where one coordinate is 1 and the other 0.
func XOR() *Set { return Parity(2) }

// Parity is all 2ᵇ patterns of b bits, 1 ≤ b ≤ 16, of class 1 where the number of
// ones is odd. Rumelhart, Hinton & Williams (1986) taught it to an MLP of b hidden units.
func Parity(b int) *Set {
	return (&Set{prepare: func() (view, error) {
		if b < 1 || b > 16 {
			return view{}, &Error{Where: "Parity", Expected: "1 to 16 bits", Got: fmt.Sprint(b), Mend: "write datasets.Parity(4)"}
		}
		x, labels := make([][]float32, 1<<b), make([]int, 1<<b)
		for i := range x {
			x[i] = make([]float32, b)
			for k := range b {
				x[i][k] = float32(i >> (b - 1 - k) & 1)
			}
			labels[i] = bits.OnesCount(uint(i)) & 1
		}
		return view{from: labelled{x, labels}, rows: allRows(len(x)), shape: tensor.Shape{b}, classes: 2, targets: 1}, nil
	}}).by(Parity, b)
}

// Encoder is n patterns of n numbers, one of them 1, that are their own targets,
// 2 ≤ n ≤ 4096: an MLP n-log₂(n)-n has to find a code for them (Ackley, Hinton &
// Sejnowski 1985; 8-3-8 in Rumelhart, Hinton & Williams 1986).
func Encoder(n int) *Set {
	return (&Set{prepare: func() (view, error) {
		if n < 2 || n > 4096 {
			return view{}, &Error{Where: "Encoder", Expected: "2 to 4096 patterns", Got: fmt.Sprint(n), Mend: "write datasets.Encoder(8)"}
		}
		x := make([][]float32, n)
		for i := range x {
			x[i] = make([]float32, n)
			x[i][i] = 1
		}
		return view{from: paired{x, x}, rows: allRows(n), shape: tensor.Shape{n}, targets: n}, nil
	}}).by(Encoder, n)
}

// Moons is n points of two half circles that reach into each other, with normal
// noise of the given standard deviation: scikit-learn's make_moons. Classes take turns.
//
//	class 0  (cos t, sin t)            0 ≤ t ≤ π
//	class 1  (1 − cos t, ½ − sin t)
func Moons(n int, noise float64, seed uint64) *Set {
	return points("Moons", n, 2, noise, seed, func(class int, t float64) (x, y float64) {
		sin, cos := math.Sincos(math.Pi * t)
		if class == 1 {
			return 1 - cos, 0.5 - sin
		}
		return cos, sin
	}).by(Moons, n, noise, seed)
}

// Circles is n points of a circle of radius 1, class 0, and of one of radius ½
// within it, class 1, with normal noise: scikit-learn's make_circles.
func Circles(n int, noise float64, seed uint64) *Set {
	return points("Circles", n, 2, noise, seed, func(class int, t float64) (x, y float64) {
		sin, cos := math.Sincos(2 * math.Pi * t)
		r := 1 - 0.5*float64(class)
		return r * cos, r * sin
	}).by(Circles, n, noise, seed)
}

// Spirals is n points of two spirals around each other, from the centre to radius
// 1 in 1¾ turns, with normal noise.
//
//	class c  t·(sin φ, cos φ),  φ = 3.5π·t + c·π,  0 ≤ t ≤ 1
func Spirals(n int, noise float64, seed uint64) *Set {
	return points("Spirals", n, 2, noise, seed, func(class int, t float64) (x, y float64) {
		sin, cos := math.Sincos(3.5*math.Pi*t + float64(class)*math.Pi)
		return t * sin, t * cos
	}).by(Spirals, n, noise, seed)
}

// Blobs is n points in as many clouds as there are classes, 1 to 100, each normal with
// standard deviation spread around a centre that is drawn from −1 ≤ x, y ≤ 1 (scikit-learn's
// make_blobs draws from −10 to 10).
func Blobs(n, classes int, spread float64, seed uint64) *Set {
	centres := make([][2]float64, max(0, min(classes, 100)))
	r := rand.New(rand.NewPCG(seed, 1))
	for c := range centres {
		centres[c] = [2]float64{2*r.Float64() - 1, 2*r.Float64() - 1}
	}
	return points("Blobs", n, classes, spread, seed, func(class int, _ float64) (x, y float64) {
		return centres[class][0], centres[class][1]
	}).by(Blobs, n, classes, spread, seed)
}

// points makes n points of the plane, whose classes take turns. Point k of a class
// that has m is at t = k/(m−1), moved by normal noise in both directions.
func points(where string, n, classes int, noise float64, seed uint64, at func(class int, t float64) (x, y float64)) *Set {
	return &Set{prepare: func() (view, error) {
		if classes < 1 || classes > 100 || n < classes || !finite(noise) || noise < 0 {
			return view{}, &Error{Where: where, Expected: "1 to 100 classes, at least one point of each, and noise of 0 or more",
				Got: fmt.Sprintf("%d points of %d classes with noise %v", n, classes, noise), Mend: "write 200 points with noise 0.1"}
		}
		r := rand.New(rand.NewPCG(seed, 0))
		x, labels := make([][]float32, n), make([]int, n)
		for i := range x {
			class, k := i%classes, i/classes
			last := (n - 1 - class) / classes // of this class
			px, py := at(class, float64(k)/float64(max(last, 1)))
			x[i] = []float32{float32(px + noise*r.NormFloat64()), float32(py + noise*r.NormFloat64())}
			labels[i] = class
		}
		return view{from: labelled{x, labels}, rows: allRows(n), shape: tensor.Shape{2}, classes: classes, targets: 1}, nil
	}}
}

// Sine is n examples for a model that computes numbers: x drawn from −π to π and
// y = sin x with normal noise.
func Sine(n int, noise float64, seed uint64) *Set {
	return (&Set{prepare: func() (view, error) {
		if n < 1 || !finite(noise) || noise < 0 {
			return view{}, &Error{Where: "Sine", Expected: "at least one example, and noise of 0 or more", Got: fmt.Sprintf("%d with noise %v", n, noise),
				Mend: "write datasets.Sine(200, 0.1, 1)"}
		}
		r := rand.New(rand.NewPCG(seed, 0))
		x, y := make([][]float32, n), make([][]float32, n)
		for i := range x {
			v := (2*r.Float64() - 1) * math.Pi
			x[i], y[i] = []float32{float32(v)}, []float32{float32(math.Sin(v) + noise*r.NormFloat64())}
		}
		return view{from: paired{x, y}, rows: allRows(n), shape: tensor.Shape{1}, targets: 1}, nil
	}}).by(Sine, n, noise, seed)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// An IBM card has 12 rows of 80 columns.
const (
	cardRows    = 12
	cardColumns = 80
	markSize    = 4 // rows and columns of a mark
)

// PunchCards is n cards as in the demonstration of the perceptron on July 7, 1958:
// [12 80 1], 1 where the card is punched, with one square mark in the left half, class 0, or in
// the right half, class 1. Its rows and columns are drawn from seed. The Weather
// Bureau's IBM 704 told left from right after fifty trials (The New York Times, July 8, 1958).
func PunchCards(n int, seed uint64) *Set {
	return (&Set{prepare: func() (view, error) {
		if n < 1 {
			return view{}, &Error{Where: "PunchCards", Expected: "at least 1 card", Got: fmt.Sprint(n), Mend: "write datasets.PunchCards(100, 1)"}
		}
		r := rand.New(rand.NewPCG(seed, 0))
		x, labels := make([][]float32, n), make([]int, n)
		for i := range x {
			card, side := make([]float32, cardRows*cardColumns), r.IntN(2)
			row := r.IntN(cardRows - markSize + 1)
			column := side*cardColumns/2 + r.IntN(cardColumns/2-markSize+1)
			for k := range markSize * markSize {
				card[(row+k/markSize)*cardColumns+column+k%markSize] = 1
			}
			x[i], labels[i] = card, side
		}
		return view{from: labelled{x, labels}, rows: allRows(n), shape: tensor.Shape{cardRows, cardColumns, 1}, classes: 2,
			names: []string{"esquerda", "direita"}, targets: 1}, nil
	}}).by(PunchCards, n, seed)
}
