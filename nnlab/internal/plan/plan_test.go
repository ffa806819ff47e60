package plan

import (
	"math/rand/v2"
	"testing"
)

func TestPack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	found, asked := 0, 0
	for range 200 {
		var blocks []*Block
		sum, busiest := 0, 0
		for range 1 + r.IntN(40) {
			b := Block{Size: 1 + r.IntN(1000)}
			for range r.IntN(4) {
				b.At(r.IntN(30), r.IntN(30))
			}
			blocks = append(blocks, &b)
			sum += b.Size + Line
		}
		for moment := range 30 {
			n := 0
			for _, b := range blocks {
				if b.Needed(moment) {
					n += b.Size
				}
			}
			busiest = max(busiest, n)
		}
		total := Pack(blocks)
		if err := Check(blocks, total); err != nil {
			t.Error(err)
		}
		if total < busiest || total > sum {
			t.Errorf("%d numbers for blocks of %d, of which %d are needed at once", total, sum, busiest)
		}
		// More blocks stand where there is room, and only there.
		var more []*Block
		for range r.IntN(10) {
			b := &Block{Size: 1 + r.IntN(500)}
			b.At(r.IntN(30), r.IntN(30))
			more = append(more, b)
		}
		filled := Fill(blocks, total, more)
		if err := Check(append(blocks, filled...), total); err != nil {
			t.Error(err)
		}
		found += len(filled)
		asked += len(more)
	}
	if found < asked/10 || found > asked*9/10 {
		t.Errorf("room for %d of %d blocks: the test says little", found, asked)
	}
}

// Check finds what it should.
func TestCheck(t *testing.T) {
	a, b := Block{Size: 20}, Block{Size: 4, Place: 16}
	a.At(2, 0)
	a.At(6)
	b.At(3, 5)
	if err := Check([]*Block{&a, &b}, 20); err != nil {
		t.Errorf("two that do not meet: %v", err)
	}
	if Check([]*Block{&a, &b}, 19) == nil {
		t.Error("there is no room for them")
	}
	if b.At(6, 7); Check([]*Block{&a, &b}, 100) == nil {
		t.Error("two that meet have one place")
	}
}
