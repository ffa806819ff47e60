package page

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// show takes the richest form of an output that a page can show. The HTML of an
// output is that of our own run and is trusted.
func show(o ipynb.Output, p pictures) (block, error) {
	switch o["output_type"] {
	case "stream":
		kind := "text"
		if o["name"] == "stderr" {
			kind = "stderr"
		}
		return block{Kind: kind, Text: plain.Text(ipynb.Text(o["text"]))}, nil
	case "error":
		return block{Kind: "error", Text: plain.Text(lines(o["traceback"]))}, nil
	}
	data := o.Data()
	text := func(kind string) string { return ipynb.Text(data[kind]) }
	alt := plain.Text(text("text/plain"))
	if html := text("text/html"); html != "" {
		return block{Kind: "html", HTML: template.HTML(html)}, nil
	}
	for _, kind := range pictureTypes(data) {
		metadata, _ := o["metadata"].(map[string]any)
		size, _ := metadata[kind].(map[string]any)
		return block{Kind: "image", URL: template.URL(dataURL(kind, text(kind))), Alt: alt, Width: pixels(size["width"]), Height: pixels(size["height"])}, nil
	}
	if md := text("text/markdown"); md != "" {
		html, err := p.convert(md)
		return block{Kind: "markdown", HTML: template.HTML(html)}, err
	}
	if tex := text("text/latex"); tex != "" {
		return block{Kind: "html", HTML: template.HTML(formula(tex, true))}, nil
	}
	return block{Kind: "text", Text: alt}, nil
}

// pictureTypes are the types of pictures in a bundle, drawings first, as Jupyter
// prefers them.
func pictureTypes(data map[string]any) []string {
	found := slices.DeleteFunc(slices.Sorted(maps.Keys(data)), func(kind string) bool {
		return !strings.HasPrefix(kind, "image/") || ipynb.Text(data[kind]) == ""
	})
	for _, first := range []string{"image/jpeg", "image/png", "image/svg+xml"} {
		if i := slices.Index(found, first); i > 0 {
			found = slices.Insert(slices.Delete(found, i, i+1), 0, first)
		}
	}
	return found
}

// pixels is a size that an output's metadata give, "" where they give none.
func pixels(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// lines puts a line end behind each line of a traceback.
func lines(traceback any) string {
	list, ok := traceback.([]any)
	if !ok {
		return ipynb.Text(traceback)
	}
	var b strings.Builder
	for _, l := range list {
		fmt.Fprintln(&b, l)
	}
	return b.String()
}
