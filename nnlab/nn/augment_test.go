package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// certain draws the same number always.
type certain float64

func (c certain) next() float64 { return float64(c) }

// TestGoldenAugment holds each transformation against real Keras's layer of the
// same name.
func TestGoldenAugment(t *testing.T) {
	var file struct {
		Cases []struct {
			Name  string
			Shape tensor.Shape
			Y     []float64
		}
	}
	readGoldenFile(t, "keras_augment.json", &file)
	// The transformation for a draw of 1.
	transformations := map[string]transformation{
		"translation 0.3 -0.2": translation{0.3, -0.2}, "translation 0.3 -0.2 nearest": translation{0.3, -0.2},
		"translation -0.6 0.7 constant": translation{-0.6, 0.7},
		"rotation 0.1":                  rotation(0.1), "rotation -0.2 nearest": rotation(-0.2), "rotation 0.3 constant": rotation(0.3),
		"zoom 0.4": zoom(0.4), "zoom -0.3 nearest": zoom(-0.3), "zoom 0.4 constant": zoom(0.4),
		"flip horizontal": Horizontal, "flip vertical": Vertical,
	}
	seen := map[string]bool{}
	for _, c := range file.Cases {
		tr, ok := transformations[c.Name]
		if !ok {
			t.Fatalf("no transformation %q", c.Name)
		}
		seen[c.Name] = true
		var f fill
		if strings.HasSuffix(c.Name, "nearest") {
			f = FillNearest().(fill)
		} else if strings.HasSuffix(c.Name, "constant") {
			f = FillConstant(0.25).(fill)
		}
		draw := certain(1)
		if strings.HasPrefix(c.Name, "flip") {
			draw = -1
		}
		x, y := formula(100, c.Shape.Size(), 1), make([]float32, c.Shape.Size())
		sample(tr.affine(c.Shape, draw), f, c.Shape, x, y)
		if !near(y, c.Y, 1e-5) {
			t.Errorf("%s of %v:\n got %v\nwant %v", c.Name, c.Shape, y, c.Y)
		}
	}
	if len(seen) != len(transformations) {
		t.Errorf("%d transformations in the file, %d here", len(seen), len(transformations))
	}
}

// scene is a transformation of the image 1 2 3 over 4 5 6.
func scene(t *testing.T, m affine) string {
	t.Helper()
	y := make([]float32, 6)
	sample(m, fill{mode: fillConstant}, tensor.Shape{2, 3, 1}, []float32{1, 2, 3, 4, 5, 6}, y)
	return fmt.Sprint(y)
}

