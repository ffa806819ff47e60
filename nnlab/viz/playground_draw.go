package viz

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// The measures of a playground: tiles of neurons in columns, and the regions beside them.
const (
	neuronTile = 34.
	neuronStep = 44.
	neuronSide = 20 // points of a tile in each direction
	regions    = 200.
	networkEnd = widest - regions - 4*space
)

// neuronColumn is what the neurons of a layer answer everywhere in the plane.
type neuronColumn struct {
	name  string
	tiles []tile
	param *nn.Param // the weights into them, nil for the inputs
}

// columns asks the network: every third point of the plane is enough for a tile.
func (p *playground) columns() ([]neuronColumn, error) {
	var index []int
	for i := range neuronSide {
		for j := range neuronSide {
			index = append(index, (3*i+1)*side+3*j+1)
		}
	}
	half := len(index) / 2
	var columns []neuronColumn
	for _, part := range [][]int{index[:half], index[half:]} {
		outputs, err := p.model.Activations(p.plane, part...)
		if err != nil {
			return nil, err
		}
		for i, o := range outputs {
			if i == len(columns) {
				columns = append(columns, neuronColumn{name: o.Name, tiles: make([]tile, o.Output.Cols())})
			}
			values := o.Output.Values()
			for j := range columns[i].tiles {
				t := &columns[i].tiles[j]
				for r := range part {
					t.pixels = append(t.pixels, values[r*len(columns[i].tiles)+j])
				}
			}
		}
	}
	for i := range columns {
		for j := range columns[i].tiles {
			columns[i].tiles[j] = heat(columns[i].tiles[j].pixels)
		}
	}
	for _, q := range p.model.Params() {
		layer, isKernel := strings.CutSuffix(q.Name, "/kernel")
		for i := range columns {
			if isKernel && columns[i].name == layer {
				columns[i].param = q
			}
		}
	}
	return columns, nil
}

// heat is a picture of answers, blue above 0 and orange below.
func heat(values []float32) tile {
	end := extreme(values)
	t := tile{shape: tensor.Shape{neuronSide, neuronSide, 3}}
	for _, v := range values {
		t.pixels = append(t.pixels, diverging(v/end)...)
	}
	return t
}

// figure draws the network, the regions and the loss.
func (p *playground) figure() (*Figure, error) {
	w := p.words
	columns, err := p.columns()
	if err != nil {
		return nil, err
	}
	areas := &boundary{settings: p.settings, data: p.data}
	regionsTile, shares, none, err := areas.regions(p.model, p.plane)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	now := p.asked
	p.mu.Unlock()
	title := fmt.Sprintf("%s · %s %d", w.playground, w.epoch, p.epochs)
	if n := len(p.losses); n > 0 {
		title += fmt.Sprintf(" · %s %s", w.name("loss"), w.exact(p.losses[n-1].y))
	}
	title += fmt.Sprintf(" · η = %s, α = %s, %s", w.short(now.rate), w.digits(now.momentum), strings.ReplaceAll(now.activation, "_", " "))
	if p.lost != "" {
		title += " · " + p.lost
	}
	said := []string{title}
	for class, cells := range shares {
		said = append(said, fmt.Sprintf("%s %s · %s %s", w.class, p.class(class), w.sure(float64(cells)/(side*side)), w.seen))
	}
	if none > 0 {
		said = append(said, fmt.Sprintf("NaN · %s %s", w.sure(float64(none)/(side*side)), w.seen))
	}
	for _, c := range columns[1:] {
		said = append(said, fmt.Sprintf("%s: %d %s", c.name, len(c.tiles), w.neurons))
	}
	units := 0
	for _, c := range columns {
		units = max(units, len(c.tiles))
	}
	head := 4 + lineHeight*float64(1+len(wrap(title, large, widest-2*space)))
	legend := p.legend()
	network := neuronStep * float64(units)
	height := max(network, regions+lineHeight*float64(2+len(legend))+lossHeight+2*lineHeight)
	d := newDrawing(widest, int(head+height+2*space), strings.Join(said, "; "))
	d.title(title, space, widest-2*space)
	if err := drawNeurons(d, columns, head, height); err != nil {
		return nil, err
	}
	left := widest - regions - space
	if err := d.image(regionsTile.shape, regionsTile.pixels, left, head, regions, regions); err != nil {
		return nil, err
	}
	p.dots(d, left, head)
	d.text(left, head-5, "start", quiet, axes[1]+" ↑")
	d.text(left+regions, head+regions+14, "end", quiet, axes[0]+" →")
	for i, row := range legend {
		at := left
		for _, class := range row {
			y := head + regions + 14 + lineHeight*float64(i)
			fmt.Fprintf(d, `<circle cx="%.1f" cy="%.1f" r="3.5" style="fill:%s;stroke:#ffffff"/>`, at+4, y-4, palette[class%len(palette)])
			name := cut(p.class(class), small, legendName)
			d.within(legendName, at+12, y, "start", "", p.class(class), "")
			at += 12 + textWidth(name, small) + space
		}
	}
	p.lossLine(d, left, head+regions+lineHeight*float64(1+len(legend)))
	return d.figure(), nil
}

