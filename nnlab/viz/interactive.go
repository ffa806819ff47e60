package viz

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"github.com/nnlab-go/lab/internal/plain"
)

// option is the chart for ECharts: the same panels with the same axes, legends and
// marks, with numbers under the mouse, a zoom along the epochs and legends that switch
// lines on and off. How numbers are written stands in option.js, where each axis and each
// line says which way is its own. The title is not ECharts's, which would cut it.
func (c *chart) option() ([]byte, error) {
	yes := opts.Bool(true)
	l := charts.NewLine()
	width, _, _ := c.size()
	columns, panelWidth := c.columns()
	share := func(x int) string { return strconv.FormatFloat(100*float64(x)/float64(width), 'f', 2, 64) + "%" }
	l.SetGlobalOptions(
		charts.WithInitializationOpts(opts.Initialization{BackgroundColor: paper}),
		charts.WithTooltipOpts(opts.Tooltip{Show: yes, Trigger: "axis", BackgroundColor: paper, BorderColor: rule}),
		charts.WithToolboxOpts(opts.Toolbox{Show: yes, Feature: &opts.ToolBoxFeature{
			DataZoom:    &opts.ToolBoxFeatureDataZoom{Show: yes, YAxisIndex: false, Title: map[string]string{"zoom": c.words.zoom, "back": c.words.zoomBack}},
			Restore:     &opts.ToolBoxFeatureRestore{Show: yes, Title: c.words.restore},
			SaveAsImage: &opts.ToolBoxFeatureSaveAsImage{Show: yes, Title: c.words.saveImage}}}),
	)
	var (
		grids   []opts.Grid
		titles  []opts.Title
		legends []opts.Legend
		steps   []float64 // from tick to tick of each y axis
	)
	ax := c.xAxis()
	line := &opts.AxisLine{LineStyle: &opts.LineStyle{Color: rule}}
	for i, p := range c.panels {
		left, top := i%columns*panelWidth, i/columns*panelHeight+toolboxHeight
		right := width - left - panelWidth + marginRight
		grids = append(grids, opts.Grid{Left: share(left + marginLeft), Right: share(right), Top: strconv.Itoa(top + marginHead), Height: strconv.Itoa(panelHeight - marginHead - marginFoot)})
		titles = append(titles, opts.Title{Title: plain.Text(p.name), Left: share(left + space), Top: strconv.Itoa(top + 2),
			TitleStyle: &opts.TextStyle{Color: ink, FontSize: small, FontWeight: "600", FontFamily: font}})
		legend := opts.Legend{Show: yes, Right: share(right), Top: strconv.Itoa(top), TextStyle: &opts.TextStyle{Color: ink, FontSize: small, FontFamily: font}}
		if c.column {
			legend.Orient, legend.Left, legend.Right, legend.Type = "vertical", share(width-columnWidth+space), "0", "scroll"
		}
		x := opts.XAxis{Type: "value", GridIndex: i, Name: c.xName, AxisLine: line, NameLocation: "middle", NameGap: 26, Min: ax.low, Max: ax.high,
			SplitLine: &opts.SplitLine{Show: opts.Bool(false)}, AxisLabel: &opts.AxisLabel{Color: muted, FontSize: small, Formatter: numberFormat}}
		if n := len(ax.ticks); n > 0 { // an end that is no round number has no label in the picture
			x.AxisLabel.ShowMinLabel, x.AxisLabel.ShowMaxLabel = opts.Bool(ax.ticks[0] == ax.low), opts.Bool(ax.ticks[n-1] == ax.high)
		}
		if c.whole {
			x.MinInterval, x.AxisLabel.Formatter = 1, wholeFormat
		}
		ay, format, scale := p.yAxis(), types.FuncStr(numberFormat), 1.
		switch {
		case p.fraction:
			format, scale = percentFormat, 100
		case p.powers:
			format = powerFormat
		}
		y := opts.YAxis{Type: "value", GridIndex: i, Min: scale * ay.low, Max: scale * ay.high, AxisLine: &opts.AxisLine{Show: opts.Bool(false)},
			AxisLabel: &opts.AxisLabel{Color: muted, FontSize: small, Formatter: format}, SplitLine: &opts.SplitLine{Show: yes, LineStyle: &opts.LineStyle{Color: faint}}}
		steps = append(steps, scale*ay.step)
		if p.powers {
			y.Type, y.Min, y.Max = "log", math.Pow(10, ay.low), math.Pow(10, ay.high)
		}
		if i == 0 {
			l.SetGlobalOptions(charts.WithXAxisOpts(x), charts.WithYAxisOpts(y))
		} else {
			l.ExtendXAxis(x)
			l.ExtendYAxis(y)
		}
		var names []string
		for j, s := range p.lines {
			name := plain.Text(s.name)
			if len(c.panels) > 1 { // a series of ECharts is known by its name
				name = plain.Text(p.name) + " · " + name
			}
			if !s.quiet {
				names = append(names, name)
			}
			c.addLine(l, i, j == 0, name, s, p.powers, scale)
		}
		legend.Data = names
		legends = append(legends, legend)
	}
	l.SetGlobalOptions(charts.WithGridOpts(grids...))
	l.Validate()
	whole := l.JSON()
	whole["title"], whole["legend"] = titles, legends // go-echarts has one of each
	whole["textStyle"] = opts.TextStyle{FontFamily: font, FontSize: small}
	whole["nnlab"] = map[string]any{"height": c.liveHeight(), "x": c.xName, "steps": steps, "comma": c.words.comma}
	return json.Marshal(whole)
}

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
	wholeFormat   = "whole"
	percentFormat = "percent"
	powerFormat   = "power"
)

// addLine adds a line to panel i; the first of a panel has the marks.
func (c *chart) addLine(l *charts.Line, i int, first bool, name string, s line, powers bool, scale float64) {
	data := make([]opts.LineData, len(s.points))
	for j, q := range s.points {
		v := scale * q.y
		if powers {
			if v = math.Pow(10, q.y); v == 0 { // no place on a logarithmic axis
				v = math.NaN()
			}
		}
		data[j] = opts.LineData{Value: []any{round(q.x), finite(v)}, Symbol: "none"}
	}
	if n := len(data); n > 0 && !s.quiet {
		data[n-1].Symbol, data[n-1].SymbolSize = "circle", 6
	}
	kind := "solid"
	if s.dashed {
		kind = "dashed"
	}
	options := []charts.SeriesOpts{
		charts.WithLineChartOpts(opts.LineChart{XAxisIndex: i, YAxisIndex: i, ShowSymbol: opts.Bool(true)}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: s.colour, Type: kind, Width: float32(s.width())}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: s.colour}),
	}
	if first && len(c.marks) > 0 {
		for _, m := range c.marks {
			options = append(options, charts.WithMarkLineNameXAxisItemOpts(opts.MarkLineNameXAxisItem{Name: m.text, XAxis: m.x}))
		}
		options = append(options, charts.WithMarkLineStyleOpts(opts.MarkLineStyle{Symbol: []string{"none", "none"},
			Label:     &opts.Label{Show: opts.Bool(true), Formatter: "{b}", Color: muted, FontSize: small},
			LineStyle: &opts.LineStyle{Color: rule, Type: "dotted"}}))
	}
	l.AddSeries(name, data, options...)
}
