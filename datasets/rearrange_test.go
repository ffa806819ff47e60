package datasets

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// The numbers of all examples change places in the same way, and none is lost.
func TestScramble(t *testing.T) {
	x := make([][]float32, 3)
	for i := range x {
		for k := range 50 {
			x[i] = append(x[i], float32(100*i+k))
		}
	}
	s := FromSlices(x, []int{0, 1, 1})
	one := s.Scramble(1)
	first := one.Example(0)
	if slices.Equal(first, s.Example(0)) || slices.Equal(first, s.Scramble(2).Example(0)) {
		t.Errorf("the order is %v", first)
	}
	equal(t, "the same seed", s.Scramble(1).Example(0), first)
	for i := range 3 {
		for k, v := range one.Example(i) {
			if v != first[k]+float32(100*i) {
				t.Fatalf("example %d has %v at %d, where the first has %v", i, v, k, first[k])
			}
		}
	}
	slices.Sort(first)
	equal(t, "all numbers", first, s.Example(0))
	equal(t, "labels", one.Labels(), s.Labels())
	equal(t, "of a part", one.Take(2).Shuffle(1).Len(), 2)
}

func TestShift(t *testing.T) {
	pictures := folder(t, map[string][]byte{"a/1.png": asPNG(t, halvesOf(4, 4))})
	colours := ImageFolder(pictures, ImageSize(4, 3))
	if err := colours.Open(); err != nil {
		t.Fatal(err)
	}
	x := colours.Example(0)
	at := func(x []float32, row, column, channel int) float32 {
		if row < 0 || row > 3 || column < 0 || column > 2 {
			return 0
		}
		return x[(row*3+column)*3+channel]
	}
	for _, by := range [][2]int{{0, 0}, {1, 0}, {0, 1}, {-1, 2}, {2, -1}, {-3, -2}, {4, 0}, {0, -3}, {-9, 9}} {
		y := colours.Shift(by[0], by[1]).Example(0)
		for i := range x {
			row, column, channel := i/9, i/3%3, i%3
			if want := at(x, row-by[0], column-by[1], channel); y[i] != want {
				t.Errorf("moved by %v: [%d %d %d] is %v, want %v", by, row, column, channel, y[i], want)
			}
		}
	}
	if err := five().Shift(1, 0).Open(); err == nil || !strings.Contains(err.Error(), "Shift: expects images [height width channels], got examples [2]") {
		t.Error(err)
	}
}

// The numbers stay where they are, and a shape of more or fewer of them, or with none, is refused.
func TestReshape(t *testing.T) {
	rows := FromSlices([][]float32{{1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1}}, []int{0, 1})
	images := rows.Reshape(2, 3, 1)
	if !slices.Equal(images.Shape(), tensor.Shape{2, 3, 1}) || !slices.Equal(images.Example(1), rows.Example(1)) || images.Classes() != 2 {
		t.Errorf("%v %v", images.Shape(), images.Example(1))
	}
	for _, shape := range [][]int{nil, {7}, {2, 2}, {-2, -3}, {0}, {3, 2, 0}} {
		if err := rows.Reshape(shape...).Open(); err == nil || !strings.Contains(err.Error(), "Reshape: expects a shape of the 6 numbers") {
			t.Errorf("%v gave %v", shape, err)
		}
	}
}

func TestEnlarge(t *testing.T) {
	pictures := folder(t, map[string][]byte{"a/1.png": asPNG(t, halvesOf(4, 4))})
	colours := ImageFolder(pictures, ImageSize(4, 3))
	if err := colours.Open(); err != nil {
		t.Fatal(err)
	}
	x := colours.Example(0)
	for _, c := range []struct{ height, width, times, top, left int }{
		{4, 3, 1, 0, 0}, {5, 3, 1, 0, 0}, {7, 9, 1, 1, 3}, {8, 6, 2, 0, 0}, {11, 10, 2, 1, 2}, {13, 40, 3, 0, 15},
	} {
		s := colours.Enlarge(c.height, c.width)
		equal(t, "shape", s.Shape(), tensor.Shape{c.height, c.width, 3})
		y := s.Example(0)
		for i := range y {
			row, column, channel := i/3/c.width-c.top, i/3%c.width-c.left, i%3
			want := float32(0)
			if row >= 0 && column >= 0 && row < 4*c.times && column < 3*c.times {
				want = x[(row/c.times*3+column/c.times)*3+channel]
			}
			if y[i] != want {
				t.Fatalf("%+v: number %d is %v, want %v", c, i, y[i], want)
			}
		}
	}
	for s, want := range map[*Set]string{
		five().Enlarge(4, 4):     "Enlarge: expects images [height width channels], got examples [2]",
		colours.Enlarge(9, 2):    "Enlarge: expects at least the 4 × 3 pixels that the images have, got 9 × 2; write Enlarge(9, 3)",
		colours.Enlarge(-1, -10): "write Enlarge(4, 3)",
	} {
		if err := s.Open(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