// The room of a class's name beside the regions, and the height of the loss.
const (
	legendName = regions - 60
	lossHeight = 70.
)

// legend are the classes in rows: the first leaves room for the name of the axis.
func (p *playground) legend() (rows [][]int) {
	left := -1.
	for class := range p.data.Classes() {
		need := 12 + textWidth(cut(p.class(class), small, legendName), small) + space
		if left < need {
			rows, left = append(rows, nil), regions
			if len(rows) == 1 {
				left -= 36
			}
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], class)
		left -= need
	}
	return rows
}

// dots draws the examples over the regions, all of a class in one stroke: each is a line of no
// length with round ends, over a larger one in white.
func (p *playground) dots(d *drawing, left, top float64) {
	paths := map[int]*strings.Builder{}
	for i := range min(300, p.data.Len()) {
		at, target := example(p.data, i)
		class := int(target[0])
		if paths[class] == nil {
			paths[class] = &strings.Builder{}
		}
		x := left + regions*(float64(at[0])-p.plane.lo[0])/(p.plane.hi[0]-p.plane.lo[0])
		y := top + regions*(p.plane.hi[1]-float64(at[1]))/(p.plane.hi[1]-p.plane.lo[1])
		fmt.Fprintf(paths[class], "M%.0f %.0fh0", x, y)
	}
	for _, class := range slices.Sorted(maps.Keys(paths)) {
		for _, stroke := range []struct {
			colour string
			width  float64
		}{{"#ffffff", 6}, {palette[class%len(palette)], 4.5}} {
			fmt.Fprintf(d, `<path d="%s" style="stroke:%s" stroke-width="%g" stroke-linecap="round" fill="none"/>`, paths[class], stroke.colour, stroke.width)
		}
	}
}

// drawNeurons draws the columns with the weights between them.
func drawNeurons(d *drawing, columns []neuronColumn, top, height float64) error {
	pitch := (networkEnd - space - neuronTile) / float64(len(columns)-1)
	place := func(i, j int) (x, y float64) {
		return space + pitch*float64(i), top + height*(float64(j)+0.5)/float64(len(columns[i].tiles)) - neuronTile/2
	}
	for i, c := range columns[1:] {
		weights := c.param.Value.Values()
		end := float64(extreme(weights))
		for k := range columns[i].tiles {
			for j := range c.tiles {
				v := float64(weights[k*len(c.tiles)+j])
				colour := blue
				if v < 0 {
					colour = orange
				}
				x0, y0 := place(i, k)
				x1, y1 := place(i+1, j)
				fmt.Fprintf(d, `<path d="M%.1f %.1fL%.1f %.1f" stroke="%s" stroke-width="%.1f" fill="none"/>`, x0+neuronTile, y0+neuronTile/2, x1, y1+neuronTile/2, colour, 0.3+3.7*math.Abs(v)/end)
			}
		}
	}
	for i, c := range columns {
		x, _ := place(i, 0)
		name := cut(c.name, small, pitch-space) // told whole by the figure's words
		if i == 0 {
			name = axes[0] + ", " + axes[1]
		}
		d.text(min(max(x+neuronTile/2, space+textWidth(name, small)/2), networkEnd+space), top-5, "middle", quiet, name)
		for j, t := range c.tiles {
			x, y := place(i, j)
			if err := d.image(t.shape, t.pixels, x, y, neuronTile, neuronTile); err != nil {
				return err
			}
		}
	}
	return nil
}

// lossLine is the loss of each epoch.
func (p *playground) lossLine(d *drawing, left, top float64) {
	const height = lossHeight
	w := p.words
	d.text(left, top+4, "start", quiet, w.name("loss"))
	d.line(left, top+16+height, left+regions, top+16+height, rule)
	d.text(left+regions/2, top+16+height+16, "middle", quiet, w.epoch)
	if len(p.losses) < 2 {
		return
	}
	d.text(left, top+16+height+16, "start", quiet, "1")
	d.text(left+regions, top+16+height+16, "end", quiet, count(len(p.losses)))
	points := thinned(p.losses)
	most := 0.
	for _, q := range points {
		most = max(most, q.y)
	}
	d.text(left+regions, top+4, "end", quiet, "0 "+w.to+" "+w.digits(most))
	l := line{colour: blue, points: points}
	first, last := points[0].x, points[len(points)-1].x
	l.draw(d, func(x float64) float64 { return left + (regions-4)*(x-first)/(last-first) },
		func(y float64) float64 { return top + 16 + height - height*y/max(most, 1e-12) })
}
