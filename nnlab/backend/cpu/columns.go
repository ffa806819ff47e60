package cpu

// mergeColumns is how many columns are computed at a time when the sums of blocks
// are added.
const mergeColumns = 64

// sumColumns computes sums over the rows of matrices in float64: the part of the job
// those of blocks of rows (see [job.block]), one after the other as they stand in
// memory, then merge adds up what belongs to a span of columns, in the order of the
// blocks. It returns the sums of the first block. The caller holds the lock.
func (c *cpu) sumColumns(j job, rows, cols, sums int, merge func(*job, span)) []float64 {
	j.rows, j.cols, j.sums, j.kernels = rows, cols, sums, c.kernels
	j.blockRows = max(16, lightGrain/cols)
	j.n, j.grain = ceil(rows, j.blockRows), 1
	j.partial = sized(&c.sums, j.n*sums*cols)
	c.pool.run(j)
	j.part, j.n, j.grain = merge, cols, roundUp(max(1, lightGrain/j.n), mergeColumns)
	c.pool.run(j)
	return j.partial[:sums*cols]
}

// block returns the rows of a block and zeros for its sums, those of the first kind
// first.
func (j *job) block(b int) (rows span, sums []float64) {
	sums = j.partial[b*j.sums*j.cols:][:j.sums*j.cols]
	clear(sums)
	return span{lo: b * j.blockRows * j.cols, hi: min(j.rows, (b+1)*j.blockRows) * j.cols}, sums
}

// mergeSums adds the sums of all blocks to those of the first.
func mergeSums(j *job, s span) {
	for k := range j.sums {
		total := j.partial[k*j.cols:][s.lo:s.hi]
		for at := (j.sums + k) * j.cols; at < len(j.partial); at += j.sums * j.cols {
			for i, v := range j.partial[at+s.lo : at+s.hi] {
				total[i] += v
			}
		}
	}
}

// columnSums adds Σ x[r,c] to sum[c].
func columnSums(x []float32, sum []float64) {
	for ; len(x) > 0; x = x[len(sum):] {
		for c, v := range x[:len(sum)] {
			sum[c] += float64(v)
		}
	}
}

// columnDeviations adds Σ (x[r,c] − mean[c])² to squares[c].
func columnDeviations(x []float32, mean, squares []float64) {
	mean = mean[:len(squares)]
	for ; len(x) > 0; x = x[len(squares):] {
		for c, v := range x[:len(squares)] {
			squares[c] += square(float64(v) - mean[c])
		}
	}
}

// columnProducts adds Σ dy[r,c] to sum[c] and Σ dy[r,c]·(x[r,c] − mean[c]) to
// product[c].
func columnProducts(x, dy []float32, mean, sum, product []float64) {
	cols := len(sum)
	mean, product = mean[:cols], product[:cols]
	for ; len(x) > 0; x, dy = x[cols:], dy[cols:] {
		row := x[:cols]
		for c, d := range dy[:cols] {
			sum[c] += float64(d)
			product[c] += float64(d) * (float64(row[c]) - mean[c])
		}
	}
}
