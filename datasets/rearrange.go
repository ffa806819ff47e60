package datasets

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Scramble returns the same examples with the numbers of each in another order, drawn from
// seed and the same for all: neighbours are torn apart. To a dense layer nothing changes,
// to a convolution everything (slide "Questões importantes sobre MLP": local relations are
// not used).
func (s *Set) Scramble(seed uint64) *Set {
	return s.derive(recipe{step: "Scramble", args: []any{seed}}, func(v view) (view, error) {
		swaps := make([][2]int32, 0, v.shape.Size())
		rand.New(rand.NewPCG(seed, 0)).Shuffle(v.shape.Size(), func(i, j int) { swaps = append(swaps, [2]int32{int32(i), int32(j)}) })
		v.from = scrambled{v.from, swaps}
		return v, nil
	})
}

// scrambled are examples in which numbers change places, one swap after the other.
type scrambled struct {
	examples
	swaps [][2]int32
}

func (s scrambled) example(row int, x []float32) {
	s.examples.example(row, x)
	for _, p := range s.swaps {
		x[p[0]], x[p[1]] = x[p[1]], x[p[0]]
	}
}

// Shift returns the same images [height width channels], each moved down and to the right by
// so many pixels, up and to the left where they are below 0. What comes in is 0.
func (s *Set) Shift(down, right int) *Set {
	return s.derive(recipe{step: "Shift", args: []any{down, right}}, func(v view) (view, error) {
		if len(v.shape) != 3 {
			return view{}, &Error{Where: "Shift", Expected: "images [height width channels]", Got: fmt.Sprint("examples ", v.shape), Mend: "leave it out"}
		}
		v.from = shifted{v.from, down * v.shape[1] * v.shape[2], right * v.shape[2], v.shape[1] * v.shape[2]}
		return v, nil
	})
}

// shifted are images whose rows of so many numbers are moved: by down numbers as a whole,
// and each of them by right.
type shifted struct {
	examples
	down, right, row int
}

func (s shifted) example(row int, x []float32) {
	s.examples.example(row, x)
	move(x, s.down)
	for ; len(x) > 0; x = x[s.row:] {
		move(x[:s.row], s.right)
	}
}

// move moves numbers to the back by n places, to the front where n is below 0.
func move(x []float32, n int) {
	if n < 0 {
		n = min(-n, len(x))
		copy(x, x[n:])
		clear(x[len(x)-n:])
		return
	}
	n = min(n, len(x))
	copy(x[n:], x)
	clear(x[:n])
}

// Reshape returns the same examples with their numbers seen as of another shape, as numpy's
// reshape: of the rows of a table, or of slices, images [height width channels].
func (s *Set) Reshape(shape ...int) *Set {
	return s.derive(recipe{step: "Reshape", args: []any{shape}}, func(v view) (view, error) {
		made := tensor.Shape(slices.Clone(shape))
		if len(made) == 0 || slices.ContainsFunc(made, func(n int) bool { return n < 1 }) || made.Size() != v.shape.Size() {
			return view{}, &Error{Where: "Reshape", Expected: fmt.Sprintf("a shape of the %d numbers that an example has", v.shape.Size()), Got: fmt.Sprint(shape),
				Mend: fmt.Sprintf("write Reshape(%d), or the height, the width and 1, whose product that is", v.shape.Size())}
		}
		v.shape = made
		return v, nil
	})
}

// Enlarge returns the same images [height width channels] on height × width pixels: each
// pixel as many times as fit, in the middle, and 0 around. Networks that halve their maps
// five times need 32 × 32, of which MNIST has 28 × 28.
func (s *Set) Enlarge(height, width int) *Set {
	return s.derive(recipe{step: "Enlarge", args: []any{height, width}}, func(v view) (view, error) {
		if len(v.shape) != 3 {
			return view{}, &Error{Where: "Enlarge", Expected: "images [height width channels]", Got: fmt.Sprint("examples ", v.shape), Mend: "leave it out"}
		}
		h, w, channels := v.shape[0], v.shape[1], v.shape[2]
		if height < h || width < w {
			return view{}, &Error{Where: "Enlarge", Expected: fmt.Sprintf("at least the %d × %d pixels that the images have", h, w),
				Got: fmt.Sprintf("%d × %d", height, width), Mend: fmt.Sprintf("write Enlarge(%d, %d)", max(height, h), max(width, w))}
		}
		times := min(height/h, width/w)
		v.from = enlarged{v.from, v.shape, times, height, width, (height - times*h) / 2, (width - times*w) / 2}
		v.shape = tensor.Shape{height, width, channels}
		return v, nil
	})
}

// enlarged are images of a shape with each pixel several times, from a place on.
type enlarged struct {
	examples
	shape         tensor.Shape // of one as it was
	times         int
	height, width int
	top, left     int
}

func (e enlarged) example(row int, x []float32) {
	h, w, channels := e.shape[0], e.shape[1], e.shape[2]
	e.examples.example(row, x[:h*w*channels])
	// From the end on: a pixel's new place is never before the one that it comes from.
	for i := len(x) - 1; i >= 0; i-- {
		pixel, c := i/channels, i%channels
		y, z := pixel/e.width-e.top, pixel%e.width-e.left
		if y < 0 || z < 0 || y >= h*e.times || z >= w*e.times {
			x[i] = 0
			continue
		}
		x[i] = x[(y/e.times*w+z/e.times)*channels+c]
	}
}
