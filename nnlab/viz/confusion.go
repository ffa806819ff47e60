package viz

import (
	"fmt"
	"math"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// Confusion shows how often the model gave each answer to the examples of each class of d:
// a row for each label, a column for each answer, the darker the larger its share of the row.
// What is right stands on the diagonal. The classes have the data's names or those of
// [Names]; [nn.Confusion] has the numbers. Of data that are images a click on a cell, or
// Enter, shows some of its images, those first of which the model is most certain; they lie
// in the notebook, some 200 kB of them at most.
func Confusion(m *nn.Model, d nn.Data, options ...Option) (*Figure, error) {
	s := newSettings(options)
	c, none, err := confusion("viz.Confusion", m, d, &s)
	if err != nil {
		return nil, err
	}
	f, x := drawConfusion(c, none, s)
	if images("viz.Confusion", d) == nil && d.Classes() > 0 {
		if err := f.chooseCells(m, d, c, x, s); err != nil {
			return nil, err
		}
	}
	return f.show()
}

// confusion counts the answers, and sees to the names of the classes. Answers that are NaN count
// as the first class, as in Keras; none is how many they are, of a model that answers nothing else.
func confusion(where string, m *nn.Model, d nn.Data, s *settings) (c *nn.ConfusionMatrix, none int, err error) {
	if c, err = nn.Confusion(m, d); err != nil {
		return nil, 0, err
	}
	for _, row := range c.Counts {
		for _, k := range row[1:] {
			if k > 0 {
				return c, 0, s.nameClasses(where, d, len(c.Counts))
			}
		}
	}
	answers, err := m.Classify(d)
	if err != nil {
		return nil, 0, err
	}
	for _, a := range answers {
		if math.IsNaN(a.Output) {
			none++
		}
	}
	return c, none, s.nameClasses(where, d, len(c.Counts))
}

// warned is a title with what it has to say of answers that are NaN.
func (s settings) warned(title string, none int) string {
	if none > 0 {
		title += " · " + fmt.Sprintf(s.words.notNumbers, count(none), s.class(0))
	}
	return title
}

// shade is how much of the colour a cell has for its share of the row: by its root, or single
// mistakes would not be seen, and never so much that its number could not be read.
func shade(share float64) float64 { return 0.55 * math.Sqrt(share) }

// matrix is where the cells of a drawn matrix stand.
type matrix struct{ left, top, cell float64 }

func (x matrix) box(at [2]int) [4]float64 {
	return [4]float64{x.left + x.cell*float64(at[1]), x.top + x.cell*float64(at[0]), x.cell, x.cell}
}

// mostOfCell is how wide a cell becomes at most for the sake of a class's name.
const mostOfCell = 96.

func drawConfusion(c *nn.ConfusionMatrix, none int, s settings) (*Figure, matrix) {
	w, n := s.words, len(c.Counts)
	total, right, most, from, to := 0, 0, 0, 0, 0
	for label, row := range c.Counts {
		for answer, k := range row {
			total += k
			if label == answer {
				right += k
			} else if k > most {
				most, from, to = k, label, answer
			}
		}
	}
	title := fmt.Sprintf("%s: %s %s %s (%s)", w.matrix, count(right), w.of, count(total), w.value("accuracy", c.Accuracy()))
	if most > 0 {
		title += fmt.Sprintf(" · %s: %s\u00a0→\u00a0%s\u00a0(%s×)", w.often, s.class(from), s.class(to), count(most))
	}
	title = s.warned(title, none)
	// Where a cell is narrower than a class's name the names of the columns stand upright.
	longest := 0.
	for i := range n {
		longest = max(longest, textWidth(s.class(i), small))
	}
	x := matrix{left: max(64, 2*space+longest)}
	room := (widest - x.left - 2*space) / float64(n)
	x.cell = max(36, min(44, room))
	upright := longest+4 > x.cell
	if upright && longest+4 <= min(room, mostOfCell) {
		x.cell, upright = longest+4, false
	}
	width := max(400, x.left+float64(n)*x.cell+2*space)
	x.top = 4 + lineHeight*float64(len(wrap(title, large, width-2*space))) + 44
	if upright {
		x.top += longest - lineHeight + space
	}
	foot := x.top + float64(n)*x.cell + 2*space
	d := newDrawing(int(width), int(foot+46), title+"; "+matrixInWords(c, s))
	y := d.title(title, space, width-2*space)
	d.text(x.left+float64(n)*x.cell/2, y+14, "middle", quiet, w.says)
	d.text(space, x.top-8, "start", quiet, w.label)
	for i, row := range c.Counts {
		x0, y := x.left+float64(i)*x.cell, x.top+float64(i)*x.cell
		name := s.class(i)
		d.text(x.left-space, y+x.cell/2+4, "end", "", name)
		if upright {
			at := fmt.Sprintf(` transform="rotate(-90 %.1f %.1f)"`, x0+x.cell/2+4, x.top-8)
			d.text(x0+x.cell/2+4, x.top-8, "start", at, name)
		} else {
			d.text(x0+x.cell/2, x.top-8, "middle", "", name)
		}
		for j, k := range row {
			d.cell(x.left+float64(j)*x.cell, y, x.cell, x.cell, shareOf(row, k), number(k))
		}
	}
	d.text(space, foot+15, "start", quiet, w.share)
	at := 2*space + textWidth(w.share, small)
	for _, share := range []float64{0, 0.01, 0.1, 0.5, 1} {
		d.cell(at, foot, 44, 22, share, w.number("%.0f", 100*share)+"\u00a0%")
		at += 44
	}
	return d.figure(), x
}

// shareOf is the part of its row that k are.
func shareOf(row []int, k int) float64 {
	sum := 0
	for _, v := range row {
		sum += v
	}
	return float64(k) / float64(max(1, sum))
}

// number is what stands in a cell, nothing for none.
func number(k int) string {
	if k == 0 {
		return ""
	}
	return count(k)
}

// cell is a cell of the matrix, or of its legend.
func (d *drawing) cell(x, y, width, height, share float64, text string) {
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" fill-opacity="%.3f" stroke="%s"/>`, x, y, width, height, blue, shade(share), rule)
	if text != "" {
		d.text(x+width/2, y+height/2+4, "middle", "", text)
	}
}

// matrixInWords is the matrix as a table, a row for each label.
func matrixInWords(c *nn.ConfusionMatrix, s settings) string {
	rows := []string{s.words.rows}
	for i, row := range c.Counts {
		var cells []string
		for _, k := range row {
			cells = append(cells, count(k))
		}
		rows = append(rows, s.class(i)+": "+strings.Join(cells, " "))
	}
	return strings.Join(rows, "; ")
}
