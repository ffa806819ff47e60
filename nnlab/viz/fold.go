package viz

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// A part is a layer of a drawing, or what stands for many that repeat.
type part struct {
	layer nn.LayerInfo
	from  []int // the parts it is connected to
	// Where the part stands for a run of blocks: how many blocks of how many
	// layers are left out.
	blocks, layers int
}

// foldFrom is how many layers a network has at least before repetitions are
// folded, and foldBlocks how often a block must repeat.
const foldFrom, foldBlocks = 60, 4

// partsOf are the layers as parts; with fold the middle of long repetitions is
// one part: of equal blocks in a row the first and the last are left.
func partsOf(layers []nn.LayerInfo, fold bool) []part {
	number := map[string]int{}
	for i, l := range layers {
		number[l.Name] = i
	}
	runs := map[int]run{} // by the first layer that is left out
	if fold && len(layers) >= foldFrom {
		runs = repetitions(layers, number)
	}
	var parts []part
	at := make([]int, len(layers)) // the part that each layer has become
	for i := 0; i < len(layers); i++ {
		if r, ok := runs[i]; ok {
			p := part{blocks: r.blocks, layers: r.layers}
			for j := i; j < i+r.blocks*r.layers; j++ {
				p.join(layers[j], number, at, i)
				at[j] = len(parts)
			}
			parts = append(parts, p)
			i += r.blocks*r.layers - 1
			continue
		}
		p := part{layer: layers[i]}
		p.join(layers[i], number, at, i)
		at[i] = len(parts)
		parts = append(parts, p)
	}
	return parts
}

// join connects the part to what a layer of it is connected to, if that lies
// before the part.
func (p *part) join(l nn.LayerInfo, number map[string]int, at []int, first int) {
	for _, name := range l.From {
		if j := number[name]; j < first {
			if !slices.Contains(p.from, at[j]) {
				p.from = append(p.from, at[j])
			}
		}
	}
}

// run are blocks of layers that are left out.
type run struct{ blocks, layers int }

// repetitions finds blocks of up to 64 layers that follow upon themselves, the
// longest stretches first from the top.
func repetitions(layers []nn.LayerInfo, number map[string]int) map[int]run {
	const longest = 64
	n := len(layers)
	looks := make([]string, n)
	for i, l := range layers {
		looks[i] = fmt.Sprint(l.Recipe, l.Shape)
		for _, name := range l.From {
			looks[i] += fmt.Sprint(" ", i-number[name])
		}
	}
	// alike[p][i] is how many layers from i on look like those p later.
	alike := make([][]int, longest+1)
	for p := 1; p <= longest; p++ {
		alike[p] = make([]int, n+1)
		for i := n - p - 1; i >= 0; i-- {
			if looks[i] == looks[i+p] {
				alike[p][i] = alike[p][i+1] + 1
			}
		}
	}
	runs := map[int]run{}
	for i := 0; i < n; {
		best, period := 0, 0
		for p := 1; p <= longest && i+p <= n; p++ {
			if blocks := 1 + alike[p][i]/p; blocks >= foldBlocks && blocks*p > best {
				best, period = blocks*p, p
			}
		}
		if best == 0 {
			i++
			continue
		}
		runs[i+period] = run{best/period - 2, period}
		i += best
	}
	return runs
}
