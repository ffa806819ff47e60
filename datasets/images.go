package datasets

// images is examples whose numbers are bytes that stand for 0…1: pictures, in
// memory or mapped from a file.
type images struct {
	size   int // bytes of one example
	pixels []byte
	labels []byte
	scale  [256]float32 // b/255
}

func newImages(size int, pixels, labels []byte) *images {
	e := &images{size: size, pixels: pixels, labels: labels}
	for b := range e.scale {
		e.scale[b] = float32(b) / 255
	}
	return e
}

// example writes pixel/255 in float32, as x.astype("float32") / 255 in Keras's
// examples, bit for bit.
func (e *images) example(row int, x []float32) {
	pixels := e.pixels[row*e.size : (row+1)*e.size]
	x = x[:len(pixels)]
	for i, b := range pixels {
		x[i] = e.scale[b]
	}
}

func (e *images) target(row int, y []float32) { y[0] = float32(e.labels[row]) }
