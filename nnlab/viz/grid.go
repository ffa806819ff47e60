package viz

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// tile is one image of a grid with the words over it.
type tile struct {
	shape   tensor.Shape
	pixels  []float32 // [height × width × channels], 0…1
	caption string
	more    string // a second line of the caption
}

const (
	tileSize      = 55.
	captionHeight = 18.
)

// grid draws images in frames, in rows of ten at most and of fewer where their captions
// need the room, below a title.
func grid(tiles []tile, title, alt string) (*Figure, error) {
	d, _, _, err := newGrid(tiles, title, alt, 0)
	if err != nil {
		return nil, err
	}
	return d.figure(), nil
}

// newGrid is a grid with so much room below it, which begins at foot; its cells are where the
// images stand.
func newGrid(tiles []tile, title, alt string, room float64) (d *drawing, cells []cell, foot float64, err error) {
	pitch := tileSize + space
	caption := captionHeight
	for _, t := range tiles {
		pitch = max(pitch, textWidth(t.caption, small)+space, textWidth(t.more, small)+space)
		if t.more != "" {
			caption = 2 * captionHeight
		}
	}
	columns := min(max(1, int((widest-space)/pitch)), max(1, len(tiles)))
	rows := (len(tiles) + columns - 1) / columns
	width := max(240, float64(columns)*pitch+space, min(widest, textWidth(title, large)+2*space))
	head := 4 + lineHeight*float64(len(wrap(title, large, width-2*space)))
	row := tileSize + caption + space
	foot = head + float64(rows)*row + 4
	d = newDrawing(int(width), int(foot+room), alt)
	d.title(title, space, width-2*space)
	for i, t := range tiles {
		x := space + float64(i%columns)*pitch + (pitch-space-tileSize)/2
		y := head + float64(i/columns)*row
		d.text(x+tileSize/2, y+13, "middle", quiet, t.caption)
		if t.more != "" {
			d.text(x+tileSize/2, y+13+captionHeight, "middle", "", t.more)
		}
		if err := d.fitted(t.shape, t.pixels, x, y+caption, tileSize); err != nil {
			return nil, nil, 0, err
		}
		cells = append(cells, cell{At: [2]int{i / columns, i % columns}, Box: [4]float64{x, y + caption, tileSize, tileSize}})
	}
	return d, cells, foot, nil
}

// encode makes a PNG of an image with one channel, ink on paper, or three. One of few colours
// says each pixel in a byte.
func encode(shape tensor.Shape, pixels []float32) (string, error) {
	h, w := shape[0], shape[1]
	full := image.NewRGBA(image.Rect(0, 0, w, h))
	level := func(v float32) uint8 { return uint8(255*min(1, max(0, v)) + 0.5) }
	var palette color.Palette
	number := map[color.RGBA]int{}
	for i := range h * w {
		p := pixels[i*shape[2]:]
		c := color.RGBA{A: 255}
		if !isNumber(p[0]) || shape[2] == 3 && !(isNumber(p[1]) && isNumber(p[2])) {
			parts := rgb(noNumber)
			c.R, c.G, c.B = level(parts[0]), level(parts[1]), level(parts[2])
		} else if shape[2] == 3 {
			c.R, c.G, c.B = level(p[0]), level(p[1]), level(p[2])
		} else {
			c.R = 255 - level(p[0])
			c.G, c.B = c.R, c.R
		}
		if _, known := number[c]; !known {
			number[c] = len(palette)
			palette = append(palette, c)
		}
		full.SetRGBA(i%w, i/w, c)
	}
	var picture image.Image = full
	if len(palette) <= 256 {
		few := image.NewPaletted(full.Rect, palette)
		for i := range h * w {
			few.Pix[i] = uint8(number[full.RGBAAt(i%w, i/w)])
		}
		picture = few
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, picture); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// captions are those of all tiles.
func captions(tiles []tile) string {
	all := make([]string, len(tiles))
	for i, t := range tiles {
		all[i] = strings.TrimSpace(t.caption + " " + t.more)
	}
	return strings.Join(all, "; ")
}

// images checks that the examples of d can be shown as images.
func images(what string, d nn.Data) error {
	if d == nil {
		return &nn.Error{Where: what, Expected: "data", Got: "nil", Mend: "take train, test := datasets.MNIST()"}
	}
	if err := d.Open(); err != nil {
		return &nn.Error{Where: what, Err: err}
	}
	if s := d.Shape(); len(s) != 3 || s[2] != 1 && s[2] != 3 {
		return &nn.Error{Where: what, Expected: "images [height width 1] or [height width 3]", Got: s.String(), GotShape: s,
			Mend: "take pictures, as datasets.MNIST() has them, or see numbers as pixels by Reshape(height, width, 1); the model may flatten them by nn.Flatten()"}
	}
	return nil
}

// example returns the pixels and the target of example i.
func example(d nn.Data, i int) (pixels, target []float32) {
	pixels, target = make([]float32, d.Shape().Size()), make([]float32, d.TargetSize())
	d.Batch([]int{i}, pixels, target)
	return pixels, target
}

// Images shows the first n examples of d with their labels, by the data's names of the
// classes or those of [Names]. Images that nn.Augment changes in training are shown as they
// are, and the title says so; their Fixed(1) is changed once and for all, to be looked at.
func Images(d nn.Data, n int, options ...Option) (*Figure, error) {
	s := newSettings(options)
	if err := images("viz.Images", d); err != nil {
		return nil, err
	}
	if n := d.Classes(); n > 0 {
		if err := s.nameClasses("viz.Images", d, n); err != nil {
			return nil, err
		}
	}
	var tiles []tile
	for i := range min(n, d.Len()) {
		pixels, target := example(d, i)
		caption := ""
		if d.Classes() > 0 {
			caption = s.class(int(target[0]))
		}
		tiles = append(tiles, tile{shape: d.Shape(), pixels: pixels, caption: caption})
	}
	title := fmt.Sprintf("%s %s %s", count(len(tiles)), s.words.of, count(d.Len()))
	if _, random := d.(*nn.Augmented); random {
		title += " · " + s.words.asTheyAre
	}
	alt := title
	if d.Classes() > 0 {
		alt += " · " + s.words.label + ": " + captions(tiles)
	}
	f, err := grid(tiles, title, alt)
	if err != nil {
		return nil, err
	}
	return f.show()
}
