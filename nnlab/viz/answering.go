package viz

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// answeringScript puts a figure that answers clicks and keys in its picture's place: stepsScript
// is one that is gone through step by step, cellsScript one whose cells are chosen, pointsScript
// one whose points are.
var (
	//go:embed answering.js
	answeringScript string
	//go:embed steps.js
	stepsScript string
	//go:embed cells.js
	cellsScript string
	//go:embed points.js
	pointsScript string
)

// answering is the form of a figure that answers, from what lies in the page: also in a saved
// notebook, where no cell runs, and in any page that runs scripts.
type answering struct {
	script string         // a function make(place, set, tools); see answering.js
	set    map[string]any // what it is told
}

// scene is a picture of a figure that is gone through, with what each step says. Parts of the
// drawing have data-from and data-to, the steps between which they are there.
type scene struct {
	Name string   `json:"name"`
	SVG  string   `json:"svg"`
	Says []string `json:"says"`
}

// steps makes a figure one that is gone through scene by scene, step by step. The words
// name what the button for the next scene brings.
func (f *Figure) steps(w words, next string, scenes []scene) *Figure {
	for i := range scenes {
		scenes[i].SVG = inPage(scenes[i].SVG)
	}
	f.answering = &answering{stepsScript, map[string]any{"scenes": scenes,
		"words": map[string]string{"first": w.toBegin, "back": w.back, "on": w.onward, "next": next, "step": w.step}}}
	return f
}

// inPage is a drawing as it stands in a page itself, where the theme's colours are put in by
// the script, and a style would be one of the whole page.
func inPage(svg string) string { return strings.Replace(svg, style, "", 1) }

// answeringPage is the figure's picture with the script that puts the living one in its place.
func (f *Figure) answeringPage(id string) (string, error) {
	set := map[string]any{"id": id, "dark": dark, "paper": paper, "ink": ink, "rule": rule}
	for k, v := range f.answering.set {
		set[k] = v
	}
	var packed bytes.Buffer // drawings alike, a tenth as long
	z := gzip.NewWriter(&packed)
	if err := errors.Join(json.NewEncoder(z).Encode(set), z.Close()); err != nil {
		return "", err
	}
	return fmt.Sprintf(`<div>%s%s<div id="%s" role="group" aria-label="%s" style="display:none;max-width:%dpx;font:%gpx %s"></div></div>`+"\n<script>\n%s</script>",
		themed, f.picture(), id, escape(f.Alt), f.width, large, escape(font),
		strings.NewReplacer("SETTING", base64.StdEncoding.EncodeToString(packed.Bytes()), "FIGURE", f.answering.script).Replace(answeringScript)), nil
}

// answeringBundle is the figure in every form, where it answers.
func (f *Figure) answeringBundle(id string) (notebook.Bundle, error) {
	html, err := f.answeringPage(id)
	if err != nil {
		return nil, err
	}
	return notebook.Bundle{notebook.Plain: plain.Text(f.Alt), notebook.SVG: f.SVG, notebook.HTML: html}, nil
}
