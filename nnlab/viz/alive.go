package viz

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
)

// alive is what a figure needs to be moved by who reads it: the script of its kind, and
// what the script is told. All of it stands in the page, since the cell that has drawn the
// figure has ended, and so it works in a saved notebook and in nbconvert's page too. The
// script begins with the picture itself, which is not said twice.
type alive struct {
	script string // a function of what alive.js has for all kinds
	given  map[string]any
}

// aliveScript puts the picture into the page as elements, in the page's colours.
//
//go:embed alive.js
var aliveScript string

// aliveWords are what the kinds have in common say.
type aliveWords struct {
	Hint  string `json:"hint"` // how it is moved
	First string `json:"first"`
	Back  string `json:"back"`
	On    string `json:"on"`
	Play  string `json:"play"`
	Pause string `json:"pause"`
}

var aliveIn = map[bool]aliveWords{
	true:  {"passe o mouse, ou use Tab e as setas do teclado", "ao começo", "voltar", "avançar", "animar", "parar"},
	false: {"move the mouse, or use Tab and the arrow keys", "to the beginning", "back", "on", "play", "pause"},
}

// movedBy makes a figure one that a script moves, which is told what it is given.
func (f *Figure) movedBy(script string, w words, given map[string]any) *Figure {
	given["common"] = aliveIn[w.comma]
	f.alive = &alive{script, given}
	return f
}

// budget is how many bytes of a notebook a figure takes by default: twice its picture, once
// in base64, and what its script is told. What has no room is left out.
const budget = 290_000

// room is how many bytes a figure with that picture may tell its script.
func room(svg string) int {
	return budget - len(svg)*7/3 - len(aliveScript) - len(numbersScript) - 10_000
}

// page is the figure with its script, which hides the picture only once what can be moved
// stands in its place. JupyterLab leaves it its keys.
func (a *alive) page(f *Figure, id string) (string, error) {
	given := map[string]any{"id": id, "widest": widest, "narrowest": narrowest}
	maps.Copy(given, a.given)
	var packed bytes.Buffer // drawings are alike: a tenth as long
	z := gzip.NewWriter(&packed)
	if err := errors.Join(json.NewEncoder(z).Encode(given), z.Close()); err != nil {
		return "", err
	}
	return fmt.Sprintf(`<div>%s%s<div id="%s" style="display:none;overflow-x:auto;font:%gpx %s"></div></div>`+"\n<script>\n%s</script>",
		themed, f.picture(), id, large, escape(font),
		strings.NewReplacer("GIVEN", base64.StdEncoding.EncodeToString(packed.Bytes()), "KIND", strings.TrimSpace(a.script), "NUMBERS", numbersScript).Replace(aliveScript)), nil
}
