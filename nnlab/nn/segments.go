package nn

import (
	"math"
	"slices"
)

// segment is a part of the network, by the places of its nodes, whose outputs are not kept
// for the backward pass but computed again there.
type segment struct{ from, to int } // to is the first behind it

func (s segment) has(n *node) bool { return s.from < n.number && n.number <= s.to }

// missing are the nodes of a segment that must compute again before it computes backwards,
// in their order: those whose scratch memory or output a Backward reads, and those that
// these need. What a layer outside reads was kept.
func (g *graph) missing(s segment, lives []*life) (nodes []*node) {
	feeds := map[*life]bool{}
	for _, n := range slices.Backward(g.nodes[s.from:s.to]) {
		if n.view {
			continue
		}
		l := lives[n.number]
		kept := l.output || slices.ContainsFunc(l.consumers, func(c *node) bool { return !s.has(c) })
		if n.learns && len(n.scratch) > 0 || !kept && (len(l.readers) > 0 || feeds[l]) {
			nodes = append(nodes, n)
			for _, in := range n.in {
				feeds[lives[in.number]] = true
			}
		}
	}
	slices.Reverse(nodes)
	return nodes
}

// segments divides the network so that a step needs little memory: what is kept between
// the segments, and the largest of them, which is there as a whole while it computes
// backwards. Of a chain of n equal layers these are about √n segments (Chen, Xu, Zhang &
// Guestrin 2016, "Training Deep Nets with Sublinear Memory Cost"). It cuts where little
// crosses the cut: between blocks, where a network has some, since a block's shortcut
// crosses each cut within it. Nil where keeping everything needs less.
func (g *graph) segments() []segment {
	lives := g.lives(pass{training: true}, nil)
	n := len(g.nodes)
	// What a Backward reads of the nodes up to a place, and what crosses a cut there.
	read, crossing := make([]int, n+1), make([]int, n+1)
	last := make([]int, n+1) // by the maker's number: where its output is last needed
	first := n
	for i, node := range g.nodes {
		if i > 0 && node.block != "" && node.block == g.nodes[i-1].block {
			crossing[i]++ // where it is all the same a block stays whole
		}
		read[i+1] = read[i]
		if node.learns && len(node.in) > 0 {
			first = min(first, i)
			for _, s := range node.scratch {
				read[i+1] += s.Cols()
			}
		}
		l := lives[node.number]
		if l.maker != node || len(node.in) == 0 || l.output {
			continue
		}
		if len(l.readers) > 0 {
			read[i+1] += node.y.Cols()
		}
		for _, c := range l.consumers {
			last[node.number] = max(last[node.number], c.number)
		}
		for cut := node.number; cut < last[node.number]; cut++ {
			crossing[cut] += node.y.Cols()
		}
	}
	var best []segment
	least := read[n]
	for budget := float64(read[n]) / 2; budget >= 1 && budget > float64(read[n])/float64(4*n); budget /= 1.2 {
		s := g.divide(first, int(budget), read, crossing)
		if needs := g.needs(s, last, read); needs < least {
			best, least = s, needs
		}
	}
	return best
}

// divide makes segments of at most budget numbers, but for a single node that has more. Each
// ends where the least crosses, in its second half.
func (g *graph) divide(from, budget int, read, crossing []int) (all []segment) {
	for n := len(g.nodes); from < n; {
		to, least := from+1, math.MaxInt
		for cut := to; cut <= n && read[cut]-read[from] <= budget; cut++ {
			if 2*(read[cut]-read[from]) < budget {
				to = cut
			} else if crossing[cut] <= least {
				to, least = cut, crossing[cut]
			}
		}
		all = append(all, segment{from, to})
		from = to
	}
	return all
}

// needs estimates the numbers that a step needs at once with these segments.
func (g *graph) needs(all []segment, last, read []int) int {
	kept, largest := 0, 0
	for _, s := range all {
		for _, n := range g.nodes[s.from:s.to] {
			if last[n.number] > s.to {
				kept += n.y.Cols()
			}
		}
		largest = max(largest, read[s.to]-read[s.from])
	}
	return kept + largest
}
