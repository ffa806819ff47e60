package nn

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// affine says where each pixel of a new image comes from in the old one: that at
// (x, y) from (a·x + b·y + c, d·x + e·y + f).
type affine [6]float64

var identity = affine{1, 0, 0, 0, 1, 0}

// after is the change t of what m has made.
func (m affine) after(t affine) affine {
	return affine{
		m[0]*t[0] + m[1]*t[3], m[0]*t[1] + m[1]*t[4], m[0]*t[2] + m[1]*t[5] + m[2],
		m[3]*t[0] + m[4]*t[3], m[3]*t[1] + m[4]*t[4], m[3]*t[2] + m[4]*t[5] + m[5],
	}
}

// around is m with the centre of an image as its fixed point.
func (m affine) around(s tensor.Shape) affine {
	x, y := float64(s[1]-1)/2, float64(s[0]-1)/2
	m[2], m[5] = x-m[0]*x-m[1]*y, y-m[3]*x-m[4]*y
	return m
}

// sample makes the image to [height width channels] of the image from.
func sample(m affine, f fill, s tensor.Shape, from, to []float32) {
	height, width, channels := s[0], s[1], s[2]
	for row := range height {
		for col := range width {
			x := m[0]*float64(col) + m[1]*float64(row) + m[2]
			y := m[3]*float64(col) + m[4]*float64(row) + m[5]
			left, top := math.Floor(x), math.Floor(y)
			right, bottom := float32(x-left), float32(y-top) // their shares
			x0, y0 := int(left), int(top)
			pixel := to[(row*width+col)*channels:][:channels]
			x1, y1 := f.inside(x0+1, width), f.inside(y0+1, height)
			x0, y0 = f.inside(x0, width), f.inside(y0, height)
			for c := range pixel {
				at := func(y, x int) float32 {
					if x < 0 || y < 0 {
						return f.value
					}
					return from[(y*width+x)*channels+c]
				}
				above := (1-right)*at(y0, x0) + right*at(y0, x1)
				below := (1-right)*at(y1, x0) + right*at(y1, x1)
				pixel[c] = (1-bottom)*above + bottom*below
			}
		}
	}
}

// inside is the pixel 0 ≤ i < n that stands for i, −1 for the constant.
func (f fill) inside(i, n int) int {
	switch {
	case i >= 0 && i < n:
		return i
	case f.mode == fillConstant:
		return -1
	case f.mode == fillNearest:
		return min(max(i, 0), n-1)
	}
	i = ((i % (2 * n)) + 2*n) % (2 * n)
	return min(i, 2*n-1-i)
}
