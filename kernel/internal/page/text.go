package page

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/gohugoio/hugo-goldmark-extensions/passthrough"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// formulas keeps Markdown's hands off what stands between dollar signs.
var formulas = passthrough.New(passthrough.Config{
	InlineDelimiters: []passthrough.Delimiters{{Open: "$", Close: "$"}},
	BlockDelimiters:  []passthrough.Delimiters{{Open: "$$", Close: "$$"}},
})

// formulaRenderer shows formulas as they were written, in a class of their own:
// no library that lays TeX out without the network and without a browser's
// script is kept well enough to depend on.
type formulaRenderer struct{}

func (formulaRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(passthrough.KindPassthroughInline, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			node := n.(*passthrough.PassthroughInline)
			writeFormula(w, "span", string(node.Segment.Value(source)))
		}
		return ast.WalkContinue, nil
	})
	r.Register(passthrough.KindPassthroughBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			var b strings.Builder
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				b.Write(line.Value(source))
			}
			writeFormula(w, "div", b.String())
		}
		return ast.WalkSkipChildren, nil
	})
}

func writeFormula(w util.BufWriter, element, tex string) {
	text := string(util.EscapeHTML([]byte(readable(strings.Trim(tex, "$ \n")))))
	text = below.ReplaceAllString(text, "<sub>$1$2</sub>")
	text = above.ReplaceAllString(text, "<sup>$1$2</sup>")
	fmt.Fprintf(w, `<%s class="math">%s</%s>`, element, text, element)
}

// words are the commands of TeX that have a letter or a sign of their own.
var words = map[string]string{
	"partial": "∂", "delta": "δ", "eta": "η", "alpha": "α", "sum": "Σ", "odot": "⊙", "cdot": "·", "times": "×",
	"approx": "≈", "quad": "  ", "qquad": "    ", "Delta": "Δ", "sigma": "σ", "log": "log ", "theta": "θ", "le": "≤", "ge": "≥", "in": "∈",
	"prod": "Π", "max": "max", "infty": "∞", "varepsilon": "ε", "Longrightarrow": "⟹", "left": "", "right": "",
}

var (
	fraction = regexp.MustCompile(`\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}`)
	below    = regexp.MustCompile(`_(?:\{([^{}]*)\}|(\pL|\d))`)
	above    = regexp.MustCompile(`\^(?:\{([^{}]*)\}|(\pL|\d))`)
	word     = regexp.MustCompile(`\\([A-Za-z]+) ?`)
	spacing  = regexp.MustCompile(`\\[,;! ]`)
)

// readable writes simple TeX as one would on a line of text.
func readable(tex string) string {
	tex = fraction.ReplaceAllString(tex, "($1)/($2)")
	tex = spacing.ReplaceAllString(tex, " ")
	return word.ReplaceAllStringFunc(tex, func(w string) string {
		if s, ok := words[strings.Trim(w, `\ `)]; ok {
			return s
		}
		return w
	})
}

// joined puts a line end behind each line of a traceback.
func joined(traceback any) any {
	lines, ok := traceback.([]any)
	if !ok {
		return traceback
	}
	out := make([]any, len(lines))
	for i, l := range lines {
		out[i] = fmt.Sprintln(l)
	}
	return out
}
