package arch_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// five are the patterns of the experiment of 1980, the digits 0 to 4 on 16×16 points, drawn anew.
var five = []string{`
..####..
.#....#.
.#....#.
.#....#.
.#....#.
.#....#.
.#....#.
.#....#.
..####..
`, `
...#....
..##....
...#....
...#....
...#....
...#....
...#....
...#....
..###...
`, `
..####..
.#....#.
......#.
......#.
....##..
...#....
..#.....
.#......
.######.
`, `
..####..
.#....#.
......#.
......#.
...###..
......#.
......#.
.#....#.
..####..
`, `
.....#..
....##..
...#.#..
..#..#..
.#...#..
.######.
.....#..
.....#..
.....#..
`}

// picture is 16×16 points with a pattern whose corner is at a row and a column.
func picture(pattern string, row, column int) []float32 {
	x := make([]float32, 16*16)
	for r, line := range strings.Fields(pattern) {
		for c, point := range line {
			if point == '#' {
				x[(row+r)*16+column+c] = 1
			}
		}
	}
	return x
}

// pictures are examples of 16×16 points.
type pictures struct{ *datasets.Set }

func (pictures) Shape() tensor.Shape { return tensor.Shape{16, 16, 1} }

func picturesOf(x ...[]float32) pictures {
	return pictures{datasets.FromSlices(x, make([]int, len(x))).WithClasses(2)}
}

// organised is a network that has seen the five patterns twenty times, and the cell of the
// last layer that answers each.
func organised(t *testing.T) (m *nn.Model, cells []int) {
	var x [][]float32
	for _, p := range five {
		x = append(x, picture(p, 3, 4))
	}
	m = arch.Neocognitron()
	if err := arch.SelfOrganize(m, picturesOf(x...), 20); err != nil {
		t.Fatal(err)
	}
	return m, answering(t, m, x...)
}

// answering is the cell of the last layer that answers each picture most, −1 where none does.
func answering(t *testing.T, m *nn.Model, x ...[]float32) (cells []int) {
	t.Helper()
	y, err := m.Predict(picturesOf(x...))
	if err != nil {
		t.Fatal(err)
	}
	for i := range x {
		row := y.Values()[i*y.Cols():][:y.Cols()]
		cell := -1
		if most := slices.Max(row); most > 0 {
			cell = slices.Index(row, most)
		}
		cells = append(cells, cell)
	}
	return cells
}

// The experiment of 1980: behind twenty presentations without a teacher another cell of the
// last layer answers each of five patterns, and it alone does.
func TestFivePatterns(t *testing.T) {
	m, cells := organised(t)
	if slices.Contains(cells, -1) || len(slices.Compact(slices.Sorted(slices.Values(cells)))) != len(five) {
		t.Fatalf("cells %v answer the five patterns", cells)
	}
	for i, p := range five {
		y, err := m.Predict(picturesOf(picture(p, 3, 4)))
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range y.Values() {
			if (v > 0) != (k == cells[i]) {
				t.Errorf("pattern %d: cell %d answers %v", i, k, v)
			}
		}
	}
}

// The cell of a pattern answers it wherever it stands, and with a point more or less: how often is
// measured over all places that the pattern fits in and all its points.
func TestTolerance(t *testing.T) {
	m, cells := organised(t)
	var near, far, point [2]int // how often the cell answers, of how many
	for i, p := range five {
		var within, beyond, changed [][]float32
		lines := strings.Fields(p)
		for row := range 16 - len(lines) + 1 {
			for column := range 16 - len(lines[0]) + 1 {
				if max(row-3, 3-row, column-4, 4-column) <= 2 {
					within = append(within, picture(p, row, column))
				} else {
					beyond = append(beyond, picture(p, row, column))
				}
			}
		}
		for r := range len(lines) {
			for c := range len(lines[0]) {
				x := picture(p, 3, 4)
				x[(3+r)*16+4+c] = 1 - x[(3+r)*16+4+c]
				changed = append(changed, x)
			}
		}
		count := func(counts *[2]int, pictures [][]float32) {
			for _, cell := range answering(t, m, pictures...) {
				counts[1]++
				if cell == cells[i] {
					counts[0]++
				}
			}
		}
		count(&near, within)
		count(&far, beyond)
		count(&point, changed)
	}
	t.Logf("moved by up to 2 points %v, by more %v; a point changed %v", near, far, point)
	if 100*near[0] < 90*near[1] || 100*far[0] < 60*far[1] || 100*point[0] < 95*point[1] {
		t.Errorf("moved by up to 2 points %v, by more %v; a point changed %v", near, far, point)
	}
}

// The planes are made ahead: those that no pattern took answer nothing, and more patterns
// than planes have no effect on the others' number.
func TestPlanes(t *testing.T) {
	m := arch.Neocognitron(arch.Planes(3, 4, 2))
	var x [][]float32
	for _, p := range five {
		x = append(x, picture(p, 3, 4))
	}
	if err := arch.SelfOrganize(m, picturesOf(x...), 3); err != nil {
		t.Fatal(err)
	}
	for _, l := range m.Layers() {
		if l.Kind != "SCells" {
			continue
		}
		for plane, b := range l.Params()[1].Value.Values() {
			if b == 0 {
				t.Errorf("%s: plane %d of few learned nothing", l.Name, plane)
			}
		}
	}
}
