// Package page writes a notebook as one HTML file that asks nothing of the
// network.
package page

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

//go:embed page.html
var source string

var layout = template.Must(template.New("page").Parse(source))

// block is a cell or an output, ready to be shown.
type block struct {
	Kind          string // "markdown", "code", "html", "image", "text", "stderr", "error"
	HTML          template.HTML
	Text          string
	URL           template.URL
	Alt           string
	Width, Height string // of an image, in pixels; "" where they are not known
}

// Write writes the notebook to a file, whole or not at all. Pictures that its text
// names lie beside it, in dir, or below.
func Write(path string, nb ipynb.Notebook, title, dir string) error {
	var blocks []block
	for i, c := range nb.Cells() {
		shown, err := cell(c, dir)
		if err != nil {
			return fmt.Errorf("%s: célula %d: %w", title, i+1, err)
		}
		blocks = append(blocks, shown...)
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, map[string]any{"Title": plain.Line(title), "Blocks": blocks}); err != nil {
		return err
	}
	return ipynb.WriteFile(path, b.Bytes())
}

// cell shows a cell with its outputs.
func cell(c ipynb.Cell, dir string) (shown []block, err error) {
	p := pictures{dir: dir}
	p.attachments, _ = c["attachments"].(map[string]any)
	text := c.Source()
	switch {
	case text == "":
		return nil, nil
	case c["cell_type"] == "markdown":
		html, err := p.convert(text)
		return []block{{Kind: "markdown", HTML: template.HTML(html)}}, err
	case c["cell_type"] == "raw":
		return []block{{Kind: "text", Text: plain.Text(text)}}, nil
	case !c.IsCode():
		return nil, nil
	}
	shown = []block{{Kind: "code", Text: plain.Text(text)}}
	for _, o := range c.Outputs() {
		b, err := show(o, p)
		if err != nil {
			return nil, err
		}
		if b.Text != "" || b.Kind == "image" || b.HTML != "" {
			shown = append(shown, b)
		}
	}
	return shown, nil
}
