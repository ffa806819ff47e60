package nn

import (
	"fmt"
	"sync"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Augmented are images that training sees moved, turned, zoomed or mirrored at
// random, another way in each epoch. Make them with [Augment].
type Augmented struct {
	Data
	transformations []transformation
	fill            fill
	spare           sync.Pool // of *darkroom
	refused         error     // what an option was told that cannot be
}

var _ RandomData = (*Augmented)(nil)

// AugmentOption is what [Augment] can be told: [RandomTranslation],
// [RandomRotation], [RandomZoom], [RandomFlip], and one of [FillReflect],
// [FillNearest] and [FillConstant].
type AugmentOption interface{ applyAugment(*Augmented) }

// Augment returns the images [height width channels] of d so that every training
// step sees them changed at random, by all of the options one after the other.
// Evaluate, Predict and validation see them as they are.
//
//	train := nn.Augment(train, nn.RandomTranslation(0.1, 0.1), nn.RandomRotation(0.05))
//
// The changes are computed by another goroutine while the step before runs, as
// one affine map of the image, so that it is interpolated (bilinearly) only once.
// They follow from the model's seed. Pixels from outside the image are filled by
// reflection, Keras's default. Open's error says what is wrong with the images or
// the options.
func Augment(d Data, options ...AugmentOption) *Augmented {
	a := &Augmented{Data: d}
	if err := checkOptions("Augment", options); err != nil {
		a.refused = err
		return a
	}
	for _, o := range options {
		o.applyAugment(a)
	}
	return a
}

// String is what the images are, and how many changes they see: "60000 examples [28 28 1]
// · 10 classes, 2 random changes"; or why they cannot be opened.
func (a *Augmented) String() string {
	if err := a.Open(); err != nil {
		return err.Error()
	}
	is := fmt.Sprintf("%d examples %v", a.Len(), a.Shape())
	if s, ok := a.Data.(fmt.Stringer); ok {
		is = s.String()
	}
	return fmt.Sprintf("%s, %d random changes", is, len(a.transformations))
}

// ShortVariable is what a notebook's list of variables has of them (see nnlab/vars).
func (a *Augmented) ShortVariable() string {
	text := fmt.Sprintf("%d mudanças ao acaso", len(a.transformations))
	if s, ok := a.Data.(interface{ ShortVariable() string }); ok {
		text = s.ShortVariable() + ", " + text
	}
	return text
}

// Open opens the images and checks that they are images.
func (a *Augmented) Open() error {
	if a.Data == nil {
		return &Error{Where: "Augment", Expected: "data", Got: "nil", Mend: "write nn.Augment(train, nn.RandomRotation(0.05))"}
	}
	if a.refused != nil {
		return a.refused
	}
	if err := a.Data.Open(); err != nil {
		return err
	}
	if s := a.Data.Shape(); len(s) != 3 {
		return &Error{Where: "Augment", Expected: "images [height width channels]", Got: s.String(), GotShape: s,
			Mend: "augment before the images are flattened"}
	}
	for _, t := range a.transformations {
		if err := t.check(); err != nil {
			err.Where = "Augment"
			return err
		}
	}
	return nil
}

// Draw writes the examples with changes that are a function of key.
func (a *Augmented) Draw(key uint64, index []int, x, y []float32) {
	if r, ok := a.Data.(RandomData); ok {
		r.Draw(^key, index, x, y)
	} else {
		a.Data.Batch(index, x, y)
	}
	a.change(x, len(index), func(i int) uint64 { return backend.Bits(key, i) })
}

// ClassNames are those that the images have for their classes, nil where they have none.
func (a *Augmented) ClassNames() []string {
	if d, ok := a.Data.(interface{ ClassNames() []string }); ok {
		return d.ClassNames()
	}
	return nil
}

// Fixed returns the images changed once and for all: each keeps the change that
// follows from seed and its index. So one can look at them, or test a model on
// them:
//
//	viz.Images(train.Fixed(1), 20)
func (a *Augmented) Fixed(seed uint64) Data { return &fixed{a, seed} }

type fixed struct {
	*Augmented
	seed uint64
}

// Batch writes the changed examples.
func (f *fixed) Batch(index []int, x, y []float32) {
	f.Data.Batch(index, x, y)
	f.change(x, len(index), func(i int) uint64 { return backend.Bits(f.seed, index[i]) })
}

// Draw is Batch: what is fixed does not change in training either.
func (f *fixed) Draw(_ uint64, index []int, x, y []float32) { f.Batch(index, x, y) }

// darkroom is what it takes to change an image.
type darkroom struct {
	image []float32 // as it was
	draws uniforms
}

// change transforms n images in x, each by the numbers that its key gives.
func (a *Augmented) change(x []float32, n int, key func(i int) uint64) {
	s := a.Shape()
	size := s.Size()
	d, _ := a.spare.Get().(*darkroom)
	if d == nil {
		d = &darkroom{image: make([]float32, size)}
	}
	for i := range n {
		image := x[i*size:][:size]
		d.draws = uniforms{key: key(i)}
		m := identity
		for _, t := range a.transformations {
			m = m.after(t.affine(s, &d.draws))
		}
		if m != identity {
			copy(d.image, image)
			sample(m, a.fill, s, d.image, image)
		}
	}
	a.spare.Put(d)
}

// uniforms is a sequence of numbers from −1 up to 1.
type uniforms struct {
	key uint64
	i   int
}

func (u *uniforms) next() float64 {
	v := 2*float64(backend.Uniform(u.key, u.i)) - 1
	u.i++
	return v
}

// transformation is one of the random changes.
type transformation interface {
	check() *Error
	// affine is the change of an image of the given shape, by random numbers.
	affine(s tensor.Shape, draws draws) affine
}

// draws gives random numbers from −1 up to 1.
type draws interface{ next() float64 }

// factorError says that a factor is not within its bounds.
func factorError(what string, factor, below float64) *Error {
	if factor >= 0 && factor < below {
		return nil
	}
	return &Error{Expected: fmt.Sprintf("a factor of 0 or more and below %v for %s", below, what), Got: fmt.Sprint(factor),
		Mend: "a factor is a fraction: nn.RandomTranslation(0.1, 0.1) moves by up to a tenth of the image"}
}
