package nn

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/nnlab-go/lab/nnlab/notebook"
)

// Summary prints a table of the layers: the shape of an example behind each,
// the number of parameters with the formula it comes from, and the
// multiply-accumulates (MACs) of one example's forward pass. Where windows slide
// over the input it has two more columns: how the size of the feature maps comes
// about, and the receptive field, the part of the input that a number of the
// layer depends on (slides "Tamanho dos feature maps", "Campo receptivo"). Where
// the network branches the last column names the layers that each is connected to.
// A [Block] is one line, unless [AllLayers] is asked for. In a notebook it is a table of the
// page, in which a block can be opened, with a bar for each layer's share of the parameters.
func (m *Model) Summary(options ...SummaryOption) {
	all := false
	for _, o := range options {
		all = all || o == AllLayers
	}
	if notebook.Available() {
		text, page := m.summary(all, summaryPortuguese)
		if page != "" && notebook.Show("", notebook.Bundle{notebook.Plain: text, notebook.HTML: page}) == nil {
			return
		}
	}
	text, _ := m.summary(all, summaryEnglish)
	fmt.Println(text)
}

// ShowResult are the forms in which a cell shows a model that it ends with.
func (m *Model) ShowResult() map[string]string {
	if m == nil {
		return map[string]string{notebook.Plain: "nil"}
	}
	text, page := m.summary(false, summaryPortuguese)
	forms := map[string]string{notebook.Plain: text}
	if page != "" {
		forms[notebook.HTML] = page
	}
	return forms
}

// SummaryOption is what [Model.Summary] can be told: [AllLayers].
type SummaryOption int

// AllLayers shows the layers in a [Block], too.
const AllLayers SummaryOption = 1

// String is the table that [Model.Summary] prints, or the model's error.
func (m *Model) String() string {
	text, _ := m.summary(false, summaryEnglish)
	return text
}

