package viz

import (
	"cmp"
	"math"
	"slices"
)

// layout places the boxes of a graph in ranks, each box below all that it is
// connected to, after the ideas of Sugiyama et al. 1981. An edge that passes
// ranks gets a place of its own in each of them, so that it never crosses a box.
type layout struct {
	ranks [][]*place
	edges [][]*place // from a box through places to a box
}

// place is a box, or where an edge passes a rank.
type place struct {
	box   int // its number, −1 for an edge
	rank  int
	width float64
	x     float64 // of its middle
	tail  float64 // how many places the longest way down from it has
	above []*place
	below []*place
}

// gap is the least distance between two places of a rank.
const gap = 18.

// newLayout places boxes of the given widths; from[i] are the numbers of the
// boxes that box i is connected to, all less than i.
func newLayout(widths []float64, from [][]int) *layout {
	l := &layout{}
	boxes := make([]*place, len(widths))
	for i, w := range widths {
		boxes[i] = &place{box: i, width: w}
		for _, f := range from[i] {
			boxes[i].rank = max(boxes[i].rank, boxes[f].rank+1)
		}
		l.add(boxes[i])
		for _, f := range from[i] {
			l.connect(boxes[f], boxes[i])
		}
	}
	for _, rank := range slices.Backward(l.ranks) {
		for _, p := range rank {
			p.tail = 1
			for _, q := range p.below {
				p.tail = max(p.tail, q.tail+1)
			}
		}
	}
	for sweep := range 4 {
		l.order(sweep%2 == 0)
	}
	for sweep := range 8 {
		l.align(sweep%2 == 0)
	}
	l.straighten()
	return l
}

func (l *layout) add(p *place) {
	for len(l.ranks) <= p.rank {
		l.ranks = append(l.ranks, nil)
	}
	l.ranks[p.rank] = append(l.ranks[p.rank], p)
}

// connect leads an edge from one box down to another.
func (l *layout) connect(from, to *place) {
	edge := []*place{from}
	for rank := from.rank + 1; rank < to.rank; rank++ {
		p := &place{box: -1, rank: rank, width: 2}
		l.add(p)
		edge = append(edge, p)
	}
	edge = append(edge, to)
	for i, p := range edge[1:] {
		p.above = append(p.above, edge[i])
		edge[i].below = append(edge[i].below, p)
	}
	l.edges = append(l.edges, edge)
}

// order sorts each rank by the mean place of what its members are connected to
// in the rank before, so that edges cross less.
func (l *layout) order(down bool) {
	index := map[*place]float64{}
	note := func(rank []*place) {
		for i, p := range rank {
			index[p] = float64(i) - float64(len(rank)-1)/2
		}
	}
	l.sweep(down, func(rank []*place, before func(*place) []*place) {
		note(rank)
		means := map[*place]float64{}
		for _, p := range rank {
			means[p] = index[p]
			if neighbours := before(p); len(neighbours) > 0 {
				sum := 0.
				for _, n := range neighbours {
					sum += index[n]
				}
				means[p] = sum / float64(len(neighbours))
			}
		}
		slices.SortStableFunc(rank, func(a, b *place) int { return cmp.Compare(means[a], means[b]) })
		note(rank)
	})
}

// align moves each place below the mean of what it is connected to in the rank
// before, as far as the order and the gaps of its rank allow.
func (l *layout) align(down bool) {
	l.sweep(down, func(rank []*place, before func(*place) []*place) {
		wanted := make([]float64, len(rank))
		for i, p := range rank {
			wanted[i] = p.x
			sum, weight := 0., 0.
			for _, n := range before(p) {
				sum, weight = sum+n.weight()*n.x, weight+n.weight()
			}
			if weight > 0 {
				wanted[i] = sum / weight
			}
		}
		spread(rank, wanted)
	})
}

// straighten puts what is nearly upright upright, and has an edge pass all its ranks at one
// x, where one of its places is and there is room in all of them.
func (l *layout) straighten() {
	for _, rank := range l.ranks {
		for _, p := range rank {
			for _, q := range p.below {
				if q.box >= 0 && math.Abs(p.x-q.x) < gap/2 {
					l.push(q, p.x)
				}
			}
		}
	}
	for _, e := range l.edges {
		passing := e[1 : len(e)-1]
		for _, at := range passing {
			if x := at.x; !slices.ContainsFunc(passing, func(p *place) bool { return !l.fits(p, x) }) {
				for _, p := range passing {
					p.x = x
				}
				break
			}
		}
	}
}

// push moves a place to x, and what has no room beside it then as far as it must.
func (l *layout) push(p *place, x float64) {
	rank := l.ranks[p.rank]
	i := slices.Index(rank, p)
	p.x = x
	for k := i + 1; k < len(rank); k++ {
		rank[k].x = max(rank[k].x, rank[k-1].x+distance(rank[k-1], rank[k]))
	}
	for k := i - 1; k >= 0; k-- {
		rank[k].x = min(rank[k].x, rank[k+1].x-distance(rank[k], rank[k+1]))
	}
}

// distance is how far two neighbours of a rank are apart at least.
func distance(a, b *place) float64 { return (a.width+b.width)/2 + gap }

// fits tells whether a place has room at x.
func (l *layout) fits(p *place, x float64) bool {
	rank := l.ranks[p.rank]
	i := slices.Index(rank, p)
	const rounding = 1e-9
	return (i == 0 || x-rank[i-1].x >= distance(rank[i-1], p)-rounding) && (i == len(rank)-1 || rank[i+1].x-x >= distance(p, rank[i+1])-rounding)
}

// weight is how much a place matters: what stands below a box stays below it, long edges
// give way, and so do branches that end before the trunk, which is straight.
func (p *place) weight() float64 {
	if p.box < 0 {
		return 1
	}
	return 20 * p.tail * p.tail * p.tail
}

// sweep visits the ranks downwards or upwards, each with the neighbours in the
// rank visited before.
func (l *layout) sweep(down bool, f func(rank []*place, before func(*place) []*place)) {
	if down {
		for _, rank := range l.ranks {
			f(rank, func(p *place) []*place { return p.above })
		}
		return
	}
	for _, rank := range slices.Backward(l.ranks) {
		f(rank, func(p *place) []*place { return p.below })
	}
}

// spread gives the places of a rank the x that are, by weighted squares, the
// nearest to those wanted and keep order and gaps: neighbours that come too near
// move as one (pool adjacent violators).
func spread(rank []*place, wanted []float64) {
	type pool struct {
		x, weight float64 // where its first place is wanted, on the mean
		members   int
	}
	offsets := make([]float64, len(rank)) // of each place from the rank's first
	for i := range rank[1:] {
		offsets[i+1] = offsets[i] + distance(rank[i], rank[i+1])
	}
	var pools []pool
	for i, p := range rank {
		q := pool{wanted[i] - offsets[i], p.weight(), 1}
		for len(pools) > 0 && pools[len(pools)-1].x > q.x {
			last := pools[len(pools)-1]
			pools = pools[:len(pools)-1]
			sum := last.weight + q.weight
			q = pool{(last.x*last.weight + q.x*q.weight) / sum, sum, last.members + q.members}
		}
		pools = append(pools, q)
	}
	i := 0
	for _, q := range pools {
		for range q.members {
			rank[i].x = q.x + offsets[i]
			i++
		}
	}
}
