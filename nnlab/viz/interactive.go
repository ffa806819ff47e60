package viz

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/nnlab-go/lab/internal/plain"
)

// option is the chart for ECharts: the same panels, with tooltips, a zoom along
// the epochs and a legend that switches lines on and off. What ECharts itself
// says is in the figure's language.
func (c *chart) option() ([]byte, error) {
	yes := opts.Bool(true)
	l := charts.NewLine()
	text := &opts.TextStyle{Color: ink}
	axis := &opts.AxisLine{LineStyle: &opts.LineStyle{Color: ink}} // the axis's name has its colour
	l.SetGlobalOptions(
		charts.WithInitializationOpts(opts.Initialization{BackgroundColor: "transparent"}),
		charts.WithTitleOpts(opts.Title{Title: plain.Text(c.title), TitleStyle: &opts.TextStyle{Color: ink, FontSize: 13, FontWeight: "normal"}, Left: "2%"}),
		charts.WithTooltipOpts(opts.Tooltip{Show: yes, Trigger: "axis"}),
		charts.WithLegendOpts(opts.Legend{Show: yes, Top: "26", TextStyle: text}),
		charts.WithToolboxOpts(opts.Toolbox{Show: yes, Feature: &opts.ToolBoxFeature{
			Restore:     &opts.ToolBoxFeatureRestore{Show: yes, Title: c.words.restore},
			SaveAsImage: &opts.ToolBoxFeatureSaveAsImage{Show: yes, Title: c.words.saveImage}}}),
	)
	var (
		grids []opts.Grid
		all   []int
	)
	n := len(c.panels)
	for i, p := range c.panels {
		name, scale := plain.Text(p.name), 1.0
		if p.fraction {
			name, scale = name+" (%)", 100
		}
		grids = append(grids, opts.Grid{Left: percent(100*i/n + 7), Right: percent(100 - 100*(i+1)/n + 2), Top: "72", Bottom: "92"})
		x := opts.XAxis{Type: "value", GridIndex: i, Name: c.xName, AxisLine: axis, NameLocation: "middle", NameGap: 24, Min: c.xMin, Max: c.xMax, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}, AxisLabel: &opts.AxisLabel{Color: ink}}
		y := opts.YAxis{Type: "value", GridIndex: i, Name: name, AxisLine: axis, Scale: opts.Bool(p.fraction), AxisLabel: &opts.AxisLabel{Color: ink},
			SplitLine: &opts.SplitLine{Show: yes, LineStyle: &opts.LineStyle{Color: faint}}}
		if p.powers {
			y.Type = "log"
		}
		if i == 0 {
			l.SetGlobalOptions(charts.WithXAxisOpts(x), charts.WithYAxisOpts(y))
		} else {
			l.ExtendXAxis(x)
			l.ExtendYAxis(y)
		}
		all = append(all, i)
		for _, s := range p.lines {
			data := make([]opts.LineData, len(s.points))
			for j, q := range s.points {
				v := scale * q.y
				if p.powers {
					if v = math.Pow(10, q.y); v == 0 { // no place on a logarithmic axis
						v = math.NaN()
					}
				}
				data[j] = opts.LineData{Value: []any{round(q.x), finite(v)}}
			}
			title := plain.Text(s.name)
			if name != "" {
				title = name + " · " + title
			}
			kind := "solid"
			if s.dashed {
				kind = "dashed"
			}
			l.AddSeries(title, data,
				charts.WithLineChartOpts(opts.LineChart{XAxisIndex: i, YAxisIndex: i, ShowSymbol: opts.Bool(len(data) <= 30)}),
				charts.WithLineStyleOpts(opts.LineStyle{Color: s.colour, Type: kind, Width: 2}),
				charts.WithItemStyleOpts(opts.ItemStyle{Color: s.colour}))
		}
	}
	l.SetGlobalOptions(charts.WithGridOpts(grids...),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "inside", XAxisIndex: all}, opts.DataZoom{Type: "slider", XAxisIndex: all}))
	l.Validate()
	return json.Marshal(l.JSON())
}

func percent(n int) string { return strconv.Itoa(n) + "%" }
