package own

import (
	"math/rand/v2"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// noise is a number of random images in 1 000 classes. What they are made of is drawn once:
// to draw it for each batch would take longer than some steps.
type noise struct {
	shape  tensor.Shape
	images int
	kept   []float32
}

// newNoise makes images of which a batch has so many.
func newNoise(side, images, batch int) noise {
	n := noise{shape: tensor.Shape{side, side, 3}, images: images}
	r := rand.New(rand.NewPCG(1, 2))
	n.kept = make([]float32, batch*n.shape.Size())
	for i := range n.kept {
		n.kept[i] = r.Float32()
	}
	return n
}

func (n noise) Open() error         { return nil }
func (n noise) Len() int            { return n.images }
func (n noise) Shape() tensor.Shape { return n.shape }
func (n noise) Classes() int        { return 1000 }
func (n noise) TargetSize() int     { return 1 }

func (n noise) Batch(index []int, x, y []float32) {
	copy(x, n.kept)
	for i, image := range index {
		y[i] = float32(image * 7 % n.Classes())
	}
}
