package viz

import (
	"fmt"
	"math"
	"strings"
)

// enlarged draws filters of a layer large, with their numbers, for who chooses one.
type enlarged struct {
	words
	bank  filterBank
	drawn int // bytes so far
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
	b, t := e.bank, e.sliding()
	name := fmt.Sprintf("%s %d", t.filter, filter+1)
	c.Name = name
	if len(channels) == 1 && b.channels > 1 {
		c.Name += fmt.Sprintf(", %s %d", t.channel, channels[0]+1)
	}
	said, end := []string{name}, b.end
	var parts []largePart
	for _, channel := range channels {
		own := b.of(filter, channel)
		sum, size := 0., 26.
		for _, v := range own {
			sum += float64(v)
			size = max(size, math.Ceil(textWidth(e.digits(float64(v)), small)+6))
		}
		part := largePart{name: name, wide: size * float64(b.wide), high: size * float64(b.high)}
		if b.channels > 1 {
			part.name = fmt.Sprintf("%s %d", t.channel, channel+1)
			said = append(said, part.name)
		}
		part.name += " · Σ w = " + e.digits(sum)
		part.draw = func(d *drawing, x, y float64) error {
			d.grid(x, y, size, b.high, b.wide, func(i, j int) (text, fill string) {
				v := own[i*b.wide+j]
				return e.digits(float64(v)), colourText(diverging(tintMost * v / end))
			})
			return nil
		}
		said = append(said, fmt.Sprintf("w: %s, Σ w = %s", spanOf(own).inWords(e.words), e.digits(sum)))
		parts = append(parts, part)
	}
	c.Says = strings.Join(said, " · ")
	if max(b.high, b.wide) > largestKernel || e.drawn > largeBytes {
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
