package nn

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// onHost is memory for a tensor's numbers in float64 on the host, where what a student has
// written computes. It grows as needed.
type onHost struct {
	values []float64
	single []float32
}

// read copies the numbers of t.
func (h *onHost) read(t *tensor.Tensor) []float64 {
	h.room(t.Size())
	if b, ok := t.Backend.(backend.Float64); ok {
		b.Download64(h.values, t.Buffer)
		return h.values
	}
	h.singles(t.Size())
	t.Backend.Download(h.single, t.Buffer)
	for i, v := range h.single {
		h.values[i] = float64(v)
	}
	return h.values
}

// zeros is room for n numbers.
func (h *onHost) zeros(n int) []float64 {
	h.room(n)
	clear(h.values)
	return h.values
}

// write sets t to the numbers.
func (h *onHost) write(t *tensor.Tensor) {
	if b, ok := t.Backend.(backend.Float64); ok {
		b.Upload64(t.Buffer, h.values)
		return
	}
	h.singles(len(h.values))
	for i, v := range h.values {
		h.single[i] = float32(v)
	}
	t.Set(h.single)
}

func (h *onHost) room(n int)    { h.values = slices.Grow(h.values[:0], n)[:n] }
func (h *onHost) singles(n int) { h.single = slices.Grow(h.single[:0], n)[:n] }

// view sees the memory of a tensor in another shape, and makes nothing anew for it.
type view struct{ as tensor.Tensor }

func (v *view) of(t *tensor.Tensor, shape ...int) *tensor.Tensor {
	v.as.Backend, v.as.Buffer, v.as.Shape = t.Backend, t.Buffer, append(v.as.Shape[:0], shape...)
	return &v.as
}

// cells sees maps as a matrix with a row for each place.
func (v *view) cells(t *tensor.Tensor) *tensor.Tensor {
	last := t.Shape[len(t.Shape)-1]
	return v.of(t, t.Size()/last, last)
}
