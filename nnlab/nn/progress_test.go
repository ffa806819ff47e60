package nn

import (
	"strings"
	"testing"
	"time"
)

// playProgress plays two epochs of four batches to a progress printer.
func playProgress(p *progress) {
	h := &History{}
	for epoch := 1; epoch <= 2; epoch++ {
		e := &Event{Epoch: epoch, Epochs: 2, Batches: 4, History: h, ETA: 90 * time.Second}
		for e.Batch = 1; e.Batch <= 4; e.Batch++ {
			e.Phase, e.Logs = BatchEnd, Logs{{"loss", 0.5}, {"accuracy", 0.75}}
			p.drawn = time.Time{}
			p.On(e)
		}
		h.add(e.Logs, 1.25)
		e.Phase = EpochEnd
		p.On(e)
	}
	h.Stopped = "interrupted"
	p.On(&Event{Phase: FitEnd, History: h})
}

func TestProgressInALog(t *testing.T) {
	var b strings.Builder
	playProgress(&progress{w: &b})
	want := `Epoch 1/2 · 1.2s · loss 0.5000 · accuracy 0.7500 · ETA 1m30s
Epoch 2/2 · 1.2s · loss 0.5000 · accuracy 0.7500 · ETA 1m30s
Training ended after 2 epochs: interrupted
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestProgressInATerminal(t *testing.T) {
	var b strings.Builder
	playProgress(&progress{w: &b, terminal: true})
	for _, want := range []string{
		"\r\x1b[KEpoch 1/2 ━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 1/4 · loss 0.5000 · accuracy 0.7500 · ETA 1m30s",
		"\r\x1b[KEpoch 2/2 ━━━━━━━━━━━━━━━━━━━━━━━━ 4/4 ·",
		"\r\x1b[KEpoch 2/2 · 1.2s · loss",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q does not contain %q", b.String(), want)
		}
	}
}
