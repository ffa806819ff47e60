package viz

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"strings"
)

// A mapSource is where the numbers of a row come from, as much of it as the page is told.
// What is written of a number, in the still picture and by the script, is made of this alone.
type mapSource struct {
	Name   string      `json:"name"`
	Kind   string      `json:"kind"`  // "conv", "max", "mean", "dense", "each", or "" where only the number is said
	F      string      `json:"f"`     // the activation, "" for none
	Below  int         `json:"below"` // the row of the input, −1 for none
	High   int         `json:"high"`  // of a picture
	Wide   int         `json:"wide"`
	Bars   bool        `json:"bars"`
	Names  []string    `json:"names"`  // of the pictures, nil of one picture of many units
	Maps   int         `json:"maps"`   // how many pictures' numbers are told
	Values packed      `json:"values"` // [maps × high × wide]
	Net    packed      `json:"net"`    // the same before f; none where there is no f
	Kernel packed      `json:"kernel"` // of a convolution, [maps × maps of the row below × cells]
	Bias   packed      `json:"bias"`   // [maps]
	Size   [2]int      `json:"size"`   // of the window, by rows and columns
	Stride [2]int      `json:"stride"`
	Spread [2]int      `json:"spread"` // dilation
	Front  [2]int      `json:"front"`  // padding
	Inputs int         `json:"inputs"` // channels, or units, of the input
	Terms  [][]mapTerm `json:"terms"`  // of a dense unit, the largest

	Pictures [][2]float64 `json:"pictures"` // where their corners are
	Shown    [2]float64   `json:"shown"`    // how wide and how high they are
	row      *mapRow
}

// mapTerm is a product of a dense unit: the picture and the pixel of its input, if that is
// shown, x and w.
type mapTerm struct {
	Picture int    `json:"p"`
	I       int    `json:"i"`
	J       int    `json:"j"`
	X       told32 `json:"x"`
	W       told32 `json:"w"`
}

// told32 is a number that JSON has even if it is none: as the text that JavaScript's Number reads.
type told32 float32

func (v told32) MarshalJSON() ([]byte, error) {
	switch f := float64(v); {
	case isNumber(f):
		return json.Marshal(float32(v))
	case math.IsNaN(f):
		return []byte(`"NaN"`), nil
	case f > 0:
		return []byte(`"Infinity"`), nil
	}
	return []byte(`"-Infinity"`), nil
}

// packed are numbers of a page: whole ones of two bytes, little end first, in base64, times
// a unit. What is 0 stays 0; the largest is exact to five digits.
type packed struct {
	Text string  `json:"text"`
	Unit float64 `json:"unit"`

	values []float32 // as the page will read them
}

// What is no number has numbers that no other has: ±(mostPacked + 1) is ±∞.
const (
	mostPacked = math.MaxInt16 - 1
	packedNaN  = math.MinInt16
)

func pack(values []float32) packed {
	p := packed{Unit: float64(extreme(values)) / mostPacked, values: make([]float32, len(values))}
	bytes := make([]byte, 0, 2*len(values))
	for i, v := range values {
		n := int16(packedNaN)
		p.values[i] = v
		switch v := float64(v); {
		case isNumber(v):
			n = int16(math.Round(v / p.Unit))
			p.values[i] = float32(float64(n) * p.Unit)
		case math.IsInf(v, 1):
			n = mostPacked + 1
		case math.IsInf(v, -1):
			n = -mostPacked - 1
		}
		bytes = binary.LittleEndian.AppendUint16(bytes, uint16(n))
	}
	p.Text = base64.StdEncoding.EncodeToString(bytes)
	return p
}

