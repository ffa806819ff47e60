package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// partialConv is a convolution whose filters see some of the maps each, by a table: the C3
// of LeNet-5 (LeCun et al. 1998, table I). For a batch of N images, P maps, D filters and C
// connections of a map with a filter:
//
//	forward     Ŵ     = W·S               W [K·K×C]  S [C×P·D], 1 where connection c joins map p to filter d
//	            net   = Ŵ ∗ x + b         x [N×H×W×P]  Ŵ [K×K×P×D], 0 where nothing is joined
//	            out   = f(net)            [N×H'×W'×D]
//
//	backward    δ     = ∂E/∂out ⊙ f'(net)
//	            ∂E/∂Ŵ = Σ x·δ             over all positions where weight met input
//	            ∂E/∂W = ∂E/∂Ŵ·Sᵀ          [K·K×C]
//	            ∂E/∂b = Σ δ               over all positions
//	            ∂E/∂x = Σ δ·Ŵ             over all windows that saw the input
//
// Its weights are those that there are: K·K·C + D parameters.
type partialConv struct {
	conv
	table [][]int // the maps that each filter sees

	joins          *tensor.Tensor // S
	kernel, change *tensor.Tensor // Ŵ and ∂E/∂Ŵ, [K·K × P·D]
	part           *tensor.Tensor // [K·K × C]
	flat, deep     view
}

// PartialConv2D is a [Conv2D] with a filter for each row of the table, which says the maps,
// counted from 0, that the filter sees. Its kernel is [kh×kw×1×connections], the connections
// in the table's order. It takes no [Groups], which a table says.
//
//	nn.PartialConv2D([][]int{{0, 1}, {1, 2}, {0, 1, 2}}, 5)      // of three maps
func PartialConv2D[K int | [2]int](table [][]int, kernel K, options ...ConvOption) Layer {
	l := &partialConv{conv: *newConv("PartialConv2D", 2, len(table), kernel), table: table}
	return told(l, options, func(o ConvOption, l *partialConv) { o.applyConv(&l.conv) })
}

// connections is C.
func (l *partialConv) connections() (n int) {
	for _, maps := range l.table {
		n += len(maps)
	}
	return n
}

func (l *partialConv) Forward(c *Context, x, out *tensor.Tensor) {
	l.join()
	tensor.Conv(l.g, x, l.spread(l.kernel), l.bias, out, l.f.elementwise) // net = Ŵ ∗ x + b
	l.f.applyRest(out, out)
}

func (l *partialConv) sum(x, out *tensor.Tensor, f tensor.Fused) {
	l.join()
	tensor.ConvFused(l.g, x, l.spread(l.kernel), out, f)
}

// join computes Ŵ = W·S.
func (l *partialConv) join() {
	tensor.MatMul(l.kernel, l.weights(l.W.Value), l.joins, nil, backend.Activation{})
}

func (l *partialConv) Backward(c *Context, x, out, dout, dx *tensor.Tensor) {
	δ := dout
	l.f.backward(out, dout, δ) // δ = ∂E/∂out ⊙ f'(net)
	if beta := l.W.Beta(); l.W.Grad != nil {
		tensor.ConvGradKernel(l.g, x, δ, l.spread(l.change), 0) // ∂E/∂Ŵ = Σ x·δ
		tensor.MatMulNT(l.part, l.change, l.joins)              // ∂E/∂W = ∂E/∂Ŵ·Sᵀ
		if beta == 0 {
			tensor.Fill(0, l.W.Grad)
		}
		tensor.Add(l.part, l.weights(l.W.Grad))
	}
	if l.B != nil {
		tensor.SumChannels(l.B.Grad, δ, l.B.Beta()) // ∂E/∂b = Σ δ
	}
	if dx != nil {
		tensor.ConvGradInput(l.g, δ, l.spread(l.kernel), dx) // ∂E/∂x = Σ δ·Ŵ
	}
}

