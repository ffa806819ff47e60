package viz

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// trained trains four batches an epoch at the rate 0.5.
func trained(t *testing.T, options ...nn.FitOption) (*nn.History, error) {
	t.Helper()
	m := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.5))
	return m.Fit(eight(), append(options, nn.BatchSize(2), nn.Verbose(false))...)
}

func eight() nn.Data {
	x, class := make([][]float32, 8), make([]int, 8)
	for i := range x {
		x[i], class[i] = []float32{float32(i), 1}, i%2
	}
	return datasets.FromSlices(x, class)
}

// at does something after so many batches.
func at(epoch, batch int, do func()) nn.FitOption {
	return nn.Callbacks(told(func(e *nn.Event) {
		if e.Phase == nn.BatchEnd && e.Epoch == epoch && e.Batch == batch {
			do()
		}
	}))
}

func TestSliderMovesTheLearningRate(t *testing.T) {
	s := Slider(nn.LearningRate, 1e-4, 1e-1)
	var rates []float64
	note := nn.Callbacks(told(func(e *nn.Event) {
		if e.Phase == nn.BatchEnd {
			rates = append(rates, e.LearningRate)
		}
	}))
	h, err := trained(t, nn.Epochs(4), nn.ExponentialDecay(0.5), at(2, 2, func() { s.hear(0.01) }), at(3, 1, func() { s.hear(9) }), s, note)
	if err != nil {
		t.Fatal(err)
	}
	// The schedule's, until the slider is moved; then the slider's, up to its end.
	want := []float64{0.5, 0.5, 0.5, 0.5, 0.25, 0.01, 0.01, 0.01, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}
	if len(rates) != len(want) {
		t.Fatalf("%d steps", len(rates))
	}
	for i := range want {
		if rates[i] != want[i] {
			t.Errorf("after step %d the rate is %v, want %v", i+1, rates[i], want[i])
		}
	}
	if got := h.Get("learning_rate"); len(got) != 4 || got[0] != 0.5 || got[1] != 0.01 || got[3] != 0.1 {
		t.Errorf("the history has the rates %v", got)
	}
	// A move while it validates is of the next epoch, in the history too.
	move := nn.Callbacks(told(func(e *nn.Event) {
		if e.Phase == nn.ValidationBatchEnd && e.Epoch == 1 {
			s.hear(0.01)
		}
	}))
	rates = nil
	if h, err = trained(t, nn.Epochs(2), nn.Validation(eight()), move, s, note); err != nil || rates[3] != 0.5 || rates[4] != 0.01 {
		t.Errorf("a move while it validates: %v, rates %v", err, rates)
	}
	if got := h.Get("learning_rate"); len(got) != 2 || got[0] != 0.5 || got[1] != 0.01 {
		t.Errorf("a move while it validates: the history has the rates %v", got)
	}
	// The next Fit begins as the optimizer says.
	rates = nil
	if _, err := trained(t, nn.Epochs(1), s, note); err != nil || rates[3] != 0.5 {
		t.Errorf("the next Fit: %v, rates %v", err, rates)
	}
}

func TestButtonStopsFit(t *testing.T) {
	b := Button("parar", nn.Stop)
	h, err := trained(t, nn.Epochs(9), at(3, 2, func() { b.hear(1) }), b)
	if err != nil || h.Epochs() != 2 || portuguese.stopped(h.Stopped) != "parado à mão" || english.stopped(h.Stopped) != h.Stopped {
		t.Errorf("%v, %d epochs, %q", err, h.Epochs(), h.Stopped)
	}
	if h, err := trained(t, nn.Epochs(2), b); err != nil || h.Epochs() != 2 || h.Get("learning_rate") != nil {
		t.Errorf("the next Fit: %v, %d epochs", err, h.Epochs())
	}
	// Also between two batches of the validation, of which there are four.
	batches := 0
	pause := nn.Callbacks(told(func(e *nn.Event) {
		if e.Phase == nn.ValidationBatchEnd && e.Epoch == 2 {
			if batches++; batches == 2 {
				b.hear(1)
			}
		}
	}))
	if h, err := trained(t, nn.Epochs(9), nn.Validation(eight()), pause, b); err != nil || h.Epochs() != 1 || batches != 2 || h.Stopped == "" {
		t.Errorf("while it validates: %v, %d epochs, %d batches of the second's validation, %q", err, h.Epochs(), batches, h.Stopped)
	}
	pressed := 0
	own := Button("contar", func() { pressed++ })
	if _, err := trained(t, at(1, 1, func() { own.hear(1); own.hear(2) }), own); err != nil || pressed != 2 {
		t.Errorf("%v, pressed %d times", err, pressed)
	}
}

