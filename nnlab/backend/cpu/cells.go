package cpu

// What is done with the cells of one window, which begin at the offsets, channels
// first; there is at least one.

// maxCells computes y[c] = max x[offset + c] over the offsets, and NaN where one is.
func maxCells(offsets []int, x, y []float32) {
	copy(y, x[offsets[0]:])
	for _, at := range offsets[1:] {
		for c, v := range x[at:][:len(y)] {
			y[c] = max(y[c], v) // NaN stays NaN
		}
	}
}

// meanCells computes y[c] = Σ x[offset + c] / count over the offsets.
func meanCells(offsets []int, x, y []float32, count float32) {
	copy(y, x[offsets[0]:])
	for _, at := range offsets[1:] {
		for c, v := range x[at:][:len(y)] {
			y[c] += v
		}
	}
	for c := range y {
		y[c] /= count
	}
}

// maxCellsGrad adds dy[c] to dx[offset + c] where x[offset + c] is the first of the
// largest, or of the NaN; to those of the offsets from ≤ k < to alone.
func maxCellsGrad(offsets []int, from, to int, x, dy, dx []float32) {
	var best [64]float32
	var at [64]int
	for first := 0; first < len(dy); first += len(best) {
		δ := dy[first:min(len(dy), first+len(best))]
		copy(best[:], x[offsets[0]+first:][:len(δ)])
		clear(at[:])
		for k, cell := range offsets {
			for c, v := range x[cell+first:][:len(δ)] {
				if v > best[c] || v != v && best[c] == best[c] {
					best[c], at[c] = v, k
				}
			}
		}
		for c, d := range δ {
			if from <= at[c] && at[c] < to {
				dx[offsets[at[c]]+first+c] += d
			}
		}
	}
}

// maxOfFourGrad is maxCellsGrad for a window of four cells that no other overlaps: it
// computes dx = dy where x is the first of the largest of the four, or of the NaN,
// else dx = 0.
func maxOfFourGrad(dy, x0, x1, x2, x3, dx0, dx1, dx2, dx3 []float32) {
	for c, d := range dy {
		best, at := x0[c], 0
		for k, v := range [3]float32{x1[c], x2[c], x3[c]} {
			if v > best || v != v && best == best {
				best, at = v, k+1
			}
		}
		dx0[c], dx1[c], dx2[c], dx3[c] = 0, 0, 0, 0
		switch at {
		case 0:
			dx0[c] = d
		case 1:
			dx1[c] = d
		case 2:
			dx2[c] = d
		case 3:
			dx3[c] = d
		}
	}
}

// weighCells computes y[c] = Σ x[offset + c]·weights[k·channels + c] over the offsets.
func weighCells(offsets []int, x, weights, y []float32) {
	clear(y)
	for k, at := range offsets {
		cell, weights := x[at:][:len(y)], weights[k*len(y):][:len(y)]
		for c, v := range cell {
			y[c] += v * weights[c]
		}
	}
}

// crossCells adds x[offset + c]·dy[c] to weights[k·channels + c] over the offsets.
func crossCells(offsets []int, x, dy, weights []float32) {
	for k, at := range offsets {
		cell, weights := x[at:][:len(dy)], weights[k*len(dy):][:len(dy)]
		for c, v := range cell {
			weights[c] += v * dy[c]
		}
	}
}

// spreadCells adds share·dy[c] to dx[offset + c] at all offsets.
func spreadCells(offsets []int, dy, dx []float32, share float32) {
	for _, at := range offsets {
		dx := dx[at:][:len(dy)]
		for c, d := range dy {
			dx[c] += share * d
		}
	}
}