// weights sees the kernel, or its gradient, as a matrix [K·K × C].
func (l *partialConv) weights(t *tensor.Tensor) *tensor.Tensor {
	return l.flat.of(t, l.part.Shape...)
}

// spread sees a matrix [K·K × P·D] as the kernel of a convolution.
func (l *partialConv) spread(t *tensor.Tensor) *tensor.Tensor {
	return l.deep.of(t, l.size[0], l.size[1], l.g.Channels, l.filters)
}

func (l *partialConv) Build(b *Builder, in tensor.Shape) (tensor.Shape, error) {
	out, e := l.fit(in)
	if e != nil {
		return nil, e
	}
	channels, c := in[l.rank], l.connections()
	if e := l.checkTable(channels); e != nil {
		return nil, e
	}
	l.g = backend.Convolution{Window: l.box, Filters: l.filters, Groups: 1}
	cells := l.g.Cells()
	l.makeParams(b, cells*c/l.filters, cells*c/channels, l.filters, append(slices.Clone(l.size), 1, c)...)
	joins := make([]float32, c*channels*l.filters)
	row := 0
	for d, maps := range l.table {
		for _, p := range maps {
			joins[row*channels*l.filters+p*l.filters+d] = 1
			row++
		}
	}
	matrix := func(rows, cols int) *tensor.Tensor { return tensor.New(b.backend, rows, cols) }
	l.joins, l.part = matrix(c, channels*l.filters), matrix(cells, c)
	l.joins.Set(joins)
	l.kernel, l.change = matrix(cells, channels*l.filters), matrix(cells, channels*l.filters)
	return append(out, l.filters), nil
}

// checkTable says what is wrong with the table for a number of maps.
func (l *partialConv) checkTable(channels int) *Error {
	mend := "write nn.PartialConv2D([][]int{{0}}, 3) for one filter that sees the first map, nn.Conv2D(8, 3) for eight that see all"
	e := &Error{Expected: fmt.Sprintf("a table that names some of the maps 0 to %d for each filter, none twice, and no Groups", channels-1), Mend: mend}
	if l.groups != 1 {
		e.Got = fmt.Sprintf("%d groups", l.groups)
		return e
	}
	if len(l.table) == 0 {
		e.Got = "no filter"
		return e
	}
	for d, maps := range l.table {
		sorted := slices.Sorted(slices.Values(maps))
		if len(maps) == 0 || sorted[0] < 0 || sorted[len(maps)-1] >= channels || len(slices.Compact(sorted)) < len(maps) {
			e.Got = fmt.Sprintf("%v for filter %d", maps, d)
			return e
		}
	}
	return nil
}

func (l *partialConv) String() string {
	return fmt.Sprintf("PartialConv2D(%d of %v, %s, %s)", l.filters, l.table, l.window.describe([]int{1, 1}), l.neuron.describe())
}

// ParameterFormula is K·K·C + D.
func (l *partialConv) ParameterFormula() string {
	s := fmt.Sprintf("%d·%d·%d", l.size[0], l.size[1], l.connections())
	if l.withoutBias {
		return s
	}
	return fmt.Sprintf("%s + %d", s, l.filters)
}

// Config has the table as one list, and how many maps of it each filter sees.
func (l *partialConv) Config() Config {
	c := l.neuron.config(l.window.config(Config{"kind": l.kind}, "kernel_size"), GlorotUniform)
	var seen []int
	for _, maps := range l.table {
		seen = append(seen, len(maps))
	}
	c.put("maps", slices.Concat(l.table...))
	c.put("maps_per_filter", seen)
	if l.groups != 1 {
		c["groups"] = l.groups
	}
	return c
}

func partialConvOf(c *reader) *partialConv {
	l := &partialConv{conv: *convOf(c, 2)}
	maps := c.Ints("maps")
	for _, n := range c.Ints("maps_per_filter") {
		n = min(max(n, 0), len(maps))
		l.table, maps = append(l.table, maps[:n]), maps[n:]
	}
	l.filters = len(l.table)
	return l
}