func TestAffine(t *testing.T) {
	s := tensor.Shape{2, 3, 1}
	right := translation{0, 1. / 3}.affine(s, certain(1)) // one pixel
	mirror := Horizontal.affine(s, certain(-1))
	for what, c := range map[string]struct {
		m    affine
		want string
	}{
		"nothing":                 {identity, "[1 2 3 4 5 6]"},
		"one pixel to the right":  {right, "[0 1 2 0 4 5]"},
		"one pixel down":          {translation{0.5, 0}.affine(s, certain(1)), "[0 0 0 1 2 3]"},
		"mirrored":                {mirror, "[3 2 1 6 5 4]"},
		"mirrored twice":          {mirror.after(mirror), "[1 2 3 4 5 6]"},
		"moved, then mirrored":    {right.after(mirror), "[2 1 0 5 4 0]"},
		"mirrored, then moved":    {mirror.after(right), "[0 3 2 0 6 5]"},
		"upside down":             {Vertical.affine(s, certain(-1)), "[4 5 6 1 2 3]"},
		"neither":                 {HorizontalAndVertical.affine(s, certain(1)), "[1 2 3 4 5 6]"},
		"half a pixel":            {translation{0, 1. / 6}.affine(s, certain(1)), "[0.5 1.5 2.5 2 4.5 5.5]"},
		"half a turn of an image": {rotation(0.5).affine(s, certain(1)), "[6 5 4 3 2 1]"},
	} {
		m := c.m
		for i := range m { // cos π is not quite −1
			m[i] = math.Round(m[i]*1e9) / 1e9
		}
		if got := scene(t, m); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

// digits are n images of 8×8 with a bright square, in two classes.
func digits(n int) *toy {
	d := &toy{shape: tensor.Shape{8, 8, 1}, classes: 2}
	for i := range n {
		x := make([]float32, 64)
		for p := range 4 {
			x[(2+p/2+i%2)*8+3+p%2] = 1
		}
		d.x, d.y = append(d.x, x), append(d.y, []float32{float32(i % 2)})
	}
	return d
}

// The same key gives the same images, another key others, and each image of a
// batch changes in its own way.
func TestAugmentDraws(t *testing.T) {
	a := Augment(digits(6), RandomTranslation(0.25, 0.25), RandomRotation(0.1), RandomZoom(0.2), RandomFlip(Horizontal))
	if err := a.Open(); err != nil {
		t.Fatal(err)
	}
	index := []int{0, 2, 4} // three equal images
	draw := func(key uint64) []float32 {
		x, y := make([]float32, 3*64), make([]float32, 3)
		a.Draw(key, index, x, y)
		return x
	}
	one, again, other := draw(1), draw(1), draw(2)
	if !slices.Equal(one, again) || slices.Equal(one, other) || slices.Equal(one[:64], one[64:128]) {
		t.Error("the draws are not a function of key and place")
	}
	plain, y := make([]float32, 64), make([]float32, 1)
	a.Batch([]int{0}, plain, y)
	if !slices.Equal(plain, digits(1).x[0]) {
		t.Error("Batch changes the images")
	}
	// What is fixed does not depend on the batch.
	f := a.Fixed(7)
	all, last := make([]float32, 3*64), make([]float32, 64)
	f.Batch(index, all, make([]float32, 3))
	f.Batch(index[2:], last, y)
	if !slices.Equal(all[128:], last) {
		t.Error("a fixed image depends on its batch")
	}
	// Factors of 0 leave the bits alone.
	still := Augment(digits(1), RandomTranslation(0, 0), RandomRotation(0), RandomZoom(0))
	x := make([]float32, 64)
	still.Draw(3, []int{0}, x, y)
	if !slices.Equal(x, plain) {
		t.Error("factors of 0 change the image")
	}
}

// Draws stay within the factors and go both ways.
func TestAugmentWithinFactors(t *testing.T) {
	s := tensor.Shape{10, 20, 1}
	var up, down, turned int
	for key := range uint64(200) {
		u := &uniforms{key: backend.Bits(key, 1)}
		m := translation{0.2, 0.1}.affine(s, u)
		if math.Abs(m[2]) > 2 || math.Abs(m[5]) > 2 {
			t.Fatalf("moved by %v, %v", m[2], m[5])
		}
		if m[5] > 1 {
			up++
		} else if m[5] < -1 {
			down++
		}
		if r := (rotation(0.1)).affine(s, u); r[0] < math.Cos(0.2*math.Pi) {
			t.Fatalf("turned by %v", math.Acos(r[0]))
		} else if r[1] > 0 {
			turned++
		}
	}
	if up < 30 || down < 30 || turned < 60 || turned > 140 {
		t.Errorf("%d up, %d down, %d turned one way of 200", up, down, turned)
	}
}

// Fit trains on changed images, the same in each run, and validates on the
// images as they are.
func TestFitAugmented(t *testing.T) {
	run := func(d Data) (*History, string) {
		m := Sequential(Input(8, 8, 1), Flatten(), Dense(2, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1), Accuracy)
		h, err := m.Fit(d, Epochs(2), BatchSize(5), Validation(d), Verbose(false))
		if err != nil {
			t.Fatal(err)
		}
		return h, m.WeightHash()
	}
	augmented := func() Data { return Augment(digits(23), RandomTranslation(0.2, 0.2), RandomFlip(Vertical)) }
	h, first := run(augmented())
	_, second := run(augmented())
	_, plain := run(digits(23))
	if first != second || first == plain {
		t.Error("augmented training is not a function of the seed, or changes nothing")
	}
	train, _ := h.Last("loss")
	validation, _ := h.Last("val_loss")
	if train == validation {
		t.Error("training and validation saw the same images")
	}
}

func TestAugmentedSaysWhatItIs(t *testing.T) {
	a := Augment(digits(3), RandomFlip(Horizontal), RandomRotation(0.1))
	if got, want := a.String(), "3 examples [8 8 1], 2 random changes"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := Augment(nil).String(), a.Open(); want != nil || !strings.Contains(got, "expects data") {
		t.Errorf("of nil: %q", got)
	}
}

func TestAugmentRefusals(t *testing.T) {
	for want, d := range map[string]Data{
		"Augment: expects images [height width channels], got [6]":             Augment(clouds(4, 6), RandomRotation(0.1)),
		"below 1 for RandomTranslation, got 1.5":                               Augment(digits(4), RandomTranslation(0, 1.5)),
		"below 1 for RandomRotation, got -0.1":                                 Augment(digits(4), RandomRotation(-0.1)),
		"Augment: expects data, got nil":                                       Augment(nil),
		"below 1 for RandomZoom, got 1":                                        Augment(digits(4), RandomZoom(1)),
		"Fit: taking examples: expects data that write every example they are": torn{digits(4)},
	} {
		m := Sequential(Input(d8(d)...), Flatten(), Dense(2, Softmax)).Compile(CategoricalCrossentropy, SGD(0.1))
		if _, err := m.Fit(d, Verbose(false)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// d8 is the shape of data that may be nil.
func d8(d Data) tensor.Shape {
	if a, ok := d.(*Augmented); ok && a.Data == nil {
		return tensor.Shape{8, 8, 1}
	}
	return d.Shape()
}

// torn are random data whose Draw panics.
type torn struct{ *toy }

func (torn) Draw(uint64, []int, []float32, []float32) { panic("torn") }

func BenchmarkAugment(b *testing.B) {
	d := &toy{shape: tensor.Shape{28, 28, 1}, classes: 10, x: [][]float32{formula(100, 784, 1)}, y: [][]float32{{0}}}
	a := Augment(d, RandomTranslation(0.1, 0.1), RandomRotation(0.05), RandomZoom(0.1))
	x, y := make([]float32, 128*784), make([]float32, 128)
	index := make([]int, 128)
	b.ReportAllocs()
	for key := uint64(0); b.Loop(); key++ {
		a.Draw(key, index, x, y)
	}
}
