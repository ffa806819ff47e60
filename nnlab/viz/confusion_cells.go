package viz

import (
	"fmt"
	"slices"
	"strings"

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

// cellContent is what is shown when a cell has been chosen.
type cellContent struct {
	Says   string      `json:"says"`
	Images []cellImage `json:"images"`
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
	cells := map[string]*cellContent{}
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
			key := fmt.Sprintf("%d,%d", at[0], at[1])
			if cells[key] == nil {
				cells[key] = &cellContent{}
			}
			cells[key].Images = append(cells[key].Images, cellImage{source,
				fmt.Sprintf("%s %d: "+s.words.wasSaid, s.words.example, shown.example, s.class(shown.label), s.class(shown.answer.Class)), s.words.certainty(shown.answer)})
		}
	}
	for key, content := range cells {
		var at [2]int
		if _, err := fmt.Sscanf(key, "%d,%d", &at[0], &at[1]); err != nil {
			return err
		}
		content.Says = s.cellName(c, at)
		if all := len(in[at]); all > len(content.Images) {
			content.Says += " · " + fmt.Sprintf(s.words.pictures, len(content.Images), count(all))
		}
	}
	f.answering = &answering{cellsScript, map[string]any{"svg": f.withCells(c, x, s), "cells": cells, "choose": s.words.choose, "size": thumbnail, "first": firstCell(c)}}
	return nil
}

// cellName is "rótulo 4, resposta 9: 12".
func (s settings) cellName(c *nn.ConfusionMatrix, at [2]int) string {
	return fmt.Sprintf(s.words.cell, s.class(at[0]), s.class(at[1]), count(c.Counts[at[0]][at[1]]))
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

// withCells is the drawing for the page, with a place over each cell that can be chosen.
func (f *Figure) withCells(c *nn.ConfusionMatrix, x matrix, s settings) string {
	var b strings.Builder
	for i, row := range c.Counts {
		for j := range row {
			fmt.Fprintf(&b, `<rect data-cell="%d,%d" aria-label="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" fill-opacity="0" stroke-width="3"/>`,
				i, j, escape(s.cellName(c, [2]int{i, j})), x.left+float64(j)*x.cell, x.top+float64(i)*x.cell, x.cell, x.cell, paper)
		}
	}
	svg := strings.Replace(inPage(f.SVG), `role="img"`, `role="group"`, 1)
	return strings.TrimSuffix(svg, "</svg>") + b.String() + "</svg>"
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
