package viz

import (
	"fmt"
	"math"
	"strings"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// enlarged draws filters of a layer large, with their numbers, for who chooses one.
type enlarged struct {
	words
	kernel *tensor.Tensor // [h w channels filters]
	drawn  int            // bytes so far
}

const (
	largestKernel = 11        // of a larger one the numbers have no room
	largeBytes    = 500 << 10 // of all drawings; they are alike, and packed a tenth of that
	largeMap      = 140.
)

// largePart is a part of a large drawing, below its name.
type largePart struct {
	name       string
	wide, high float64
	draw       func(d *drawing, x, y float64) error
}

// show gives a cell what is shown of a filter: in words, the numbers of some of its channels,
// and what else there is.
func (e *enlarged) show(c *cell, filter int, channels []int, more ...largePart) error {
	s, all, t := e.kernel.Shape, e.kernel.Values(), e.sliding()
	name := fmt.Sprintf("%s %d", t.filter, filter+1)
	c.Name = name
	if len(channels) == 1 && s[2] > 1 {
		c.Name += fmt.Sprintf(", %s %d", t.channel, channels[0]+1)
	}
	said, end := []string{name}, extreme(all)
	var parts []largePart
	for _, channel := range channels {
		own := make([]float32, s[0]*s[1])
		sum, size := 0., 26.
		for i := range own {
			own[i] = all[(i*s[2]+channel)*s[3]+filter]
			sum += float64(own[i])
			size = max(size, math.Ceil(textWidth(e.digits(float64(own[i])), small)+6))
		}
		part := largePart{name: name, wide: size * float64(s[1]), high: size * float64(s[0])}
		if s[2] > 1 {
			part.name = fmt.Sprintf("%s %d", t.channel, channel+1)
			said = append(said, part.name)
		}
		part.name += " · Σ w = " + e.digits(sum)
		part.draw = func(d *drawing, x, y float64) error {
			d.grid(x, y, size, s[0], s[1], func(i, j int) (text, fill string) {
				v := own[i*s[1]+j]
				return e.digits(float64(v)), colourText(diverging(tintMost * v / end))
			})
			return nil
		}
		least, most := ends(own)
		said = append(said, fmt.Sprintf("w: %s %s %s, Σ w = %s", e.digits(float64(least)), e.to, e.digits(float64(most)), e.digits(sum)))
		parts = append(parts, part)
	}
	c.Says = strings.Join(said, " · ")
	if max(s[0], s[1]) > largestKernel || e.drawn > largeBytes {
		return nil
	}
	var err error
	c.Drawing, err = drawLarge(append(parts, more...), c.Says)
	e.drawn += len(c.Drawing)
	return err
}

// drawLarge draws the parts side by side, and in further rows what has no room.
func drawLarge(parts []largePart, alt string) (string, error) {
	at := make([][2]float64, len(parts))
	x, y, right, foot := space, captionHeight, 0., 0.
	for i, p := range parts {
		wide := max(p.wide, textWidth(p.name, small))
		if i > 0 && x+wide > widest-space {
			x, y = space, foot+space+captionHeight
		}
		at[i] = [2]float64{x, y}
		right, foot = max(right, x+wide), max(foot, y+p.high)
		x += wide + 2*space
	}
	d := newDrawing(int(math.Ceil(right+space)), int(foot+space), alt)
	for i, p := range parts {
		d.text(at[i][0], at[i][1]-5, "start", quiet, p.name)
		if err := p.draw(d, at[i][0], at[i][1]); err != nil {
			return "", err
		}
	}
	return inPage(d.end()), nil
}
