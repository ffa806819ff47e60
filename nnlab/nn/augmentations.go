package nn

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// The transformations are those of Keras's preprocessing layers of the same
// names: the same factors, centres and directions.

type translation struct{ height, width float64 }

// RandomTranslation moves an image up or down by up to the fraction height of its
// height, and sideways by up to width of its width.
func RandomTranslation(height, width float64) AugmentOption { return translation{height, width} }

func (t translation) applyAugment(a *Augmented) { a.transformations = append(a.transformations, t) }

func (t translation) check() *Error {
	return firstError(factorError("RandomTranslation", t.height, 1), factorError("RandomTranslation", t.width, 1))
}

func (t translation) affine(s tensor.Shape, draws draws) affine {
	down, right := t.height*draws.next()*float64(s[0]), t.width*draws.next()*float64(s[1])
	return affine{1, 0, -right, 0, 1, -down}
}

type rotation float64

// RandomRotation turns an image around its centre by up to factor of a full turn
// either way: 0.05 are 18 degrees.
func RandomRotation(factor float64) AugmentOption { return rotation(factor) }

func (r rotation) applyAugment(a *Augmented) { a.transformations = append(a.transformations, r) }

func (r rotation) check() *Error { return factorError("RandomRotation", float64(r), 1) }

func (r rotation) affine(s tensor.Shape, draws draws) affine {
	sin, cos := math.Sincos(2 * math.Pi * float64(r) * draws.next())
	return affine{cos, -sin, 0, sin, cos, 0}.around(s)
}

type zoom float64

// RandomZoom makes what is on an image smaller or larger by up to factor, both
// sides alike: 0.2 lets the image show from 0.8 to 1.2 times its sides.
func RandomZoom(factor float64) AugmentOption { return zoom(factor) }

func (z zoom) applyAugment(a *Augmented) { a.transformations = append(a.transformations, z) }

func (z zoom) check() *Error { return factorError("RandomZoom", float64(z), 1) }

func (z zoom) affine(s tensor.Shape, draws draws) affine {
	f := 1 + float64(z)*draws.next()
	return affine{f, 0, 0, 0, f, 0}.around(s)
}

// Flip says how [RandomFlip] mirrors.
type Flip int

// Each direction is mirrored or not with the same probability.
const (
	HorizontalAndVertical Flip = iota
	Horizontal                 // left becomes right
	Vertical                   // top becomes bottom
)

// RandomFlip mirrors an image, or not.
func RandomFlip(mode Flip) AugmentOption { return mode }

func (f Flip) applyAugment(a *Augmented) { a.transformations = append(a.transformations, f) }

func (f Flip) check() *Error { return nil }

func (f Flip) affine(s tensor.Shape, draws draws) affine {
	m := identity
	if sideways := draws.next() < 0; sideways && f != Vertical {
		m[0], m[2] = -1, float64(s[1]-1)
	}
	if over := draws.next() < 0; over && f != Horizontal {
		m[4], m[5] = -1, float64(s[0]-1)
	}
	return m
}

// fill is where pixels from outside an image come from.
type fill struct {
	mode  fillMode
	value float32
}

type fillMode int

const (
	fillReflect fillMode = iota
	fillNearest
	fillConstant
)

// FillReflect mirrors the image at its edges, d c b a | a b c d | d c b a. It is
// the default, as in Keras.
func FillReflect() AugmentOption { return fill{} }

// FillNearest repeats the edges, a a a a | a b c d | d d d d.
func FillNearest() AugmentOption { return fill{mode: fillNearest} }

// FillConstant takes one value, 0 for the black around a digit.
func FillConstant(value float64) AugmentOption { return fill{fillConstant, float32(value)} }

func (f fill) applyAugment(a *Augmented) { a.fill = f }
