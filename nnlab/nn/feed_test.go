package nn

import (
	"runtime"
	"sync"
	"testing"
)

// counted counts how often each example is taken.
type counted struct {
	*toy
	mu    sync.Mutex
	times map[int]int
}

func (d *counted) Batch(index []int, x, y []float32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, i := range index {
		d.times[i]++
	}
	d.toy.Batch(index, x, y)
}

// Every example is taken once in an epoch and once in a validation, however many
// there are: the time of Fit grows with them and no faster.
func TestFitTakesEachExampleOnce(t *testing.T) {
	for _, n := range []int{1, 33, 300} {
		train, val := &counted{toy: clouds(n, 6), times: map[int]int{}}, &counted{toy: clouds(n, 6), times: map[int]int{}}
		if _, err := small().Fit(train, Epochs(3), Validation(val), Verbose(false)); err != nil {
			t.Fatal(err)
		}
		for _, d := range []*counted{train, val} {
			for i := range n {
				if d.times[i] != 3 {
					t.Fatalf("example %d of %d was taken %d times in 3 epochs", i, n, d.times[i])
				}
			}
		}
	}
}

// The images of a step are the same whoever draws them, and however many can.
func TestFeedSameBits(t *testing.T) {
	hash := func(procs int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		m := Sequential(Input(8, 8, 1), Conv2D(3, 3, ReLU), Flatten(), Dropout(0.2), Dense(2, Softmax)).Compile(CategoricalCrossentropy, Adam(0.01))
		d := Augment(digits(70), RandomTranslation(0.2, 0.2), RandomRotation(0.1), RandomZoom(0.2), RandomFlip(Horizontal))
		if _, err := m.Fit(d, Epochs(3), BatchSize(16), Verbose(false)); err != nil {
			t.Fatal(err)
		}
		return m.WeightHash()
	}
	if one := hash(1); one != hash(2) || one != hash(5) {
		t.Error("the number of processors changes the bits")
	}
}
