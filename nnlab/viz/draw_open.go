package viz

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// blocksScript opens a block that is clicked on.
//
//go:embed draw.js
var blocksScript string

// opened is a box of a block, and which drawing of its inside the script shows there.
type opened struct {
	Box    [4]float64 `json:"box"` // x, y, width, height
	Name   string     `json:"name"`
	Inside int        `json:"inside"`
}

// blockWords are what the script says of a block.
type blockWords struct {
	Open  string `json:"open"`
	Close string `json:"close"`
	Hint  string `json:"hint"`
}

func (w words) ofBlocks() blockWords {
	if w.comma {
		return blockWords{"abrir", "fechar", "clique num bloco, ou use Tab e Enter, para ver o que há nele; Esc fecha"}
	}
	return blockWords{"open", "close", "click a block, or use Tab and Enter, to see what is in it; Esc closes"}
}

// openBlocks tells the script what is in the blocks of a drawing: each inside once, in
// their order, for as many as have room.
func openBlocks(f *Figure, boxes []opened, layers []nn.LayerInfo, s settings) {
	var insides []string
	number, room := map[string]int{}, room(f.SVG)
	var told []opened
	for _, b := range boxes {
		inside, size := insideOf(layers, b.Name)
		f, _ := drawParts(inside, fmt.Sprintf("%s %s %s", s.words.block, count(size), s.words.layers), s)
		// The page has the style already, the layers are read from the drawing, and what a
		// picture has of itself need not be said.
		drawing := strings.NewReplacer(style(), "", escape("; "+inWords(inside, s.words)), "",
			` text-anchor="start"`, "", ` stroke-width="1.0"`, "", `.0"`, `"`).Replace(f.SVG)
		n, known := number[drawing]
		if !known {
			if room -= len(drawing); room < 0 {
				continue
			}
			n = len(insides)
			number[drawing], insides = n, append(insides, drawing)
		}
		b.Inside = n
		told = append(told, b)
	}
	if told != nil {
		f.movedBy(blocksScript, s.words, map[string]any{"boxes": told, "insides": insides, "words": s.words.ofBlocks(), "frame": rule})
	}
}

// insideOf are the layers of a block without its name, behind x, which enters it, and how
// many they are; where they are many, the blocks among them stay folded.
func insideOf(layers []nn.LayerInfo, block string) (inside []nn.LayerInfo, size int) {
	const most = 40
	shapes := map[string]tensor.Shape{} // of all before
	names := map[string]string{}        // by which the inside calls them
	for _, l := range layers {
		shapes[l.Name] = l.Shape
		outer, rest, _ := strings.Cut(l.Block, ".")
		if outer != block {
			continue
		}
		from := make([]string, len(l.From))
		for i, name := range l.From {
			if names[name] == "" {
				x := nn.LayerInfo{Name: fmt.Sprint("input", len(names)), Kind: "Input", Recipe: "x", Shape: shapes[name]}
				names[name], inside = x.Name, append(inside, x)
			}
			from[i] = names[name]
		}
		size++
		names[l.Name] = strings.TrimPrefix(l.Name, block+".")
		l.Name, l.Block, l.From = names[l.Name], rest, from
		inside = append(inside, l)
	}
	if len(inside) > most {
		inside = nn.FoldBlocks(inside)
	}
	return inside, size
}
