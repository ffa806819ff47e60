package viz

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/nnlab-go/lab/internal/plain"
)

// object is one of JavaScript's. ECharts is told what to draw in its own words, those of
// <https://echarts.apache.org/en/option.html>: a library in Go that has a type for each of
// them would be linked into every cell, with the templates by which it writes pages.
type object = map[string]any

// option is the chart for ECharts: the same panels with the same axes, legends and
// marks, with numbers under the mouse, a zoom along the epochs and legends that switch
// lines on and off. How numbers are written stands in option.js, where each axis and each
// line says which way is its own. The title is not ECharts's, which would cut it.
func (c *chart) option() ([]byte, error) {
	var (
		grids, titles, legends, xs, ys, series []object
		forms                                  []object // of the ticks of each y axis
	)
	for i, p := range c.panels {
		at := c.spot(i)
		grids = append(grids, object{"left": at.axes(), "right": at.share(at.right), "top": at.top + c.legendRow() + marginHead, "height": panelHeight - marginHead - marginFoot})
		titles = append(titles, object{"text": plain.Text(p.name), "left": at.share(at.left + space), "top": at.top + 2,
			"textStyle": object{"color": ink, "fontSize": small, "fontWeight": "600", "fontFamily": font}})
		if p.note != "" {
			titles = append(titles, object{"text": plain.Text(p.note), "right": at.share(at.right), "top": at.top + 2,
				"textStyle": object{"color": muted, "fontSize": small, "fontWeight": "normal", "fontFamily": font}})
		}
		y, scale, form := p.yOption()
		y["gridIndex"] = i
		xs, ys, forms = append(xs, c.xOption(i)), append(ys, y), append(forms, form.object())
		names := []string{}
		for j, s := range p.lines {
			name := plain.Text(s.name)
			if len(c.panels) > 1 { // a series of ECharts is known by its name
				name = plain.Text(p.name) + " · " + name
			}
			if !s.quiet {
				names = append(names, name+s.noted())
			}
			line := s.series(i, name+s.noted(), p.powers, scale)
			if marks := c.marked(p); j == 0 && len(marks) > 0 {
				line["markLine"] = markLine(marks)
			}
			series = append(series, line)
		}
		series = append(series, p.judgements(i, scale, c.words)...)
		legend := object{"show": true, "data": names, "right": at.share(at.right), "top": at.top, "textStyle": object{"color": ink, "fontSize": small, "fontFamily": font}}
		if c.legendRow() > 0 {
			legend["top"], legend["width"], legend["align"] = at.top+lineHeight, at.share(at.panel-marginRight-space), "left"
			legend["itemGap"], legend["padding"] = 6, 2
			legend["textStyle"].(object)["width"], legend["textStyle"].(object)["overflow"] = at.panel-marginRight-4*space-legendGap, "truncate"
			if len(p.legendRows(float64(at.panel-marginRight)-space, c.words)) >= mostLegendRows { // more are turned to
				legend["type"] = "scroll"
			}
		}
		if c.column {
			legend["orient"], legend["left"], legend["right"], legend["type"] = "vertical", at.share(at.width-columnWidth+space), "0", "scroll"
		}
		legends = append(legends, legend)
	}
	return json.Marshal(object{
		"backgroundColor": paper,
		"textStyle":       object{"fontFamily": font, "fontSize": small},
		"tooltip":         object{"show": true, "trigger": "axis", "backgroundColor": paper, "borderColor": rule},
		"toolbox": object{"show": true, "feature": object{
			"dataZoom":    object{"show": true, "yAxisIndex": false, "filterMode": "none", "title": object{"zoom": c.words.zoom, "back": c.words.zoomBack}},
			"restore":     object{"show": true, "title": c.words.restore},
			"saveAsImage": object{"show": true, "title": c.words.saveImage},
		}},
		"grid": grids, "title": titles, "legend": legends, "xAxis": xs, "yAxis": ys, "series": series,
		"nnlab": object{"height": c.liveHeight(), "x": c.xName, "x_ticks": c.xAxis().object(), "ticks": forms, "comma": c.words.comma},
	})
}

// spot is where a panel stands in the whole chart, which is as wide as there is room:
// across it ECharts counts in percent.
type spot struct{ left, right, top, width, margin, panel int }

