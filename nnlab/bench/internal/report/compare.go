package report

import (
	"slices"

	"github.com/nnlab-go/lab/nnlab/bench/internal/drive"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// comparison is one item, done by all.
type comparison struct {
	item    work.Item
	by      map[string]*drive.Measured
	fastest *drive.Measured // of the peers; nil if none has done it
}

// compare puts together what was measured of each item of a kind, or of all.
func (r *Run) compare(kind work.Kind) (all []*comparison) {
	at := map[string]*comparison{}
	for _, m := range r.Measured {
		if kind != "" && m.Item.Kind != kind {
			continue
		}
		c := at[m.Item.Name]
		if c == nil {
			c = &comparison{item: m.Item, by: map[string]*drive.Measured{}}
			at[m.Item.Name] = c
			all = append(all, c)
		}
		c.by[m.Contender] = m
		if !work.Own(m.Contender) && m.Error == "" && (c.fastest == nil || m.Median() < c.fastest.Median()) {
			c.fastest = m
		}
	}
	return all
}

// ratio is the lab's time divided by the fastest peer's, 0 where one is missing.
func (c *comparison) ratio() float64 {
	if lab := c.by[work.Lab]; lab != nil && c.fastest != nil {
		return lab.Median() / c.fastest.Median()
	}
	return 0
}

// memoryRatio is the lab's peak memory divided by the least of the peers', 0 where one is not
// known.
func (c *comparison) memoryRatio() float64 {
	least := 0
	for name, m := range c.by {
		if !work.Own(name) && m.Memory > 0 && (least == 0 || m.Memory < least) {
			least = m.Memory
		}
	}
	if lab := c.by[work.Lab]; lab != nil && least > 0 {
		return float64(lab.Memory) / float64(least)
	}
	return 0
}

// peers are the contenders of some items besides the lab, in the order in which
// they had their turns.
func (r *Run) peers(kind work.Kind) (names []string) {
	for _, m := range r.Measured {
		if m.Item.Kind == kind && !work.Own(m.Contender) && !slices.Contains(names, m.Contender) {
			names = append(names, m.Contender)
		}
	}
	return names
}