// mapSources are those of the rows, whose numbers are told for as many maps as fit into
// that many bytes: of the row that takes the most the half is left out, until they do.
func mapSources(rows []*mapRow, s settings, room int) []*mapSource {
	place := make(map[*mapRow]int, len(rows))
	for i, r := range rows {
		place[r] = i
	}
	maps, below, above := make([]int, len(rows)), make([]int, len(rows)), make([][]int, len(rows))
	for i, r := range rows {
		maps[i], below[i] = max(1, len(r.units)), -1
		if at, told := place[r.below]; told {
			below[i], above[at] = at, append(above[at], i)
		}
	}
	cost := func(i int) int {
		r := rows[i]
		perMap := r.high * r.wide * 2
		if activationOf(r.info) != "" {
			perMap *= 2
		}
		if window := windowOf(r.info); r.info.Kind == "Conv2D" && below[i] >= 0 {
			perMap += 2 * maps[below[i]] * window[0] * window[1]
		}
		if r.info.Kind == "Dense" {
			perMap += r.high * r.wide * 200
		}
		return maps[i] * perMap * 4 / 3
	}
	costs, sum := make([]int, len(rows)), 0
	for i := range rows {
		costs[i] = cost(i)
		sum += costs[i] + 600
	}
	for sum > room && len(rows) > 0 {
		most := 0
		for i := range costs {
			if costs[i] > costs[most] {
				most = i
			}
		}
		if maps[most] == 0 {
			break
		}
		maps[most] /= 2
		for _, i := range append([]int{most}, above[most]...) { // a network of a thousand layers is no place to count all again
			sum -= costs[i]
			costs[i] = cost(i)
			sum += costs[i]
		}
	}
	sources := make([]*mapSource, len(rows))
	for i, r := range rows {
		var from *mapSource
		if below[i] >= 0 {
			from = sources[below[i]]
		}
		sources[i] = r.source(maps[i], below[i], from, s)
	}
	return sources
}

// termsOfUnit is how many products of a dense unit are told.
const termsOfUnit = 4

func (r *mapRow) source(maps, below int, from *mapSource, s settings) *mapSource {
	m := &mapSource{Name: r.info.Name, F: activationOf(r.info), Below: below, High: r.high, Wide: r.wide, Bars: r.bars, Maps: maps, row: r}
	for _, u := range r.units {
		m.Names = append(m.Names, r.unitName(u, s))
	}
	m.Values = pack(r.chosen(maps, func(at int) float32 { return r.values[at] }))
	if below < 0 {
		return m
	}
	m.Inputs = r.below.shape[len(r.below.shape)-1]
	kind, window := r.info.Kind, r.below.shape
	switch {
	case kind == "Conv2D" && r.info.Config.Int("groups") <= 1 && from.Maps > 0 && len(window) == 3:
		m.convolution(maps, from)
	case (kind == "MaxPool2D" || kind == "AveragePool2D" || kind == "GlobalMaxPool" || kind == "GlobalAveragePool") && len(window) == 3:
		m.Kind = "max"
		if strings.Contains(kind, "Average") {
			m.Kind = "mean"
		}
		m.setWindow()
	case kind == "Dense" && len(r.shape) == 1 && len(r.input)*r.shape[0] == r.info.MACs:
		m.dense(maps)
	case len(r.input) == len(r.values) && r.shape.Equal(r.below.shape) && r.units != nil:
		m.Kind = "each"
	}
	return m
}

// chosen are the numbers of the first maps, picture by picture.
func (r *mapRow) chosen(maps int, value func(at int) float32) (all []float32) {
	for p := range maps {
		for i := range r.high {
			for j := range r.wide {
				all = append(all, value(r.index(p, i, j)))
			}
		}
	}
	return all
}

// unitName is what stands over a picture: maps count from 1, units from 0 as the classes
// do, and the bars have the classes' names.
func (r *mapRow) unitName(unit int, s settings) string {
	switch {
	case r.bars:
		return s.class(unit)
	case len(r.shape) == 3:
		unit++
	}
	return count(unit)
}

func (m *mapSource) setWindow() (axes [2]slidingAxis) {
	axes = slidingAxesOf(m.row.info, m.row.below.high, m.row.below.wide)
	for a, x := range axes {
		m.Size[a], m.Stride[a], m.Spread[a], m.Front[a] = x.size, x.stride, x.dilation, x.front
	}
	return axes
}

