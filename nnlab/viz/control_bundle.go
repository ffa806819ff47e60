package viz

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// controlScript puts the control in the picture's place once the kernel listens,
// says while it does not, and disables it when the cell has ended. What was done to
// the control reaches the cell once, also where messages are lost.
//
//go:embed control.js
var controlScript string

// bundle is the control in every form, live while it can be moved.
func (c *Control) bundle(live bool) (notebook.Bundle, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.figure(live)
	b := notebook.Bundle{notebook.Plain: plain.Text(f.Alt), notebook.SVG: f.SVG, notebook.HTML: f.picture()}
	kernel := notebook.KernelID()
	if !live || kernel == "" {
		return b, nil
	}
	set, err := json.Marshal(map[string]any{"id": c.id, "kernel": kernel, "label": c.label, "button": c.button, "labels": c.labels,
		"lo": c.lo, "hi": c.hi, "value": c.value, "log": c.logarithmic, "comma": c.words.comma, "offline": c.words.offline})
	if err != nil {
		return nil, err
	}
	b[notebook.HTML] = fmt.Sprintf(`<div>%s<div id="%s" style="display:none;margin:6px 4px;color:var(--jp-ui-font-color1,%s);font-size:13px"></div></div>`+"\n<script>\n%s</script>",
		f.picture(), c.id, ink, strings.NewReplacer("SETTING", string(set), "NUMBERS", numbersScript).Replace(controlScript))
	return b, nil
}

// says is the control in words.
func (c *Control) says() string {
	w := c.words
	if c.labels != nil {
		return c.label + ": “" + strings.Join(c.labels, "”, “") + "”"
	}
	if c.button {
		return w.button + " “" + c.label + "”"
	}
	return fmt.Sprintf("%s “%s”: %s %s %s · %s", w.slider, c.label, w.short(c.lo), w.to, w.short(c.hi), w.short(c.value))
}

// short writes a number with three digits that count, as the page does.
func (w words) short(v float64) string {
	switch a := math.Abs(v); {
	case v == 0 || !isNumber(v):
		return w.number("%g", v)
	case a < 1e-7 || a >= largeNumber*(1-5e-7):
		return w.withPower(v)
	}
	digits := max(0, 2-int(math.Floor(math.Log10(math.Abs(v)))))
	s := w.number(fmt.Sprintf("%%.%df", digits), v)
	if digits > 0 {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".,")
	}
	return s
}

const (
	controlWidth  = 520
	controlHeight = 34
)

// figure is the picture of the control.
func (c *Control) figure(live bool) *Figure {
	alt := c.says()
	if c.button && !live && c.labels == nil {
		alt += ": " + c.words.notPressed
		if c.moved {
			alt = c.says() + ": " + c.words.pressed
		}
	}
	d := newDrawing(controlWidth, controlHeight, alt)
	if c.labels != nil {
		d.text(4, 21, "start", "", c.label)
		x := 4 + textWidth(c.label, small) + 8
		for _, label := range c.labels {
			width := textWidth(label, small) + 16
			d.rect(x, 4, width, 26, faint)
			d.text(x+width/2, 21, "middle", "", label)
			x += width + 6
		}
		return &Figure{SVG: d.end(), Alt: alt}
	}
	if c.button {
		width := 24 + 7*float64(len([]rune(c.label)))
		d.rect(4, 4, width, 26, faint)
		d.text(4+width/2, 21, "middle", "", c.label)
		if c.moved {
			d.text(16+width, 21, "start", "", c.words.pressed)
		}
		return &Figure{SVG: d.end(), Alt: alt}
	}
	const from, to = 190.0, 430.0
	share := (c.value - c.lo) / (c.hi - c.lo)
	if c.logarithmic {
		share = math.Log(c.value/c.lo) / math.Log(c.hi/c.lo)
	}
	at := from + (to-from)*min(max(share, 0), 1)
	d.text(4, 21, "start", "", c.label)
	d.rect(from, 15, to-from, 4, faint)
	fmt.Fprintf(d, `<circle cx="%.1f" cy="17" r="7" fill="%s"/>`, at, ink)
	d.text(to+14, 21, "start", "", c.words.short(c.value))
	return &Figure{SVG: d.end(), Alt: alt}
}
