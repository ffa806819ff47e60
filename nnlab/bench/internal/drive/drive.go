// Package drive lets contenders do the same work in turns: ours, the first peer,
// the second, …, ours again. Each is a process that is warmed up before its first
// run counts; while one works the others wait for a question.
package drive

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"time"

	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// Contender is a program that speaks the language of package work.
type Contender struct {
	Name string
	Does func(work.Item) bool
	// Command makes the process, which is started anew for each network and
	// for each sort of kernel. An error says why there is none.
	Command func(context.Context) (*exec.Cmd, error)
}

// Measured is what one contender did of one item.
type Measured struct {
	Item      work.Item
	Contender string
	Seconds   []float64 // of each round
	Epochs    []int     // that a goal took in each round
	Memory    int       // peak of the process in bytes, where that was asked for and can be known
	Error     string    // why there are no seconds
}

// Median returns the median of the rounds, 0 if there are none.
func (m *Measured) Median() float64 {
	if len(m.Seconds) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(m.Seconds))
	if h := len(s) / 2; len(s)%2 == 0 {
		return (s[h-1] + s[h]) / 2
	}
	return s[len(s)/2]
}

// Rate is GFLOP/s.
func (m *Measured) Rate() float64 {
	if len(m.Seconds) == 0 {
		return 0
	}
	return float64(m.Item.FLOPs) / m.Median() / 1e9
}

// Bandwidth is GB/s of an item whose bytes are counted.
func (m *Measured) Bandwidth() float64 {
	if len(m.Seconds) == 0 {
		return 0
	}
	return float64(m.Item.Bytes) / m.Median() / 1e9
}

// Driver has the settings of a comparison.
type Driver struct {
	Rounds  int           // how often each item counts
	Timeout time.Duration // of one answer
	Stay    bool          // a contender's process stays for all items, where starting it would take most of the time
	Report  func(Progress)

	Hellos map[string]work.Hello // of each contender that ran
}

// Run does all items with all contenders that do them. When ctx ends, what has
// not been measured says so.
func (d *Driver) Run(ctx context.Context, items []work.Item, contenders []Contender) []*Measured {
	d.Hellos = map[string]work.Hello{}
	meter := newMeter(d, items, contenders)
	var all []*Measured
	for len(items) > 0 {
		n := 1
		for items[0].Kind.Kernel() && n < len(items) && items[n].Kind == items[0].Kind {
			n++
		}
		if d.Stay {
			n = len(items)
		}
		all = append(all, d.together(ctx, items[:n], contenders, meter)...)
		items = items[n:]
	}
	return all
}

// seat is a contender with the process it has at the moment.
type seat struct {
	Contender
	process *process
}

// together does items that share a process of each contender.
func (d *Driver) together(ctx context.Context, items []work.Item, contenders []Contender, meter *meter) (all []*Measured) {
	seats := make([]seat, len(contenders))
	for i, c := range contenders {
		seats[i].Contender = c
	}
	defer func() {
		for _, s := range seats {
			s.process.stop()
		}
	}()
	for _, item := range items {
		measured := make([]*Measured, len(seats))
		for i, s := range seats {
			if s.Does(item) {
				measured[i] = &Measured{Item: item, Contender: s.Name}
			}
		}
		for round := range d.rounds(item) + 1 {
			if round == 0 && (item.Kind.Repeated() || item.Kind == work.Goal) {
				continue // the first of many calls warms up; a goal starts cold
			}
			for i, m := range measured {
				if m == nil || m.Error != "" {
					continue
				}
				d.run(ctx, &seats[i], m, round)
				meter.measured(m, round)
			}
		}
		for i, m := range measured {
			if m != nil {
				if m.Error == "" && item.Kind.Trains() && !d.Stay { // else it is that of all items before, too
					m.Memory = seats[i].process.memory()
				}
				all = append(all, m)
			}
		}
	}
	return all
}

// rounds is how often an item counts.
func (d *Driver) rounds(item work.Item) int {
	if item.Kind == work.Goal {
		return goalSeeds
	}
	return d.Rounds
}

// goalSeeds is how many seeds a goal is run with.
const goalSeeds = 3

// run lets a contender do an item once.
func (d *Driver) run(ctx context.Context, s *seat, m *Measured, round int) {
	item := m.Item
	item.Warm = round == 0
	if item.Kind == work.Goal {
		item.Seed = round
		s.process.stop()
		s.process = nil
	}
	answer, err := d.ask(ctx, s, item)
	if ctx.Err() != nil {
		if len(m.Seconds) == 0 {
			m.Error = "not run: the time was over"
		}
		return
	}
	switch {
	case err != nil:
		m.Error = err.Error()
		s.process.stop()
		s.process = nil
	case answer.Error != "":
		m.Error = answer.Error
	case answer.Accuracy < item.Accuracy:
		m.Error = fmt.Sprintf("%.2f %% after %d epochs", 100*answer.Accuracy, answer.Epochs)
	case item.Kind == work.Goal:
		m.Epochs = append(m.Epochs, answer.Epochs)
		m.Seconds = append(m.Seconds, s.process.age().Seconds())
	case round > 0:
		m.Seconds = append(m.Seconds, answer.Seconds)
	}
}

// pause is how long a process may go on spinning in its thread pool after an
// answer before the next one is asked.
const pause = 20 * time.Millisecond

// ask starts the contender if it does not run and hands it an item.
func (d *Driver) ask(ctx context.Context, s *seat, item work.Item) (answer work.Answer, err error) {
	if err := ctx.Err(); err != nil {
		return answer, err
	}
	if s.process == nil {
		command, err := s.Command(ctx)
		if err != nil {
			return answer, err
		}
		if s.process, err = start(command, d.Timeout); err != nil {
			return answer, err
		}
		d.Hellos[s.Name] = s.process.hello
	}
	time.Sleep(pause)
	answer, err = s.process.ask(item)
	if err == nil && answer.Work != item.Name {
		err = fmt.Errorf("asked for %s, it answered for %s", item.Name, answer.Work)
	}
	return answer, err
}
