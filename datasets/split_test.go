package datasets

import (
	"slices"
	"testing"
)

// classesOf counts the examples of each class.
func classesOf(t *testing.T, s *Set) []int {
	t.Helper()
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	count := make([]int, s.Classes())
	for _, c := range s.Labels() {
		count[c]++
	}
	return count
}

func TestStratifiedSplit(t *testing.T) {
	var x [][]float32
	var labels []int
	for c, n := range []int{70, 20, 7, 3} { // of 100
		for range n {
			x, labels = append(x, []float32{float32(len(x))}), append(labels, c)
		}
	}
	s := FromSlices(x, labels)
	for n, want := range map[int][]int{
		10: {7, 2, 1, 0},   // 7, 2, 0.7, 0.3
		50: {35, 10, 4, 1}, // 35, 10, 3.5, 1.5: of equal remainders the first is rounded up
		99: {69, 20, 7, 3}, // 69.3, 19.8, 6.93, 2.97
		1:  {1, 0, 0, 0},
	} {
		part, rest := s.StratifiedSplit(n, 1)
		equal(t, "classes", classesOf(t, part), want)
		numbers := slices.Concat(first(t, part), first(t, rest))
		slices.Sort(numbers)
		equal(t, "all examples are in one of the parts", numbers, first(t, s))
	}
	a, _ := s.StratifiedSplit(50, 1)
	b, _ := s.StratifiedSplit(50, 1)
	c, _ := s.StratifiedSplit(50, 2)
	equal(t, "same seed", first(t, a), first(t, b))
	if slices.Equal(first(t, a), first(t, c)) {
		t.Error("another seed draws the same examples")
	}
	if slices.Equal(first(t, a)[:35], first(t, s)[:35]) {
		t.Error("the first of each class are taken, not drawn")
	}
	all, none := s.StratifiedSplit(100, 1)
	refused(t, all, "1 to 99 examples", "got 100")
	refused(t, none, "1 to 99 examples", "got 100")
	numbers, _ := Sine(4, 0, 1).StratifiedSplit(2, 1)
	refused(t, numbers, "class indices", "Shuffle(1).Split(n)")
}
