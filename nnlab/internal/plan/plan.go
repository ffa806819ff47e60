// Package plan places blocks of memory that are needed at certain moments, so that
// those which are never needed together share a place.
package plan

import (
	"cmp"
	"fmt"
	"slices"
)

// Block is memory that is needed in some spans of time, and at one place in all of them.
type Block struct {
	Size  int // numbers
	Place int // where it begins

	spans []span
}

// span is the time from one moment to another, both included.
type span struct{ from, to int }

// At says that the block is needed at moments, and at all between them: they are one span.
func (b *Block) At(moments ...int) {
	if len(moments) > 0 {
		b.spans = append(b.spans, span{slices.Min(moments), slices.Max(moments)})
	}
}

// Needed tells whether the block is needed at a moment.
func (b *Block) Needed(moment int) bool {
	return slices.ContainsFunc(b.spans, func(s span) bool { return s.from <= moment && moment <= s.to })
}

// Meets tells whether two blocks are needed at the same moment.
func (b *Block) Meets(o *Block) bool {
	for _, s := range b.spans {
		for _, u := range o.spans {
			if s.from <= u.to && u.from <= s.to {
				return true
			}
		}
	}
	return false
}

// Line is how many numbers a cache line of 64 bytes holds; every block begins with one.
const Line = 16

// Pack gives each block its place, so that blocks that are needed at the same
// moment do not overlap, and returns how many numbers there must be for all. The
// largest are placed first, each in the first gap that it fits in (Pisarchyk & Lee
// 2020, "greedy by size").
func Pack(blocks []*Block) (total int) {
	var placed []*Block
	for _, b := range largestFirst(blocks) {
		i := b.find(placed)
		placed = slices.Insert(placed, i, b)
		total = max(total, b.Place+b.Size)
	}
	return total
}

// Fill gives more blocks places among those that [Pack] has placed, the largest first, and
// returns those for which there is room in so many numbers.
func Fill(packed []*Block, total int, more []*Block) (filled []*Block) {
	placed := slices.SortedStableFunc(slices.Values(packed), func(a, b *Block) int { return cmp.Compare(a.Place, b.Place) })
	for _, b := range largestFirst(more) {
		if i := b.find(placed); b.Place+b.Size <= total {
			placed = slices.Insert(placed, i, b)
			filled = append(filled, b)
		}
	}
	return filled
}

func largestFirst(blocks []*Block) []*Block {
	return slices.SortedStableFunc(slices.Values(blocks), func(a, b *Block) int { return cmp.Compare(b.Size, a.Size) })
}

// find gives the block the first gap that it fits in among those placed, which stand in the
// order of their places, and returns where it stands among them.
func (b *Block) find(placed []*Block) int {
	b.Place = 0
	for _, p := range placed {
		if !p.Meets(b) {
			continue
		}
		if b.Place+b.Size <= p.Place {
			break
		}
		b.Place = max(b.Place, (p.Place+p.Size+Line-1)/Line*Line)
	}
	i, _ := slices.BinarySearchFunc(placed, b.Place, func(p *Block, place int) int { return cmp.Compare(p.Place, place) })
	return i
}

// Check tells what is wrong with the places of blocks in so many numbers: tests hold
// every plan against it.
func Check(blocks []*Block, total int) error {
	for i, a := range blocks {
		if a.Place%Line != 0 || a.Place < 0 || a.Place+a.Size > total {
			return fmt.Errorf("a block of %d numbers at %d of %d", a.Size, a.Place, total)
		}
		for _, b := range blocks[:i] {
			if a.Meets(b) && a.Place < b.Place+b.Size && b.Place < a.Place+a.Size {
				return fmt.Errorf("blocks of %d at %d and of %d at %d meet", a.Size, a.Place, b.Size, b.Place)
			}
		}
	}
	return nil
}
