package nn

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Gradients (3, 4) and (0, 12) have the norms 5 and 12, together 13.
func TestClip(t *testing.T) {
	b := ref.New()
	for c, want := range map[clip]string{
		ClipValue(3.5).(clip):         "[3 3.5] [0 3.5]",
		ClipNorm(10).(clip):           "[3 4] [0 10]",
		ClipNorm(2.5).(clip):          "[1.5 2] [0 2.5]",
		GlobalClipNorm(6.5).(clip):    "[1.5 2] [0 6]",
		GlobalClipNorm(13).(clip):     "[3 4] [0 12]",
		{}:                            "[3 4] [0 12]",
		ClipValue(math.Inf(1)).(clip): "[3 4] [0 12]",
	} {
		first, second := &Param{Grad: tensor.Of(b, []float32{3, 4}, 2)}, &Param{Grad: tensor.Of(b, []float32{0, 12}, 2)}
		c.apply(b, []*Param{first, second}, b.Scalars(1))
		if got := fmt.Sprint(first.Grad.Values(), second.Grad.Values()); got != want {
			t.Errorf("%v: %s, want %s", c, got, want)
		}
	}
}

// With a clip no weight moves further than η·limit in a step.
func TestClipBoundsTheStep(t *testing.T) {
	m := Sequential(Input(6), Dense(3)).Compile(MSE, SGD(0.1), ClipValue(0.01))
	before := m.Params()[0].Value.Values()
	d := clouds(30, 6)
	if _, err := m.Fit(d, BatchSize(30), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	moved := 0
	for i, w := range m.Params()[0].Value.Values() {
		step := math.Abs(float64(w - before[i]))
		if step > 0.001*1.001 {
			t.Errorf("a weight moved by %v", step)
		}
		if step > 0.000999 {
			moved++
		}
	}
	if moved == 0 {
		t.Error("nothing was clipped")
	}
	if s := m.String(); !strings.Contains(s, "SGD(0.1) · clip value 0.01") {
		t.Error(s)
	}
}
