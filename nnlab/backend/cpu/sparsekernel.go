package cpu

import "github.com/nnlab-go/lab/nnlab/backend"

// sparseKernel computes dw from the δ that are not 0. For some images at a time they
// are listed, band of lines by band of lines, filter by filter, with the places of the
// windows that they meet; then a worker computes strips of some filters' rows, band
// after band, in their order whoever does it.
type sparseKernel struct {
	volumes
	g       backend.Convolution
	dy      []float32
	dw      []float32
	beta    float32
	strips  []strip
	lines   int // of outputs in a band
	bands   int // of an image
	values  []float32
	places  []int32     // of the first input of a window, from the band's
	counts  []int32     // [band][filter]
	starts  []int       // of the lists of each band and block of filters
	table   []int32     // the places of a band's outputs
	sums    []float32   // dw as [row of a window][filter][run]
	turned  [][]float32 // of each worker: δ, filter by filter
	tiles   []tile
	images  int  // that are listed
	again   bool // sums hold those of other images
	kernels *kernels
}

const (
	bandOutputs   = 256 // about how many outputs a band has
	kernelFilters = 32  // in a block
)

func (v *sparseKernel) compute(c *cpu, g *backend.Convolution, n int, x, dy []float32, beta float32, dw []float32) {
	v.g, v.dy, v.dw, v.beta, v.kernels = *g, dy, dw, beta, c.kernels
	run := g.Size[2] * g.Channels
	v.strips = cutStrips(v.strips[:0], run)
	batch := v.prepare(c.scratch, x, n, g.In, g.Pad, need(&g.Window), g.Channels, g.Channels)
	batch = min(batch, max(1, c.scratch/(g.Outputs()*g.Filters)))
	v.lines = min(g.Out[1], max(1, bandOutputs/g.Out[2]))
	v.bands = ceil(g.Out[1], v.lines)
	sized(&v.sums, g.Size[1]*g.Filters*run)
	sized(&v.turned, c.pool.workers)
	sized(&v.tiles, c.pool.workers)
	table := sized(&v.table, v.lines*g.Out[2])
	for i := range table {
		y, x := i/g.Out[2], i%g.Out[2]
		table[i] = int32((y*g.Stride[1]*v.size[2] + x*g.Stride[2]) * g.Channels)
	}
	v.again = false
	for first := 0; first < n; first += batch {
		v.images = min(batch, n-first)
		v.take(c, first, v.images)
		lists := v.images * v.bands
		sized(&v.values, lists*v.room())
		sized(&v.places, lists*v.room())
		sized(&v.counts, lists*g.Filters)
		sized(&v.starts, lists*v.blocksOfFilters())
		c.pool.run(job{part: listBands, n: lists, grain: 1, sparseKernel: v})
		c.pool.run(job{part: sparseSums, n: g.Size[1] * len(v.strips) * v.blocksOfFilters(), grain: 1, sparseKernel: v})
		v.again = true
	}
	c.pool.run(job{part: turnSums, n: g.Size[1], grain: 1, sparseKernel: v})
	v.done()
	v.dy, v.dw = nil, nil
}

// blocksOfFilters is how many blocks there are.
func (v *sparseKernel) blocksOfFilters() int { return ceil(v.g.Filters, kernelFilters) }

// room is for the lists of a band.
func (v *sparseKernel) room() int { return v.lines*v.g.Out[2]*v.g.Filters + listSlack }

// listBands lists the δ of bands.
func listBands(j *job, s span) {
	v := j.sparseKernel
	g := &v.g
	for band := s.lo; band < s.hi; band++ {
		image, top := v.first+band/v.bands, band%v.bands*v.lines
		outputs := min(v.lines, g.Out[1]-top) * g.Out[2]
		width := roundUp(outputs, 8)
		δ := sized(&v.turned[s.worker], g.Filters*width)
		v.kernels.packTransposed(δ, width, outputs, v.dy[(image*g.Outputs()+top*g.Out[2])*g.Filters:], g.Filters, g.Filters)
		at, room := 0, v.room()
		values, places := v.values[band*room:][:room], v.places[band*room:][:room]
		for f := range g.Filters {
			if f%kernelFilters == 0 {
				v.starts[band*v.blocksOfFilters()+f/kernelFilters] = band*room + at
			}
			n := v.kernels.compress(δ[f*width:][:outputs], 0, 1, values[at:], places[at:])
			for i, output := range places[at : at+n] {
				places[at+i] = v.table[output]
			}
			v.counts[band*g.Filters+f] = int32(n)
			at += n
		}
	}
}

// sparseSums adds strips of some filters' rows of dw.
func sparseSums(j *job, s span) {
	v := j.sparseKernel
	g, t := &v.g, &v.tiles[s.worker]
	run, blocks := g.Size[2]*g.Channels, v.blocksOfFilters()
	for part := s.lo; part < s.hi; part++ {
		block, strip, ky := part%blocks, v.strips[part/blocks%len(v.strips)], part/blocks/len(v.strips)
		from := block * kernelFilters
		filters := min(kernelFilters, g.Filters-from)
		*t = tile{c: v.sums[(ky*g.Filters+from)*run+strip.col:], rowC: run, cols: strip.width, add: v.again}
		for band := range v.images * v.bands {
			start := v.starts[band*blocks+block]
			t.a, t.places, t.counts = v.values[start:], v.places[start:], v.counts[band*g.Filters+from:][:filters]
			line := band%v.bands*v.lines*g.Stride[1] + ky*g.Dilation[1]
			t.b = v.volumes.values[band/v.bands*v.volume()+line*v.size[2]*g.Channels+strip.col:]
			v.kernels.stripOf(strip.width)(t)
			t.add = true
		}
	}
}

// turnSums writes dw as it is stored.
func turnSums(j *job, s span) {
	v := j.sparseKernel
	f, run := v.g.Filters, v.g.Size[2]*v.g.Channels
	for ky := s.lo; ky < s.hi; ky++ {
		dw, sums := v.dw[ky*f*run:][:f*run], v.sums[ky*f*run:]
		if v.beta == 0 {
			v.kernels.packTransposed(dw, f, f, sums, run, run)
			continue
		}
		for i := range dw {
			dw[i] = v.beta*dw[i] + sums[i%f*run+i/f]
		}
	}
}
