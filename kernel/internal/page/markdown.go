package page

import (
	"bytes"
	"encoding/base64"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gohugoio/hugo-goldmark-extensions/passthrough"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
	nethtml "golang.org/x/net/html"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// HTML in Markdown is the author's, as that of outputs is; what it asks of the
// network the page's policy refuses.
var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, formulas),
	goldmark.WithRendererOptions(html.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(formulaRenderer{}, 90))))

// formulas keeps Markdown's hands off TeX, wherever Jupyter does.
var formulas = passthrough.New(passthrough.Config{InlineDelimiters: delimiters(false), BlockDelimiters: delimiters(true)})

// environments are those of TeX that are formulas without anything around them.
var environments = []string{"equation", "align", "gather", "alignat", "multline", "eqnarray", "CD"}

func delimiters(block bool) (all []passthrough.Delimiters) {
	for _, f := range fences {
		if f.block == block && !(f.open == `\[` || f.open == `\(`) { // in Markdown these are brackets
			all = append(all, passthrough.Delimiters{Open: f.open, Close: f.close})
		}
	}
	if block {
		for _, e := range environments {
			all = append(all, passthrough.Delimiters{Open: `\begin{` + e + `}`, Close: `\end{` + e + `}`},
				passthrough.Delimiters{Open: `\begin{` + e + `*}`, Close: `\end{` + e + `*}`})
		}
	}
	return all
}

// formulaRenderer lays out what formulas has kept.
type formulaRenderer struct{}

func (formulaRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(passthrough.KindPassthroughInline, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString(formula(string(n.(*passthrough.PassthroughInline).Segment.Value(source)), false))
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
			w.WriteString(formula(b.String(), true))
		}
		return ast.WalkSkipChildren, nil
	})
}

// pictures finds what the pictures of a text are: among a cell's attachments, or
// in files beside the notebook and below. Others are nobody's to hand on with a page:
// the notebook may be another's than who makes the page.
type pictures struct {
	attachments map[string]any // name → MIME type → base64
	dir         string         // of the notebook
}

// convert is Markdown as HTML with its pictures in it.
func (p pictures) convert(text string) (string, error) {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(plain.Text(text)), &b); err != nil {
		return "", err
	}
	return p.embed(b.String()), nil
}

// embed puts pictures into HTML, those of <img> in Markdown's HTML too. One that is
// not there, or on the network, leaves its alternative text.
func (p pictures) embed(text string) string {
	if !strings.Contains(text, "<img") {
		return text
	}
	var out strings.Builder
	for z := nethtml.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		if kind == nethtml.ErrorToken {
			return out.String()
		}
		raw := string(z.Raw())
		if t := z.Token(); (kind == nethtml.StartTagToken || kind == nethtml.SelfClosingTagToken) && t.Data == "img" {
			for i := range t.Attr {
				if t.Attr[i].Key == "src" {
					t.Attr[i].Val = p.find(t.Attr[i].Val)
				}
			}
			raw = t.String()
		}
		out.WriteString(raw)
	}
}

// largest is how many bytes a picture beside the notebook may have in a page.
const largest = 20 << 20

// find is a picture as a URL that holds it, or the URL as it was.
func (p pictures) find(src string) string {
	if name, ok := strings.CutPrefix(src, "attachment:"); ok {
		if plain, err := url.PathUnescape(name); err == nil && p.attachments[name] == nil {
			name = plain
		}
		bundle, _ := p.attachments[name].(map[string]any)
		for kind, data := range bundle {
			if strings.HasPrefix(kind, "image/") {
				return dataURL(kind, ipynb.Text(data))
			}
		}
		return src
	}
	u, err := url.Parse(src)
	if err != nil || u.Scheme != "" || u.Host != "" || !filepath.IsLocal(filepath.FromSlash(u.Path)) {
		return src
	}
	kind := mime.TypeByExtension(strings.ToLower(filepath.Ext(u.Path)))
	path := filepath.Join(p.dir, filepath.FromSlash(u.Path))
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || info.Size() > largest || !strings.HasPrefix(kind, "image/") {
		return src
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return src
	}
	return dataURL(kind, base64.StdEncoding.EncodeToString(data))
}

// dataURL is a picture as a notebook holds it: base64, in lines perhaps, or SVG as
// it is.
func dataURL(kind, data string) string {
	if kind == "image/svg+xml" && strings.Contains(data, "<") {
		data = base64.StdEncoding.EncodeToString([]byte(data))
	}
	return "data:" + kind + ";base64," + strings.Join(strings.Fields(data), "")
}
