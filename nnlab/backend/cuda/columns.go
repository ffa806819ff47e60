//go:build cuda

package cuda

import "github.com/nnlab-go/lab/nnlab/backend"

// columns is how the columns of a matrix are summed up: see kernels/columns.h.
type columns struct {
	rows, cols, width int
	parts             int // into which the rows are cut
}

func columnsOf(rows, cols int) columns {
	width := 1
	for width < 32 && width < cols {
		width *= 2
	}
	// A part has at least sixteen rows for each thread; how many there are depends on the
	// sizes alone.
	return columns{rows, cols, width, max(1, min(256, rows*width/(16*threads)))}
}

func (c columns) grid() grid { return grid{x: ceil(c.cols, c.width), y: c.parts} }

// bytes is how much the parts of one sum a column take.
func (c columns) bytes() int { return 8 * c.parts * c.cols }

// columnEnd makes y = β·y + α·Σ parts.
func (d *device) columnEnd(c columns, parts argument, alpha, beta float64, y argument) {
	d.each("column_end", c.cols, whole(c.parts), whole(c.cols), parts, float(alpha), float(beta), y)
}

func (d *device) SumRows(rows, cols int, x backend.Buffer, beta float64, y backend.Buffer) {
	backend.Check("SumRows", rows, cols)
	from, to, c := of("SumRows", x, rows*cols), of("SumRows", y, cols), columnsOf(rows, cols)
	d.scratch(c.bytes(), func(parts argument) {
		d.launch("column_sums", c.grid(), threads, whole(rows), whole(cols), whole(c.width), from, parts)
		d.columnEnd(c, parts, 1, beta, to)
	})
}

func (d *device) Moments(rows, cols int, x, mean, variance backend.Buffer) {
	backend.Check("Moments", rows, cols)
	from, c := of("Moments", x, rows*cols), columnsOf(rows, cols)
	m, v := of("Moments", mean, cols), of("Moments", variance, cols)
	d.scratch(c.bytes(), func(parts argument) {
		d.launch("column_sums", c.grid(), threads, whole(rows), whole(cols), whole(c.width), from, parts)
		d.columnEnd(c, parts, 1/float64(rows), 0, m)
		d.launch("column_squares", c.grid(), threads, whole(rows), whole(cols), whole(c.width), from, m, parts)
		d.columnEnd(c, parts, 1/float64(rows), 0, v)
	})
}

func (d *device) Normalize(rows, cols int, epsilon float64, x, mean, variance, gamma, beta, y backend.Buffer) {
	backend.Check("Normalize", rows, cols)
	of := func(b backend.Buffer, n int) argument { return of("Normalize", b, n) }
	n := rows * cols
	d.each("normalize", n, whole(n), whole(cols), float(epsilon), of(x, n), of(mean, cols), of(variance, cols), of(gamma, cols), of(beta, cols), of(y, n))
}

func (d *device) NormalizeGrad(rows, cols int, epsilon float64, x, mean, variance, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
	backend.Check("NormalizeGrad", rows, cols)
	of := func(b backend.Buffer, n int) argument { return of("NormalizeGrad", b, n) }
	n, c := rows*cols, columnsOf(rows, cols)
	X, M, V, G, DY := of(x, n), of(mean, cols), of(variance, cols), of(gamma, cols), of(dy, n)
	DG, DB, DX := of(dgamma, cols), of(dbeta, cols), optional("NormalizeGrad", dx, n)
	d.scratch(2*c.bytes(), func(parts argument) {
		d.scratch(8*cols, func(sums argument) {
			d.launch("normalize_sums", c.grid(), threads, whole(rows), whole(cols), whole(c.width), float(epsilon), X, M, V, DY, parts)
			d.each("normalize_end", cols, whole(c.parts), whole(cols), parts, float(accumulate), DB, DG, sums)
			if dx != nil {
				d.each("normalize_grad", n, whole(n), whole(rows), whole(cols), float(epsilon), X, M, V, G, DY, sums, DX)
			}
		})
	})
}

func (d *device) LayerNorm(rows, cols int, epsilon float64, x, gamma, beta, y backend.Buffer) {
	backend.Check("LayerNorm", rows, cols)
	of := func(b backend.Buffer, n int) argument { return of("LayerNorm", b, n) }
	d.rowwise("layer_norm", rows, cols, whole(rows), whole(cols), float(epsilon), of(x, rows*cols), of(gamma, cols), of(beta, cols), of(y, rows*cols))
}

func (d *device) LayerNormGrad(rows, cols int, epsilon float64, x, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
	backend.Check("LayerNormGrad", rows, cols)
	of := func(b backend.Buffer, n int) argument { return of("LayerNormGrad", b, n) }
	n, c := rows*cols, columnsOf(rows, cols)
	X, G, DY, DG, DB, DX := of(x, n), of(gamma, cols), of(dy, n), of(dgamma, cols), of(dbeta, cols), optional("LayerNormGrad", dx, n)
	d.scratch(16*rows, func(standards argument) {
		d.scratch(2*c.bytes(), func(parts argument) {
			d.rowwise("layer_norm_standards", rows, cols, whole(rows), whole(cols), float(epsilon), X, standards)
			d.launch("layer_norm_sums", c.grid(), threads, whole(rows), whole(cols), whole(c.width), X, standards, DY, parts)
			d.columnEnd(c, parts, 1, accumulate, DB)
			d.columnEnd(c, parts.behind(c.bytes()), 1, accumulate, DG)
			if dx != nil { // which may be dy, and so comes behind the sums
				d.rowwise("layer_norm_grad", rows, cols, whole(rows), whole(cols), X, G, DY, standards, DX)
			}
		})
	})
}

func (d *device) LocalResponse(p backend.LocalResponse, rows, cols int, x, y backend.Buffer) {
	backend.Check("LocalResponse", rows, cols)
	p.Check("LocalResponse")
	n := rows * cols
	d.each("local_response", n, whole(n), whole(cols), whole(p.Size), float(p.K), float(p.Alpha), float(p.Beta), of("LocalResponse", x, n), of("LocalResponse", y, n))
}

func (d *device) LocalResponseGrad(p backend.LocalResponse, rows, cols int, x, dy, dx backend.Buffer) {
	backend.Check("LocalResponseGrad", rows, cols)
	p.Check("LocalResponseGrad")
	n := rows * cols
	X, DY, DX := of("LocalResponseGrad", x, n), of("LocalResponseGrad", dy, n), of("LocalResponseGrad", dx, n)
	d.scratch(8*n, func(factor argument) {
		term := factor.behind(4 * n)
		d.each("local_activity", n, whole(n), whole(cols), whole(p.Size), float(p.K), float(p.Alpha), float(p.Beta), X, DY, factor, term)
		d.each("local_response_grad", n, whole(n), whole(cols), whole(p.Size), float(p.Alpha), float(p.Beta), X, DY, factor, term, DX)
	})
}
