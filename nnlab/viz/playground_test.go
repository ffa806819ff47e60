package viz

import (
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

func newPlay(t *testing.T) (*playground, *nn.Model, []*Control) {
	t.Helper()
	m := nn.Sequential(nn.Input(2), nn.Dense(4, nn.Tanh), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.2), nn.Seed(5))
	p, err := newPlayground(m, datasets.Moons(100, 0.1, 1), newSettings(nil))
	if err != nil {
		t.Fatal(err)
	}
	return p, m, p.controls(nil)
}

// Without a page it learns for a while and ends; the student's model stays as it is.
func TestPlaygroundAlone(t *testing.T) {
	p, m, _ := newPlay(t)
	hash := m.WeightHash()
	if p.model.WeightHash() != hash {
		t.Error("it does not begin with the weights of the model")
	}
	if f, err := p.figure(); err != nil || !strings.HasPrefix(f.Alt, "experimento · época 0 · η = 0,2") {
		t.Errorf("before its first step: %v", err)
	}
	if err := p.play(); err != nil {
		t.Fatal(err)
	}
	if p.epochs != playAlone || !(p.losses[len(p.losses)-1].y < 0.7*p.losses[0].y) || m.WeightHash() != hash {
		t.Errorf("%d epochs, losses %v", p.epochs, p.losses)
	}
	f, err := p.figure()
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, f.SVG)
	// Two inputs, four neurons, two outputs and the regions; as many lines as weights.
	if strings.Count(f.SVG, "<image") != 2+4+2+1 || !strings.HasPrefix(f.Alt, "experimento · época 100 · perda ") || !strings.Contains(f.Alt, " · η = 0,2, α = 0, tanh; classe 0 · ") {
		t.Errorf("%d images; %s", strings.Count(f.SVG, "<image"), f.Alt)
	}
}

// What the controls ask for is done by the network that learns, and the end ends it.
func TestPlaygroundControls(t *testing.T) {
	p, _, controls := newPlay(t)
	p.alone = false
	rate, momentum, functions, actions := controls[0], controls[1], controls[2], controls[3]
	var did []string
	done := make(chan error)
	go func() { done <- p.play() }()
	wait := func(what string, is func(w wishes) bool) {
		t.Helper()
		did = append(did, what)
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
			p.mu.Lock()
			ok := is(p.doing)
			p.mu.Unlock()
			if ok {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("after %v nothing has come of it: %+v", did, p.doing)
			}
		}
	}
	momentum.hear(0.9)
	wait("α", func(w wishes) bool { return w.momentum == 0.9 })
	functions.hear(1) // sigmoid
	wait("sigmoid", func(w wishes) bool { return w.activation == "sigmoid" && w.momentum == 0.9 })
	rate.hear(1)
	actions.hear(2) // anew
	wait("anew", func(w wishes) bool { return w.seed == 6 && w.rate == 1 })
	actions.hear(1) // one step, and then it waits
	actions.hear(1)
	wait("two steps", func(wishes) bool { return p.asked.paused && p.asked.steps == 0 })
	actions.hear(3) // end
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it does not end")
	}
	if l := p.model.Layers(); l[1].Config["activation"].(nn.Config).Kind() != "sigmoid" || l[2].Config["activation"].(nn.Config).Kind() != "softmax" {
		t.Errorf("%v, %v", l[1], l[2])
	}
}

// One step that was asked for while it waits is one step of a training.
func TestPlaygroundStep(t *testing.T) {
	p, m, controls := newPlay(t)
	p.alone = false
	controls[3].hear(1)
	p.asked.rate = 0.2
	done := make(chan error)
	go func() { done <- p.play() }()
	for waits := false; !waits; time.Sleep(time.Millisecond) {
		p.mu.Lock()
		waits = p.asked.steps == 0
		p.mu.Unlock()
	}
	controls[3].hear(3)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	steps := 0
	if _, err := m.Fit(p.data, nn.BatchSize(10), nn.Verbose(false), nn.Callbacks(told(func(e *nn.Event) {
		if e.Phase == nn.BatchEnd {
			if steps++; steps == 1 {
				e.Stop("one step")
			}
		}
	}))); err != nil {
		t.Fatal(err)
	}
	if p.model.WeightHash() != m.WeightHash() || p.epochs != 0 {
		t.Errorf("it is another step than that of a training, in epoch %d", p.epochs)
	}
}

// A network that diverges while it is played with waits, says so, and goes on with other weights
// and a smaller learning rate: who moves a slider too far does not lose the cell.
func TestPlaygroundDiverges(t *testing.T) {
	m := nn.Sequential(nn.Input(2), nn.Dense(8, nn.ReLU), nn.Dense(1)).Compile(nn.MSE, nn.SGD(3), nn.Seed(1))
	p, err := newPlayground(m, datasets.Moons(100, 0.1, 1), newSettings(nil))
	if err != nil {
		t.Fatal(err)
	}
	p.alone = false
	ended := make(chan error)
	go func() { ended <- p.play() }()
	title := func() string {
		for range 500 {
			time.Sleep(10 * time.Millisecond)
			p.mu.Lock()
			paused := p.asked.paused
			p.mu.Unlock()
			if paused {
				return p.last.Alt // what trains waits
			}
		}
		t.Fatal("it does not wait")
		return ""
	}
	time.Sleep(10 * time.Millisecond)
	said := title()
	p.mu.Lock()
	p.asked.seed, p.asked.rate, p.asked.paused = p.asked.seed+1, 0.01, false
	p.mu.Unlock()
	p.woken <- struct{}{}
	time.Sleep(300 * time.Millisecond)
	p.mu.Lock()
	p.asked.over = true
	p.mu.Unlock()
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
	if want := "NaN/∞, época 1; diminua η ou recomece"; !strings.Contains(said, want) {
		t.Errorf("no %q in %q", want, said)
	}
	if err := p.draw(); err != nil || p.epochs == 0 || strings.Contains(p.last.Alt, noNumbers) {
		t.Errorf("%v, epoch %d: %s", err, p.epochs, p.last.Alt)
	}
}