func TestSlidersWithoutAScale(t *testing.T) {
	nan := math.NaN()
	for _, c := range []*Control{Slider(nn.LearningRate, 0, 1), Slider(nn.LearningRate, 1, 0.1), Slider(nn.LearningRate, 1, math.Inf(1)),
		SliderOf("x", 1, 1, 1, nil), SliderOf("x", 0, nan, 1, nil), SliderOf("x", -1, 1, 0, nil, Logarithmic())} {
		if _, err := trained(t, c); err == nil || !strings.Contains(err.Error(), "viz.Slider") {
			t.Errorf("%v to %v: %v", c.lo, c.hi, err)
		}
		if err := c.Show(); err == nil {
			t.Errorf("%v to %v is shown", c.lo, c.hi)
		}
	}
}

// Without a notebook it says what could be moved, and all goes on.
func ExampleControl() {
	s := SliderOf("ruído", 0, 1, 0.5, func(float64) {})
	fmt.Println(s.Show(), s.Close())
	// Output:
	// controle deslizante “ruído”: 0 a 1 · 0,5
	// <nil> <nil>
}

func TestControlBundle(t *testing.T) {
	for _, c := range []struct {
		c    *Control
		says string
	}{
		{SliderOf(`a <b> & "c"`, 0, 10, 2.5, nil), `controle deslizante “a <b> & "c"”: 0 a 10 · 2,5`},
		{SliderOf("η", 1e-4, 12345, 7, nil, Logarithmic(), English()), "slider “η”: 0.0001 to 12\u00a0345 · 7"},
		{Button("parar", nn.Stop), "botão “parar”"},
	} {
		c.c.id = "nnlab-X"
		t.Setenv(notebook.Moves, "")
		still, err := c.c.bundle(true)
		if err != nil || strings.Contains(still[notebook.HTML].(string), "<script") {
			t.Errorf("nobody could move it: %v, %s", err, still[notebook.HTML])
		}
		t.Setenv(notebook.Moves, "moves")
		t.Setenv("GONB_JUPYTER_KERNEL_ID", "0-1")
		live, err := c.c.bundle(true)
		if err != nil {
			t.Fatal(err)
		}
		html := live[notebook.HTML].(string)
		if live[notebook.Plain] != c.says || strings.Count(html, "<script") != 1 || strings.Contains(html, "SETTING") || !strings.Contains(html, `"kernel":"0-1"`) ||
			!strings.Contains(html, `id="nnlab-X"`) || strings.Contains(html, "<b>") {
			t.Errorf("%q: %s", live[notebook.Plain], html)
		}
		wellFormed(t, live[notebook.SVG].(string))
		ended, err := c.c.bundle(false)
		if err != nil || strings.Contains(ended[notebook.HTML].(string), "<script") || !strings.HasPrefix(ended[notebook.Plain].(string), c.says) {
			t.Errorf("after its end: %v, %q", err, ended[notebook.Plain])
		}
	}
}

// The way from the kernel's pipe to a training.
func TestControlsHearTheKernel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "moves")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	t.Setenv(notebook.Moves, path)
	heard := make(chan float64, 4)
	notebook.Listen("nnlab-A", func(v float64) { heard <- v })
	pipe.WriteString("nnlab-OLD 3\nnnlab-A nonsense\n\nnnlab-A 0.25\n")
	if v := <-heard; v != 0.25 {
		t.Errorf("heard %v", v)
	}
	notebook.Listen("nnlab-A", nil)
	notebook.Listen("nnlab-B", func(v float64) { heard <- v })
	pipe.WriteString("nnlab-A 1\nnnlab-B 2\n")
	if v := <-heard; v != 2 {
		t.Errorf("heard %v", v)
	}
}

func TestMarksOfMoves(t *testing.T) {
	l := &training{settings: newSettings(nil), rate: 0.1}
	step := func(epoch, batch int, rate float64) {
		l.mark(&nn.Event{Phase: nn.BatchEnd, Epoch: epoch, Epochs: 10, Batch: batch, Batches: 100, LearningRate: rate})
	}
	step(1, 1, 0.1)
	step(2, 50, 0.05)
	step(2, 51, 0.01) // still moving
	step(5, 1, 0.2)
	if len(l.marks) != 2 || l.marks[0].x != 1.51 || l.marks[0].text != "η = 0,01" {
		t.Fatalf("marks %v", l.marks)
	}
	c := &chart{xMax: 10, words: portuguese, marks: l.marks, panels: []panel{{name: "perda"}}}
	if texts := strings.Join(wellFormed(t, c.svg("x")), "|"); !strings.Contains(texts, "η = 0,01") || !strings.Contains(texts, "η = 0,2") {
		t.Errorf("texts %s", texts)
	}
}