// parameters are the layer's, by their names behind the stroke.
func (r *mapRow) parameters() map[string][]float32 {
	all := map[string][]float32{}
	for _, p := range r.info.Params() {
		_, name, _ := strings.Cut(p.Name, "/")
		all[name] = p.Value.Values()
	}
	return all
}

// convolution tells the weights from the told maps below to the told maps, and computes net
// of all channels, as the slide has it.
func (m *mapSource) convolution(maps int, from *mapSource) {
	r := m.row
	parameters := r.parameters()
	kernel, bias := parameters["kernel"], parameters["bias"]
	filters := r.shape[2]
	if kernel == nil { // shared with another layer
		return
	}
	m.Kind = "conv"
	m.setWindow()
	cells := m.Size[0] * m.Size[1]
	var weights, biases []float32
	for f := range maps {
		for c := range from.Maps {
			for at := range cells {
				weights = append(weights, kernel[(at*m.Inputs+c)*filters+f])
			}
		}
		if bias != nil {
			biases = append(biases, bias[f])
		}
	}
	m.Kernel, m.Bias = pack(weights), pack(biases)
	if m.F == "" {
		return
	}
	var net []float32
	for f := range maps {
		for i := range r.high {
			for j := range r.wide {
				sum := 0.
				if bias != nil {
					sum = float64(bias[f])
				}
				m.window(i, j, func(cell, row, column int, inside bool) {
					if !inside {
						return
					}
					x := r.input[(row*r.below.wide+column)*m.Inputs:][:m.Inputs]
					for c, v := range x {
						sum += float64(v) * float64(kernel[(cell*m.Inputs+c)*filters+f])
					}
				})
				net = append(net, float32(sum))
			}
		}
	}
	m.Net = pack(net)
}

// window calls f with each cell of the window of pixel (i, j), and where it lies below.
func (m *mapSource) window(i, j int, f func(cell, row, column int, inside bool)) {
	for a := range m.Size[0] {
		for b := range m.Size[1] {
			row, column := i*m.Stride[0]+a*m.Spread[0]-m.Front[0], j*m.Stride[1]+b*m.Spread[1]-m.Front[1]
			f(a*m.Size[1]+b, row, column, row >= 0 && row < m.row.below.high && column >= 0 && column < m.row.below.wide)
		}
	}
}

// dense tells the largest products of each unit, and computes net.
func (m *mapSource) dense(maps int) {
	r := m.row
	parameters := r.parameters()
	kernel, bias := parameters["kernel"], parameters["bias"]
	if kernel == nil {
		return
	}
	m.Kind, m.Inputs = "dense", len(r.input)
	units := r.shape[0]
	var net, biases []float32
	for p := range maps {
		for i := range r.high {
			for j := range r.wide {
				unit := r.index(p, i, j)
				sum := 0.
				if bias != nil {
					sum = float64(bias[unit])
					biases = append(biases, bias[unit])
				}
				var largest []int // by |x·w|
				size := func(k int) float32 {
					v := r.input[k] * kernel[k*units+unit]
					return max(v, -v)
				}
				for k, x := range r.input {
					sum += float64(x) * float64(kernel[k*units+unit])
					if len(largest) < termsOfUnit || size(k) > size(largest[len(largest)-1]) {
						at := len(largest)
						for at > 0 && size(k) > size(largest[at-1]) {
							at--
						}
						largest = slices.Insert(largest, at, k)[:min(len(largest)+1, termsOfUnit)]
					}
				}
				var terms []mapTerm
				for _, k := range largest {
					t := mapTerm{Picture: -1, X: told32(five(r.input[k])), W: told32(five(kernel[k*units+unit]))}
					if len(r.below.values) == len(r.input) {
						if picture, i, j, ok := r.below.place(k); ok {
							t.Picture, t.I, t.J = picture, i, j
						}
					}
					terms = append(terms, t)
				}
				m.Terms = append(m.Terms, terms)
				net = append(net, float32(sum))
			}
		}
	}
	m.Net, m.Bias = pack(net), pack(biases)
}

// five is v to five digits.
func five(v float32) float32 {
	if short, ok := finite(float64(v)).(float64); ok {
		return float32(short)
	}
	return v
}
