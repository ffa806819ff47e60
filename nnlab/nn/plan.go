package nn

import (
	"cmp"
	"slices"
)

// block is memory that is needed from one moment to another, both included.
type block struct {
	size     int // numbers
	from, to int // moments; from > to: never needed
	place    int // where it begins
}

// at says that the block is needed at a moment.
func (b *block) at(moment int) {
	if b.from > b.to {
		b.from, b.to = moment, moment
	}
	b.from, b.to = min(b.from, moment), max(b.to, moment)
}

// meets tells whether two blocks are needed at the same moment.
func (b *block) meets(o *block) bool { return b.from <= o.to && o.from <= b.to }

// line is how many numbers a cache line of 64 bytes holds; every block begins with one.
const line = 16

// pack gives each block its place, so that blocks that are needed at the same
// moment do not overlap, and returns how many numbers there must be for all. The
// largest are placed first, each in the first gap that it fits in (Pisarchyk & Lee
// 2020, "greedy by size").
func pack(blocks []*block) (total int) {
	order := slices.Clone(blocks)
	slices.SortStableFunc(order, func(a, b *block) int { return cmp.Compare(b.size, a.size) })
	var placed []*block // by place
	for _, b := range order {
		b.place = 0
		for _, p := range placed {
			if !p.meets(b) {
				continue
			}
			if b.place+b.size <= p.place {
				break
			}
			b.place = max(b.place, (p.place+p.size+line-1)/line*line)
		}
		i, _ := slices.BinarySearchFunc(placed, b.place, func(p *block, place int) int { return cmp.Compare(p.place, place) })
		placed = slices.Insert(placed, i, b)
		total = max(total, b.place+b.size)
	}
	return total
}
