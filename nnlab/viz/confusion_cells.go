package viz

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

const (
	cellImages = 12        // of a cell at most, of one on the diagonal a third of that
	cellBytes  = 200 << 10 // of the images of all cells, as they stand in the notebook
	thumbnail  = 56        // the most pixels of a side; in the page each image is so large
)

// cellImage is an image of a cell in the page.
type cellImage struct {
	Source string `json:"src"` // a PNG in base64
	Alt    string `json:"alt"`
	Says   string `json:"says"`
}

// cell is a part of a drawing that can be chosen, and what is shown then.
type cell struct {
	At      [2]int      `json:"at"`  // row and column, for the arrow keys
	Box     [4]float64  `json:"box"` // x, y, width, height
	Name    string      `json:"name"`
	Says    string      `json:"says,omitempty"` // the name, where it is ""
	Images  []cellImage `json:"images,omitempty"`
	Drawing string      `json:"drawing,omitempty"`
}

// cellsScript has cells chosen.
//
//go:embed cells.js
var cellsScript string

// chosenBy gives a figure cells that can be chosen, of which the keys reach first first.
func (f *Figure) chosenBy(w words, cells []cell, first [2]int, choose string) *Figure {
	return f.movedBy(cellsScript, w, map[string]any{"cells": cells, "first": first, "choose": choose, "size": thumbnail, "ink": ink})
}

// chooseCells gives a confusion matrix cells that can be chosen, with their images: of every
// cell one, then of every cell a second, as far as there is room.
func (f *Figure) chooseCells(m *nn.Model, d nn.Data, c *nn.ConfusionMatrix, x matrix, s settings) error {
	answers, err := m.Classify(d)
	if err != nil {
		return err
	}
	in := map[[2]int][]mistake{} // right answers too
	for i, label := range labelsOf(d) {
		at := [2]int{label, answers[i].Class}
		in[at] = append(in[at], mistake{i, label, answers[i]})
	}
	n := len(c.Counts)
	var order [][2]int // mistakes first
	for _, right := range []bool{false, true} {
		for i := range n * n {
			if at := [2]int{i / n, i % n}; (at[0] == at[1]) == right && len(in[at]) > 0 {
				slices.SortStableFunc(in[at], func(a, b mistake) int { return byCertainty(a.answer, b.answer) })
				order = append(order, at)
			}
		}
	}
	cells := make([]cell, n*n)
	for i := range cells {
		at := [2]int{i / n, i % n}
		cells[i] = cell{At: at, Box: x.box(at), Name: fmt.Sprintf(s.words.cell, s.class(at[0]), s.class(at[1]), count(c.Counts[at[0]][at[1]]))}
	}
	room := cellBytes
	for turn := range cellImages {
		for _, at := range order {
			if turn >= len(in[at]) || room <= 0 || at[0] == at[1] && turn >= cellImages/3 {
				continue
			}
			shown := in[at][turn]
			pixels, _ := example(d, shown.example)
			source, err := encode(shrunk(d.Shape(), pixels))
			if err != nil {
				return err
			}
			room -= len(source)
			cell := &cells[at[0]*n+at[1]]
			cell.Images = append(cell.Images, cellImage{source,
				fmt.Sprintf("%s %d: "+s.words.wasSaid, s.words.example, shown.example, s.class(shown.label), s.class(shown.answer.Class)), s.words.certainty(shown.answer)})
		}
	}
	for i := range cells {
		if all, shown := len(in[cells[i].At]), len(cells[i].Images); all > shown {
			cells[i].Says = cells[i].Name + " · " + fmt.Sprintf(s.words.pictures, count(shown), count(all))
		}
	}
	f.chosenBy(s.words, cells, firstCell(c), s.words.choose)
	return nil
}

// firstCell is the cell that the keys reach first: that of the most frequent mistake.
func firstCell(c *nn.ConfusionMatrix) (at [2]int) {
	most := 0
	for i, row := range c.Counts {
		for j, k := range row {
			if i != j && k > most {
				most, at = k, [2]int{i, j}
			}
		}
	}
	return at
}

// shrunk is an image of at most thumbnail pixels a side, the mean of the pixels that become one.
func shrunk(shape tensor.Shape, pixels []float32) (tensor.Shape, []float32) {
	h, w, channels := shape[0], shape[1], shape[2]
	by := (max(h, w) + thumbnail - 1) / thumbnail
	if by <= 1 {
		return shape, pixels
	}
	small := tensor.Shape{(h + by - 1) / by, (w + by - 1) / by, channels}
	out := make([]float32, small.Size())
	for i := range out {
		c, x, y := i%channels, i/channels%small[1]*by, i/channels/small[1]*by
		sum, n := float32(0), float32(0)
		for yy := y; yy < min(y+by, h); yy++ {
			for xx := x; xx < min(x+by, w); xx++ {
				sum, n = sum+pixels[(yy*w+xx)*channels+c], n+1
			}
		}
		out[i] = sum / n
	}
	return small, out
}
