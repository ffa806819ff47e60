package drive

import (
	"time"

	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// Progress says how far a comparison is.
type Progress struct {
	Work, Contender string
	Seconds         float64 // of the run that has just ended; 0: it failed or warmed up
	Done            float64 // share of the whole, by what it is expected to cost
	Left            time.Duration
}

// meter estimates how long the rest takes from how long the work so far took.
type meter struct {
	driver      *Driver
	began       time.Time
	done, total float64
}

func newMeter(d *Driver, items []work.Item, contenders []Contender) *meter {
	m := &meter{driver: d, began: time.Now()}
	for _, item := range items {
		for _, c := range contenders {
			if c.Does(item) {
				m.total += cost(item) * float64(d.rounds(item))
			}
		}
	}
	return m
}

// measured reports a run; a failure stands for all rounds that do not follow.
func (m *meter) measured(r *Measured, round int) {
	if round > 0 {
		m.done += cost(r.Item)
	}
	if r.Error != "" {
		m.done += cost(r.Item) * float64(m.driver.rounds(r.Item)-round)
	}
	p := Progress{Work: r.Item.Name, Contender: r.Contender, Done: m.done / m.total}
	if round > 0 && r.Error == "" && len(r.Seconds) > 0 {
		p.Seconds = r.Seconds[len(r.Seconds)-1]
	}
	if m.done > 0 {
		p.Left = time.Duration(float64(time.Since(m.began)) / m.done * (m.total - m.done)).Round(time.Second)
	}
	m.driver.Report(p)
}

// cost is roughly how many seconds a run takes.
func cost(item work.Item) float64 {
	switch item.Kind {
	case work.Epoch, work.Step:
		return 1 + float64(item.FLOPs)/5e10
	case work.Goal:
		return 30
	}
	return item.Budget + 0.1
}
