package viz

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// alive is what a figure needs to be moved by who reads it: the script of its kind, and
// what the script is told. All of it stands in the page, since the cell that has drawn the
// figure has ended, and so it works in a saved notebook and in nbconvert's page too. The
// script begins with the picture itself, which is not said twice.
type alive struct {
	script string
	data   any
	words  words
}

// budget is how many bytes of a notebook a figure takes by default: twice its picture, once
// in base64, and what its script is told. What has no room is left out.
const budget = 290_000

// room is how many bytes a figure with that picture may tell its script.
func room(svg string) int { return budget - len(svg)*7/3 - len(aliveScript) - 10_000 }

// aliveScript puts the picture into the page as elements, in the page's colours.
//
//go:embed alive.js
var aliveScript string

// aliveWords are what the parts have in common say.
type aliveWords struct {
	Language string `json:"language"`
	Hint     string `json:"hint"` // how it is moved
	Back     string `json:"back"`
	Next     string `json:"next"`
	Play     string `json:"play"`
	Pause    string `json:"pause"`
}

var aliveIn = map[bool]aliveWords{
	true:  {"pt-BR", "passe o mouse, ou use Tab e as setas do teclado", "anterior", "próximo", "animar", "parar"},
	false: {"en", "move the mouse, or use Tab and the arrow keys", "back", "next", "play", "pause"},
}

// page is the figure with its script, which hides the picture only once what can be moved
// stands in its place.
func (a *alive) page(f *Figure, id string) (string, error) {
	var given bytes.Buffer
	encoder := json.NewEncoder(&given)
	encoder.SetEscapeHTML(false) // it would double the size; what ends a script is broken up below
	err := encoder.Encode(map[string]any{"id": id, "widest": widest, "words": aliveIn[a.words.comma], "data": a.data})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`<div>%s%s<div id="%s" style="display:none"></div></div>`+"\n<script>\n%s</script>", themed, f.picture(), id,
		strings.NewReplacer("GIVEN", strings.ReplaceAll(strings.TrimSpace(given.String()), "</", `<\/`), "ALIVE", aliveScript, "KIND", a.script).Replace("(() => {\nconst given = GIVEN;\nALIVE\nKIND\n})();\n")), nil
}
