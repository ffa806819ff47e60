package viz

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// What shows where, tried in JupyterLab: an untrusted notebook strips inline SVG
// and scripts but keeps an <img> with its data in it, and so do nbconvert's pages
// and viewers without scripts. So that is the picture. A trusted page runs the
// script, which hides the picture only once the interactive chart stands in its
// place; whatever fails, the picture stays.

// narrowest is the part of its width to which a figure narrows with its page: who has made
// the page's letters twice as large still reads those of the figure. What has no room then
// is moved sideways, and so is a figure that is wider than any page is asked to be.
const narrowest = 2. / 3

// picture is the figure without scripts.
func (f *Figure) picture() string {
	width := fmt.Sprintf("max-width:100%%;min-width:%.0fpx", narrowest*float64(f.width))
	if f.width > widest {
		width = "max-width:none"
	}
	return fmt.Sprintf(`<div style="overflow-x:auto"><img class="nnlab" style="%s" alt="%s" src="data:image/svg+xml;base64,%s"></div>`,
		width, escape(f.Alt), base64.StdEncoding.EncodeToString([]byte(f.SVG)))
}

// themed has the pictures follow the front end's theme and not the browser's: JupyterLab
// and VS Code say theirs at the page's body.
const themed = `<style>body[data-jp-theme-light="true"] img.nnlab,body.vscode-light img.nnlab{color-scheme:light}` +
	`body[data-jp-theme-light="false"] img.nnlab,body.vscode-dark img.nnlab{color-scheme:dark}</style>`

// chartScript and optionScript make a picture interactive where JupyterLab is.
var (
	//go:embed chart.js
	chartScript string
	//go:embed option.js
	optionScript string
)

// numbersScript is how numbers are written by all scripts, in which it stands.
//
//go:embed numbers.js
var numbersScript string

// bundle is the figure in every form. The id must be of this figure alone.
func (f *Figure) bundle(id string) (notebook.Bundle, error) {
	b := notebook.Bundle{notebook.Plain: plain.Text(f.Alt), notebook.SVG: f.SVG, notebook.HTML: themed + f.picture()}
	if f.alive != nil {
		page, err := f.alive.page(f, id)
		b[notebook.HTML] = page
		return b, err
	}
	if f.interactive == nil || os.Getenv("NNLAB_ECHARTS") != "1" {
		return b, nil
	}
	option, err := f.interactive.option()
	if err != nil {
		return nil, err
	}
	setting, err := json.Marshal(f.setting(id, option))
	if err != nil {
		return nil, err
	}
	b[notebook.HTML] = fmt.Sprintf(`<div>%s%s<div id="%s" style="display:none;overflow-x:auto;max-width:%dpx">`+
		`<div style="font:%gpx %s;padding:4px %gpx 0">%s</div><div role="img" aria-label="%s" style="width:100%%;min-width:%.0fpx;height:%dpx"></div></div></div>`+"\n<script>\n%s</script>",
		themed, f.picture(), id, f.width, large, escape(font), space, escape(f.interactive.title), escape(f.Alt), narrowest*float64(f.width), f.interactive.liveHeight(),
		strings.NewReplacer("SETTING", string(setting), "OPTION", numbersScript+optionScript).Replace(chartScript))
	return b, nil
}

// setting is what the scripts are told.
func (f *Figure) setting(id string, option []byte) map[string]any {
	return map[string]any{"id": id, "option": json.RawMessage(option), "dark": dark, "paper": paper, "ink": ink, "muted": muted, "rule": rule}
}
