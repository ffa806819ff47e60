package datasets

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// five is five examples of two numbers each, 10 and 11 to 50 and 51, of the
// classes 0 1 2 0 1.
func five() *Set {
	return FromSlices([][]float32{{10, 11}, {20, 21}, {30, 31}, {40, 41}, {50, 51}}, []int{0, 1, 2, 0, 1})
}

// first is the first number of each example, in order.
func first(t *testing.T, s *Set) []float32 {
	t.Helper()
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	var all []float32
	for i := range s.Len() {
		all = append(all, s.Example(i)[0])
	}
	return all
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// refused checks that Open fails with an *Error that has all the words.
func refused(t *testing.T, s *Set, words ...string) {
	t.Helper()
	var e *Error
	if err := s.Open(); !errors.As(err, &e) {
		t.Fatalf("Open: got %v, want an *Error", err)
	}
	for _, w := range words {
		if !strings.Contains(e.Error(), w) {
			t.Errorf("Open: %q is not in: %v", w, e)
		}
	}
}

func TestSet(t *testing.T) {
	s := five()
	equal(t, "Len", s.Len(), 5)
	equal(t, "Shape", s.Shape(), tensor.Shape{2})
	equal(t, "Classes", s.Classes(), 3)
	equal(t, "TargetSize", s.TargetSize(), 1)
	equal(t, "Labels", s.Labels(), []int{0, 1, 2, 0, 1})
	equal(t, "Label", s.Label(2), 2)
	equal(t, "Target", s.Target(2), []float32{2})
	equal(t, "Example", s.Example(3), []float32{40, 41})
	x, y := make([]float32, 6), make([]float32, 3)
	s.Batch([]int{4, 0, 4}, x, y)
	equal(t, "Batch x", x, []float32{50, 51, 10, 11, 50, 51})
	equal(t, "Batch y", y, []float32{1, 0, 1})
}

func TestSetInWords(t *testing.T) {
	train, _ := MNIST()
	for _, c := range []struct {
		set  *Set
		want string
	}{
		{train.Take(100), "100 examples [28 28 1] · 10 classes"},
		{train.Take(100).OneHot(), "100 examples [28 28 1] · targets [10]"},
		{FromTargets([][]float32{{1, 2}}, [][]float32{{3}}), "1 examples [2] · targets [1]"},
		{train.Take(70000), "Take: "},
	} {
		if got := fmt.Sprint(c.set); got != c.want && !(strings.HasSuffix(c.want, ": ") && strings.HasPrefix(got, c.want)) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestTargets(t *testing.T) {
	s := FromTargets([][]float32{{1}, {2}}, [][]float32{{1, 2, 3}, {4, 5, 6}})
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	equal(t, "Classes", s.Classes(), 0)
	equal(t, "TargetSize", s.TargetSize(), 3)
	equal(t, "Labels", s.Labels(), nil)
	equal(t, "Label", s.Label(1), -1)
	equal(t, "Target", s.Target(1), []float32{4, 5, 6})
	x, y := make([]float32, 2), make([]float32, 6)
	s.Batch([]int{1, 0}, x, y)
	equal(t, "Batch x", x, []float32{2, 1})
	equal(t, "Batch y", y, []float32{4, 5, 6, 1, 2, 3})
}

func TestTakeAndSplit(t *testing.T) {
	s := five()
	equal(t, "Take(2)", first(t, s.Take(2)), []float32{10, 20})
	equal(t, "Take(5)", first(t, s.Take(5)), []float32{10, 20, 30, 40, 50})
	a, b := s.Split(3)
	equal(t, "Split(3) first", first(t, a), []float32{10, 20, 30})
	equal(t, "Split(3) rest", first(t, b), []float32{40, 50})
	c, d := b.Split(1)
	equal(t, "Split of a part", [][]float32{first(t, c), first(t, d)}, [][]float32{{40}, {50}})
	equal(t, "classes of a part", c.Classes(), 3)
	equal(t, "the whole", first(t, s), []float32{10, 20, 30, 40, 50})
}

func TestShuffle(t *testing.T) {
	numbers := make([][]float32, 1000)
	for i := range numbers {
		numbers[i] = []float32{float32(i)}
	}
	s := FromTargets(numbers, numbers)
	one, again, two := first(t, s.Shuffle(1)), first(t, s.Shuffle(1)), first(t, s.Shuffle(2))
	equal(t, "the same seed", again, one)
	if slices.Equal(one, two) {
		t.Error("two seeds give one order")
	}
	// Same seed, same bits, in later versions of Go, too: these came from Go 1.26.
	equal(t, "first of seed 1", one[:4], []float32{901, 8, 836, 610})
	slices.Sort(one)
	for i, x := range one {
		if x != float32(i) {
			t.Fatalf("example %d is lost or twice", i)
		}
	}
	equal(t, "targets go with examples", s.Shuffle(3).Target(7), s.Shuffle(3).Example(7))
	equal(t, "the whole", first(t, s)[:3], []float32{0, 1, 2})
}

func TestOneHot(t *testing.T) {
	s := five().OneHot()
	equal(t, "Classes", s.Classes(), 0)
	equal(t, "TargetSize", s.TargetSize(), 3)
	equal(t, "Label", s.Label(2), 2)
	equal(t, "Labels", s.Labels(), []int{0, 1, 2, 0, 1})
	equal(t, "Target", s.Target(1), []float32{0, 1, 0})
	x, y := make([]float32, 4), []float32{9, 9, 9, 9, 9, 9}
	s.Batch([]int{2, 0}, x, y)
	equal(t, "Batch", y, []float32{0, 0, 1, 1, 0, 0})
	equal(t, "Take of it", s.Take(1).Target(0), []float32{1, 0, 0})
}

// A derived set's examples have their own numbers.
func TestBatchOfDerived(t *testing.T) {
	_, rest := five().Split(2)
	x, y := make([]float32, 4), make([]float32, 2)
	rest.Batch([]int{2, 0}, x, y)
	equal(t, "x", x, []float32{50, 51, 30, 31})
	equal(t, "y", y, []float32{1, 2})
}

func TestWithClasses(t *testing.T) {
	s := five().WithClasses(4)
	equal(t, "Classes", s.Classes(), 4)
	equal(t, "one-hot", s.OneHot().Target(2), []float32{0, 0, 1, 0})
}

func TestBatches(t *testing.T) {
	var sizes []int
	var x, y []float32
	for b := range five().Batches(2) {
		sizes = append(sizes, b.N)
		x, y = append(x, b.X...), append(y, b.Y...)
	}
	equal(t, "sizes", sizes, []int{2, 2, 1})
	equal(t, "x", x, []float32{10, 11, 20, 21, 30, 31, 40, 41, 50, 51})
	equal(t, "y", y, []float32{0, 1, 2, 0, 1})

	for size, want := range map[int]int{1: 5, 5: 1, 6: 1, 4: 2} {
		n := 0
		for range five().Batches(size) {
			n++
		}
		if n != want {
			t.Errorf("Batches(%d): %d batches, want %d", size, n, want)
		}
	}
	for range five().Batches(2) {
		break // must not go on to yield
	}
	defer func() {
		if e, ok := recover().(*Error); !ok {
			t.Errorf("Batches(0): got %v, want an *Error", e)
		}
	}()
	five().Batches(0)
}

func TestRefusals(t *testing.T) {
	vectors := FromTargets([][]float32{{1}}, [][]float32{{1}})
	split := func(s *Set, n int) *Set { a, _ := s.Split(n); return a }
	rest := func(s *Set, n int) *Set { _, b := s.Split(n); return b }
	for _, c := range []struct {
		set   *Set
		words []string
	}{
		{five().Take(6), []string{"Take", "1 to 5", "got 6"}},
		{five().Take(0), []string{"Take", "1 to 5", "got 0"}},
		{split(five(), 5), []string{"Split", "1 to 4", "got 5"}},
		{rest(five(), 0), []string{"Split", "1 to 4", "got 0"}},
		{rest(five(), -1), []string{"Split", "got -1"}},
		{five().Take(9).Shuffle(1).OneHot(), []string{"Take", "got 9"}},
		{vectors.OneHot(), []string{"OneHot", "class indices"}},
		{vectors.WithClasses(3), []string{"WithClasses"}},
		{five().WithClasses(2), []string{"WithClasses", "at least the 3", "got 2"}},
		{FromSlices(nil, nil), []string{"FromSlices", "at least one example", "0 examples"}},
		{FromSlices([][]float32{{1}}, []int{1, 2}), []string{"1 examples and 2 labels"}},
		{FromSlices([][]float32{{1, 2}, {3}}, []int{0, 1}), []string{"2 numbers", "1 in x[1]"}},
		{FromSlices([][]float32{{}}, []int{0}), []string{"x[0]"}},
		{FromSlices([][]float32{{1}, {2}}, []int{0, -1}), []string{"labels[1] = -1"}},
		{FromTargets([][]float32{{1}}, nil), []string{"1 examples and 0 targets"}},
		{FromTargets([][]float32{{1}, {2}}, [][]float32{{1, 2}, {3}}), []string{"1 in y[1]"}},
		{FromTargets([][]float32{{1}}, [][]float32{{}}), []string{"y[0]"}},
	} {
		refused(t, c.set, c.words...)
	}
}

// A set that cannot be opened is empty; what cannot be empty panics with the
// error.
func TestUnopened(t *testing.T) {
	s := five().Take(6)
	equal(t, "Len", s.Len(), 0)
	equal(t, "Classes", s.Classes(), 0)
	equal(t, "TargetSize", s.TargetSize(), 0)
	equal(t, "Shape", s.Shape(), nil)
	equal(t, "Labels", len(s.Labels()), 0)
	for range s.Batches(1) {
		t.Error("a batch of nothing")
	}
	for what, f := range map[string]func(){
		"Example": func() { s.Example(0) }, "Target": func() { s.Target(0) }, "Label": func() { s.Label(0) },
		"Batch": func() { s.Batch([]int{0}, make([]float32, 2), make([]float32, 1)) },
	} {
		func() {
			defer func() {
				if e := recover(); e != s.Open() {
					t.Errorf("%s panicked with %v, want the error of Open", what, e)
				}
			}()
			f()
		}()
	}
}

// In a notebook an empty set says why, once.
func TestUnopenedInNotebook(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = write
	defer func() { os.Stderr = stderr }()
	t.Setenv("NNLAB_STATE", t.TempDir())
	s := five().Take(6)
	s.Len()
	s.Len()
	write.Close()
	text := make([]byte, 1000)
	n, _ := read.Read(text)
	if got := string(text[:n]); strings.Count(got, "Take: expects 1 to 5") != 1 {
		t.Errorf("got %q, want the error once", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	s := five()
	parts := []*Set{s, s.Shuffle(1), s.Take(5), s.OneHot()}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for range parts[i%4].Batches(2) {
			}
		})
	}
	wg.Wait()
}