// summary is the table as text in a language and the same for a page, or the model's error and "".
func (m *Model) summary(all bool, words summaryWords) (text, page string) {
	if err := show(m.built()); err != nil {
		return err.Error(), ""
	}
	each := m.graph.describeLayers(m)
	layers := each
	if !all {
		layers = FoldBlocks(each)
	}
	var b strings.Builder
	fmt.Fprintln(&b, m.compiledWith(words))
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	windows := slices.ContainsFunc(m.graph.nodes, func(n *node) bool { _, ok := n.layer.(mapper); return ok })
	branches := false
	for i, l := range layers {
		chained := i == 0 && len(l.From) == 0 || i > 0 && len(l.From) == 1 && l.From[0] == layers[i-1].Name
		branches = branches || !chained
	}
	row := func(layer, shape, mapSize, parameters, macs, field, from string) {
		cells := []string{layer, shape}
		if windows {
			cells = append(cells, mapSize)
		}
		cells = append(cells, parameters, macs)
		if windows {
			cells = append(cells, field)
		}
		if branches {
			cells = append(cells, from)
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	c := words.columns
	row(c[0], c[1], c[2], c[3], "MACs", c[4], c[5])
	params, macs := 0, 0
	for _, l := range layers {
		params, macs = params+l.Parameters, macs+l.MACs
		kind := l.Kind
		if l.Frozen && l.Parameters > 0 {
			kind += words.isFrozen
		}
		row(fmt.Sprintf("%s (%s)", l.Name, kind), l.Shape.String(), l.MapSize, words.formula(l.Formula), thousands(l.MACs), l.ReceptiveField, strings.Join(l.From, ", "))
	}
	row(words.total, "", "", thousands(params), thousands(macs), "", "")
	if frozen := m.frozenParameters(); frozen > 0 {
		row(words.learn, "", "", thousands(params-frozen), "", "", "")
		row(words.frozen, "", "", thousands(frozen), "", "", "")
	}
	w.Flush()
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n"), m.summaryHTML(layers, each, windows, branches)
}

// frozenParameters counts those that do not learn.
func (m *Model) frozenParameters() int {
	n := 0
	for _, p := range m.graph.params {
		if p.frozen {
			n += p.Value.Size()
		}
	}
	return n
}

// summaryWords are those of the table: Keras's where a terminal shows it, and Portuguese, with
// numbers as Portuguese has them, where a notebook does. Names are those that Compile was given.
type summaryWords struct {
	model, joined, seed                    string
	clips                                  [globalClipNorm + 1]string
	columns                                [6]string
	total, learn, frozen, isFrozen, shared string
	number                                 func(string) string // the numbers in what a program says
}

// formula says in the language that parameters are another layer's.
func (w summaryWords) formula(formula string) string {
	if other, ok := strings.CutPrefix(formula, sharedFormula); ok {
		return w.shared + other
	}
	return formula
}

var (
	summaryEnglish = summaryWords{"Model", " joined with the %s before it", "seed", clipNames,
		[...]string{"Layer", "Output shape", "Map size", "Parameters", "Receptive field", "Connected to"},
		"Total", "Trainable", "Frozen", ", frozen", sharedFormula, func(s string) string { return s }}
	summaryPortuguese = summaryWords{"Modelo", " junto com o %s que a precede", "semente",
		[...]string{clipValue: "corte do valor", clipNorm: "corte da norma", globalClipNorm: "corte da norma global"},
		[...]string{"camada", "saída", "tamanho do mapa", "parâmetros", "campo receptivo", "ligada a"},
		"total", "aprendem", "congelados", ", congelada", "0, os de ", portugueseNumbers}
)

// compiledWith tells the model's name, the loss, the optimizer and the rest of Compile.
func (m *Model) compiledWith(w summaryWords) string {
	parts := []string{w.model + " " + m.name}
	for _, h := range m.heads {
		loss := h.loss.name
		if h.taken != Linear {
			loss += fmt.Sprintf(w.joined, h.taken)
		}
		if h.weight != 1 {
			loss = w.number(fmt.Sprint(h.weight)) + "·" + loss
		}
		if h.prefix != "" {
			loss = h.name + ": " + loss
		}
		parts = append(parts, loss)
	}
	parts = append(parts, w.number(m.optimizer.String()))
	if m.clip.kind != noClip {
		parts = append(parts, w.clips[m.clip.kind]+" "+w.number(fmt.Sprint(m.clip.limit)))
	}
	for _, a := range m.metrics {
		parts = append(parts, a.name)
	}
	parts = append(parts, fmt.Sprintf("%s %d", w.seed, m.seed), m.home())
	return strings.Join(parts, " · ")
}

func (n *node) parameters() int {
	sum := 0
	for _, p := range n.params {
		sum += p.Value.Size()
	}
	return sum
}

func (n *node) macs() int {
	if c, ok := n.layer.(counter); ok {
		return c.MACs()
	}
	return 0
}

// sharedFormula begins what stands for the formula of a layer whose parameters are another's.
const sharedFormula = "0, those of "

// formula is "784·512 + 512 = 401 920".
func (n *node) formula() string {
	if n.shares != "" {
		return sharedFormula + n.shares
	}
	s := thousands(n.parameters())
	if f, ok := n.layer.(formulator); ok && n.parameters() > 0 {
		s = f.ParameterFormula() + " = " + s
	}
	return s
}

// thousands groups the digits of n: "401 920".
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// receptiveField is "5×5", the part of the input that a number of the layer's
// output depends on along each axis, or "" where that is no part of it.
func (n *node) receptiveField() string {
	if len(n.in) == 0 || len(n.reach) == 0 {
		return ""
	}
	return times(n.reach)
}

// field follows the windows from the input on: a window of F cells, which lie j
// cells of the input apart, sees (F − 1)·j cells more than one of its cells does,
// and its own outputs lie j·stride apart. Where branches meet, the widest counts.
func (n *node) field() (reach, apart []int) {
	if len(n.in) == 0 {
		axes := max(0, len(n.shape)-1)
		return slices.Repeat([]int{1}, axes), slices.Repeat([]int{1}, axes)
	}
	reach, apart = slices.Clone(n.in[0].reach), slices.Clone(n.in[0].apart)
	for _, in := range n.in[1:] {
		if !slices.Equal(in.apart, apart) {
			return nil, nil
		}
		for a := range reach {
			reach[a] = max(reach[a], in.reach[a])
		}
	}
	switch l := n.layer.(type) {
	case mapper:
		size, strides := l.field()
		if len(size) != len(reach) {
			return nil, nil
		}
		for a := range reach {
			reach[a] += (size[a] - 1) * apart[a]
			apart[a] *= strides[a]
		}
	case *dense:
		copy(reach, n.root().shape)
	case *reshape:
		return nil, nil
	}
	return reach, apart
}

// root is the first input that the node's output comes from.
func (n *node) root() *node {
	for len(n.in) > 0 {
		n = n.in[0]
	}
	return n
}
