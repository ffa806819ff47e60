package viz

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Function is a function of one variable with the name that its curve gets.
type Function struct {
	Name string
	F    func(x float64) float64
}

// samples is how many points a curve has. They lie in the middle of as many
// equal parts of the axis, so that none falls on the poles and kinks that
// functions have at its ends and at 0.
const samples = 400

// sample is the x of point i.
func sample(lo, hi float64, i int) float64 { return lo + (hi-lo)*(float64(i)+0.5)/samples }

// Functions draws functions over lo ≤ x ≤ hi in one panel. Where a value is not
// finite the curve has a gap. viz.English().Functions(…) is the same in English.
func Functions(lo, hi float64, functions ...Function) (*Figure, error) {
	return Option{}.Functions(lo, hi, functions...)
}

// Functions is [Functions] with this option.
func (o Option) Functions(lo, hi float64, functions ...Function) (*Figure, error) {
	return functionsFigure("viz.Functions", "x", "f(x)", "", lo, hi, functions, newSettings([]Option{o}))
}

// LossCurves draws the two branches of the binary cross-entropy (slide "Função
// de perda"): −log h is the loss of the answer h where the label is 1,
// −log(1 − h) where it is 0.
func LossCurves(options ...Option) (*Figure, error) {
	s := newSettings(options)
	return functionsFigure("viz.LossCurves", "h", s.words.name("loss"), s.words.lossCurves, 0, 1, []Function{
		{"−log h (y = 1)", func(h float64) float64 { return -math.Log(h) }},
		{"−log(1 − h) (y = 0)", func(h float64) float64 { return -math.Log(1 - h) }},
	}, s)
}

func functionsFigure(where, xName, yName, title string, lo, hi float64, functions []Function, s settings) (*Figure, error) {
	if !(lo < hi) || math.IsInf(hi-lo, 0) || len(functions) == 0 {
		return nil, &nn.Error{Where: where, Expected: "lo < hi and at least one function", Got: fmt.Sprintf("%v, %v and %d", lo, hi, len(functions)),
			Mend: `write viz.Functions(0, 1, viz.Function{Name: "x²", F: func(x float64) float64 { return x * x }})`}
	}
	var lines []line
	var names, courses []string
	for i, f := range functions {
		points := make([]point, samples)
		for j := range points {
			x := sample(lo, hi, j)
			points[j] = point{x, f.F(x)}
		}
		lines = append(lines, line{name: f.Name, colour: palette[i%len(palette)], dashed: i%2 == 1, points: points})
		names = append(names, f.Name)
		courses = append(courses, f.Name+": "+s.words.course(f.F, lo, hi, points))
	}
	alt := fmt.Sprintf("%s; %s ≤ %s ≤ %s; %s", strings.Join(names, ", "), s.words.digits(lo), xName, s.words.digits(hi), strings.Join(courses, "; "))
	if title != "" {
		alt = title + ": " + alt
	}
	c := &chart{title: title, done: -1, xName: xName, xMin: lo, xMax: hi, words: s.words, panels: []panel{{name: yName, lines: lines}}}
	return c.figure(alt).show()
}

// course is what a curve shows, in words: f at both ends and in the middle of the axis, and
// its least and its greatest value among the points.
func (w words) course(f func(x float64) float64, lo, hi float64, points []point) string {
	var at []string
	for _, x := range []float64{lo, (lo + hi) / 2, hi} {
		y := f(x)
		if math.IsNaN(y) {
			continue
		}
		at = append(at, fmt.Sprintf("f(%s) = %s", w.digits(x), w.digits(y)))
	}
	return strings.Join(append(at, w.extent(points)), ", ")
}

// extent is from where to where the finite heights of points go, "−1 a 1".
func (w words) extent(points []point) string {
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if !math.IsNaN(p.y) && !math.IsInf(p.y, 0) {
			low, high = min(low, p.y), max(high, p.y)
		}
	}
	if low > high {
		return "–"
	}
	return fmt.Sprintf("%s %s %s", w.digits(low), w.to, w.digits(high))
}

// ActivationCurves draws activation functions f and their derivatives f′ over
// −5 ≤ net ≤ 5 (slide "Funções de ativação"), those of nn.ActivationFunc too, a panel for each.
// viz.English().ActivationCurves(…) is the same in English.
func ActivationCurves(functions ...nn.ActivationFunction) (*Figure, error) {
	return Option{}.ActivationCurves(functions...)
}

// ActivationCurves is [ActivationCurves] with this option.
func (o Option) ActivationCurves(functions ...nn.ActivationFunction) (*Figure, error) {
	if len(functions) == 0 || slices.Contains(functions, nn.Softmax) {
		return nil, &nn.Error{Where: "viz.ActivationCurves", Expected: "functions of one number", Got: fmt.Sprint(functions),
			Mend: "write viz.ActivationCurves(nn.Sigmoid, nn.Tanh, nn.ReLU); the softmax is of a whole vector"}
	}
	c := &chart{done: -1, xName: "net", xMin: -5, xMax: 5, words: newSettings([]Option{o}).words}
	var names, courses []string
	for _, f := range functions {
		value, slope, err := activation(f)
		if err != nil {
			return nil, err
		}
		name := strings.ReplaceAll(f.String(), "_", " ")
		if c.words.comma { // "leaky relu 0,1"
			name = strings.ReplaceAll(name, ".", ",")
		}
		names = append(names, name)
		courses = append(courses, fmt.Sprintf("%s: f %s, f′ %s", name, c.words.extent(value), c.words.extent(slope)))
		c.panels = append(c.panels, panel{name: name, lines: []line{{name: "f", colour: series[0], points: value}, {name: "f′", colour: series[1], dashed: true, points: slope}}})
	}
	return c.figure("f, f′; −5 ≤ net ≤ 5: " + strings.Join(names, ", ") + "; " + strings.Join(courses, "; ")).show()
}

// activation computes f as a network does, and f′ as (f(net + h) − f(net − h))/2h
// with h so small that no kink at 0 comes between.
func activation(f nn.ActivationFunction) (value, slope []point, err error) {
	const h = 1. / 256
	var x, none [][]float32
	for i := range samples {
		v := float32(sample(-5, 5, i))
		x = append(x, []float32{v - h}, []float32{v}, []float32{v + h})
	}
	for range x {
		none = append(none, []float32{0})
	}
	m := nn.Sequential(nn.Input(1), nn.Activation(f)).Compile(nn.MSE, nn.SGD(0.1))
	p, err := m.Predict(datasets.FromTargets(x, none))
	if err != nil {
		return nil, nil, err
	}
	y := p.Values()
	for i := range samples {
		at := sample(-5, 5, i)
		value = append(value, point{at, float64(y[3*i+1])})
		slope = append(slope, point{at, float64(y[3*i+2]-y[3*i]) / (2 * h)})
	}
	return value, slope, nil
}
