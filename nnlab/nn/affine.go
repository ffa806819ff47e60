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

// around is m with the centre of an image as its place point.
func (m affine) around(s tensor.Shape) affine {
	x, y := float64(s[1]-1)/2, float64(s[0]-1)/2
	m[2], m[5] = x-m[0]*x-m[1]*y, y-m[3]*x-m[4]*y
	return m
}

// sample makes the image to [height width channels] of the image from.
func sample(m affine, f fill, s tensor.Shape, from, to []float32) {
	height, width, channels := s[0], s[1], s[2]
	below := width * channels // how far the pixel below stands
	stepX, stepY := newPlace(m[0]), newPlace(m[3])
	for row := range height {
		x, y := newPlace(m[1]*float64(row)+m[2]), newPlace(m[4]*float64(row)+m[5])
		for left := to[row*below:][:below]; len(left) >= channels; left = left[channels:] {
			pixel := left[:channels]
			x0, y0, right, bottom := x.whole(), y.whole(), x.share(), y.share()
			x, y = x+stepX, y+stepY
			if uint(x0) >= uint(width-1) || uint(y0) >= uint(height-1) {
				f.edge(x0, y0, right, bottom, s, from, pixel)
				continue
			}
			corner := from[y0*below+x0*channels:]
			above, under := corner[:2*channels], corner[below:][:2*channels]
			for c := range pixel {
				pixel[c] = mix(bottom, mix(right, above[c], above[channels+c]), mix(right, under[c], under[channels+c]))
			}
		}
	}
}

// place is a coordinate in units of 2⁻³²: to take it apart costs less than to take a
// floating-point number apart. What lies behind the whole part is the share of the
// next pixel.
type place int64

func newPlace(x float64) place { return place(math.Round(x * (1 << 32))) }
func (x place) whole() int     { return int(x >> 32) }
func (x place) share() float32 { return float32(uint32(x)) * (1.0 / (1 << 32)) }

// mix is what lies between a and b, b counting share.
func mix(share, a, b float32) float32 { return a + share*(b-a) }

// edge makes a pixel that lies between (x0, y0) and (x0 + 1, y0 + 1), one of which at
// least is outside the image from.
func (f fill) edge(x0, y0 int, right, bottom float32, s tensor.Shape, from, pixel []float32) {
	height, width := s[0], s[1]
	x1, y1 := f.inside(x0+1, width), f.inside(y0+1, height)
	x0, y0 = f.inside(x0, width), f.inside(y0, height)
	at := func(y, x, c int) float32 {
		if x < 0 || y < 0 {
			return f.value
		}
		return from[(y*width+x)*len(pixel)+c]
	}
	for c := range pixel {
		pixel[c] = mix(bottom, mix(right, at(y0, x0, c), at(y0, x1, c)), mix(right, at(y1, x0, c), at(y1, x1, c)))
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
