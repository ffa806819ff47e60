package page

import (
	_ "embed"
	"fmt"
	"html"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

//go:embed katex/katex.min.js
var katex string

// layOut lays TeX out as MathML, with KaTeX in a JavaScript machine of its own:
// it takes a tenth of a second to start, once, and only where there is a formula.
// What KaTeX does not know it shows as it was written, in its colour of errors.
var layOut = sync.OnceValue(func() func(tex string, block bool) (string, error) {
	vm := goja.New()
	_, err := vm.RunScript("katex.min.js", "var module = {exports: {}}, exports = module.exports;"+katex+";var katex = module.exports")
	var render goja.Callable
	if err == nil {
		var ok bool
		if render, ok = goja.AssertFunction(vm.Get("katex").ToObject(vm).Get("renderToString")); !ok {
			err = fmt.Errorf("katex has no renderToString")
		}
	}
	var one sync.Mutex // a machine is for one goroutine
	return func(tex string, block bool) (string, error) {
		if err != nil {
			return "", err
		}
		one.Lock()
		defer one.Unlock()
		v, err := render(goja.Undefined(), vm.ToValue(tex), vm.ToValue(map[string]any{
			"output": "mathml", "displayMode": block, "throwOnError": false, "strict": false, "trust": false, "maxExpand": 1000}))
		if err != nil {
			return "", err
		}
		return v.String(), nil
	}
})

// formula is TeX as HTML.
func formula(tex string, block bool) string {
	tex, block = bare(tex, block)
	text, err := layOut()(tex, block)
	if err != nil { // a mistake in KaTeX itself
		text = html.EscapeString(tex)
	}
	if block {
		return `<div class="math">` + text + `</div>`
	}
	return `<span class="math">` + text + `</span>`
}

// fences stand around a formula, in a notebook's Markdown and in outputs.
var fences = []struct {
	open, close string
	block       bool
}{{"$$", "$$", true}, {`\\[`, `\\]`, true}, {`\[`, `\]`, true}, {"$", "$", false}, {`\\(`, `\\)`, false}, {`\(`, `\)`, false}}

// bare is a formula without what stands around it, and whether it stands on lines
// of its own.
func bare(tex string, block bool) (string, bool) {
	tex = strings.TrimSpace(tex)
	for _, f := range fences {
		if len(tex) >= len(f.open)+len(f.close) && strings.HasPrefix(tex, f.open) && strings.HasSuffix(tex, f.close) {
			return strings.TrimSpace(tex[len(f.open) : len(tex)-len(f.close)]), f.block || block
		}
	}
	return tex, block || strings.HasPrefix(tex, `\begin{`)
}
