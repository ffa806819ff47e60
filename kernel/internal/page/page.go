// Package page writes a notebook as one HTML file that asks nothing of the
// network.
package page

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

//go:embed page.html
var source string

var layout = template.Must(template.New("page").Parse(source))

var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM, formulas),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(formulaRenderer{}, 90))))

// block is a cell or an output, ready to be shown.
type block struct {
	Kind string // "markdown", "code", "html", "image", "svg", "text", "stderr", "error"
	HTML template.HTML
	Text string
	URL  template.URL
	Alt  string
}

// Write writes the notebook to a file, whole or not at all.
func Write(path string, nb ipynb.Notebook, title string) error {
	var blocks []block
	for _, c := range nb.Cells() {
		if c["cell_type"] == "markdown" {
			var b bytes.Buffer
			if err := markdown.Convert([]byte(c.Source()), &b); err != nil {
				return fmt.Errorf("%s: %w", title, err)
			}
			blocks = append(blocks, block{Kind: "markdown", HTML: template.HTML(b.String())})
		}
		if !c.IsCode() || c.Source() == "" {
			continue
		}
		blocks = append(blocks, block{Kind: "code", Text: c.Source()})
		for _, o := range c.Outputs() {
			blocks = append(blocks, show(o))
		}
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, map[string]any{"Title": title, "Blocks": blocks}); err != nil {
		return err
	}
	return renameio.WriteFile(path, b.Bytes(), 0o644)
}

// show takes the richest form that a page can show. The HTML of an output is
// that of our own run and is trusted.
func show(o ipynb.Output) block {
	switch o["output_type"] {
	case "stream":
		kind := "text"
		if o["name"] == "stderr" {
			kind = "stderr"
		}
		return block{Kind: kind, Text: ipynb.Plain(ipynb.Text(o["text"]))}
	case "error":
		return block{Kind: "error", Text: ipynb.Plain(ipynb.Text(joined(o["traceback"])))}
	}
	data := o.Data()
	alt := ipynb.Text(data["text/plain"])
	if html := ipynb.Text(data["text/html"]); html != "" {
		return block{Kind: "html", HTML: template.HTML(html)}
	}
	if png := ipynb.Text(data["image/png"]); png != "" {
		return block{Kind: "image", URL: template.URL("data:image/png;base64," + strings.TrimSpace(png)), Alt: alt}
	}
	if svg := ipynb.Text(data["image/svg+xml"]); svg != "" {
		return block{Kind: "html", HTML: template.HTML(svg)}
	}
	return block{Kind: "text", Text: alt}
}