func (c *chart) spot(panel int) spot {
	width, _, _ := c.size()
	columns, panelWidth := c.columns()
	left := panel % columns * panelWidth
	return spot{left: left, right: width - left - panelWidth + marginRight, top: panel/columns*c.rowHeight() + toolboxHeight, width: width, margin: c.marginLeft(), panel: panelWidth}
}

func (p spot) share(x int) string {
	return strconv.FormatFloat(100*float64(x)/float64(p.width), 'f', 2, 64) + "%"
}

// axes is where the axes begin: at the left edge of the chart numbers need the same room
// however narrow it is.
func (p spot) axes() any {
	if p.left == 0 {
		return p.margin
	}
	return p.share(p.left + p.margin)
}

// xOption is the x axis of a panel.
func (c *chart) xOption(panel int) object {
	a := c.xAxis()
	label := object{"color": muted, "fontSize": small, "formatter": acrossFormat}
	if n := len(a.ticks); n > 0 { // an end that is no round number has no label in the picture
		label["showMinLabel"], label["showMaxLabel"] = a.ticks[0] == a.low, a.ticks[n-1] == a.high
		if textWidth(c.words.tick(a.ticks[n-1], a.tickForm), small) > 2*marginRight {
			label["alignMaxLabel"] = "right"
		}
	}
	x := object{"type": "value", "gridIndex": panel, "name": c.xName, "nameLocation": "middle", "nameGap": 26, "min": a.low, "max": a.high,
		"axisLine": object{"lineStyle": object{"color": rule}}, "splitLine": object{"show": false}, "axisLabel": label}
	if c.whole {
		x["minInterval"], label["formatter"] = 1, wholeFormat
	}
	return x
}

// yOption is the y axis of the panel, by what its values are multiplied on it, and how its
// ticks are written.
func (p panel) yOption() (y object, scale float64, form tickForm) {
	a, format := p.yAxis(), numberFormat
	scale = 1
	switch {
	case p.fraction:
		format, scale = percentFormat, 100
	case p.powers:
		format = powerFormat
	}
	y = object{"type": "value", "min": scale * a.low, "max": scale * a.high, "axisLine": object{"show": false},
		"axisLabel": object{"color": muted, "fontSize": small, "formatter": format}, "splitLine": object{"show": true, "lineStyle": object{"color": faint}}}
	if p.powers {
		y["type"], y["min"], y["max"] = "log", math.Pow(10, a.low), math.Pow(10, a.high)
	}
	return y, scale, a.tickForm
}

// object is the form as option.js is told it.
func (f tickForm) object() object { return object{"step": f.step, "power": f.power} }

// toolboxHeight is the room of the buttons over the panels.
const toolboxHeight = 22

// liveHeight is that of the buttons and the panels.
func (c *chart) liveHeight() int {
	_, height, head := c.size()
	return height - head + toolboxHeight
}

// How numbers are written, by the names that option.js has for it.
const (
	numberFormat  = "number"
	acrossFormat  = "across" // along the x axis
	wholeFormat   = "whole"
	percentFormat = "percent"
	powerFormat   = "power"
)

// series is the line in a panel.
func (s line) series(panel int, name string, powers bool, scale float64) object {
	data := make([]object, len(s.points))
	for j, q := range s.points {
		v := scale * q.y
		if powers && v <= 0 { // no place on a logarithmic axis
			v = math.NaN()
		}
		data[j] = object{"value": []any{finite(q.x), finite(v)}, "symbol": "none"}
	}
	if n := len(data); n > 0 && !s.quiet {
		data[n-1]["symbol"], data[n-1]["symbolSize"] = "circle", 6
	}
	kind := "solid"
	if s.dashed {
		kind = "dashed"
	}
	return object{"type": "line", "name": name, "xAxisIndex": panel, "yAxisIndex": panel, "showSymbol": true, "data": data,
		"lineStyle": object{"color": s.colour, "type": kind, "width": s.width()}, "itemStyle": object{"color": s.colour}}
}

// markLine are the marks of a panel, which its first line has.
func markLine(marks []mark) object {
	data := make([]object, len(marks))
	for i, m := range marks {
		data[i] = object{"name": m.text, "xAxis": m.x}
	}
	return object{"data": data, "symbol": []string{"none", "none"}, "lineStyle": object{"color": rule, "type": "dotted"},
		"label": object{"show": true, "formatter": "{b}", "color": muted, "fontSize": small}}
}
