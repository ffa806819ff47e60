package datasets

import (
	"bytes"
	"embed"
	"image"
	"image/draw"
	"image/jpeg"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

//go:embed photographs/*.jpg
var photographFiles embed.FS

// photographSide is how many pixels high and wide the photographs are.
const photographSide = 96

// Photographs is three photographs in colour, a cat, a cup of coffee and a rocket, each the
// only one of its class: [96 96 3] numbers from 0 to 1. They are for looking at what filters
// do to three channels, not for training. Where they are from and that they are free stands
// in photographs/README.md.
func Photographs() *Set { return (&Set{prepare: openPhotographs}).by(Photographs) }

func openPhotographs() (view, error) {
	shape := tensor.Shape{photographSide, photographSide, 3}
	pictures := []struct{ class, file string }{{"gato", "gato.jpg"}, {"café", "cafe.jpg"}, {"foguete", "foguete.jpg"}}
	pixels, labels := make([]byte, 0, len(pictures)*shape.Size()), make([]byte, len(pictures))
	names := make([]string, len(pictures))
	for i, p := range pictures {
		file, err := photographFiles.ReadFile("photographs/" + p.file)
		if err != nil {
			return view{}, &Error{Where: "Photographs", Err: err}
		}
		m, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			return view{}, &Error{Where: "Photographs: " + p.file, Err: err}
		}
		flat := image.NewNRGBA(image.Rect(0, 0, photographSide, photographSide))
		draw.Draw(flat, flat.Rect, m, m.Bounds().Min, draw.Src)
		for j, b := range flat.Pix {
			if j%4 < 3 { // the fourth is how opaque it is
				pixels = append(pixels, b)
			}
		}
		labels[i], names[i] = byte(i), p.class
	}
	return view{from: newImages(shape.Size(), pixels, labels), rows: allRows(len(pictures)), shape: shape, classes: len(pictures), names: names, targets: 1}, nil
}
