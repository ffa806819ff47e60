package cpu

// transformFunc computes T·x·Tᵀ for a square x of vectors of n numbers, a multiple
// of 8: number i of the vector in row r and column c stands at r·srcRow + c·srcCol + i.
type transformFunc func(dst, src []float32, dstRow, dstCol, srcRow, srcCol, n int)

// transforms are those of Winograd's convolution F(4×4, 3×3) with the points 0, ±1,
// ±2 and ∞ (Lavin & Gray 2016, "Fast Algorithms for Convolutional Neural Networks"):
// y = Aᵀ·[(G·w·Gᵀ) ⊙ (Bᵀ·x·B)]·A.
type transforms struct {
	input          transformFunc // Bᵀ·x·B, 6×6 → 6×6
	output         transformFunc // Aᵀ·x·A, 6×6 → 4×4
	error          transformFunc // A·x·Aᵀ, 4×4 → 6×6
	kernel         transformFunc // G·x·Gᵀ, 3×3 → 6×6
	kernelGradient transformFunc // Gᵀ·x·G, 6×6 → 3×3
}

var (
	matrixB = [][]float32{ // Bᵀ
		{4, 0, -5, 0, 1, 0}, {0, -4, -4, 1, 1, 0}, {0, 4, -4, -1, 1, 0},
		{0, -2, -1, 2, 1, 0}, {0, 2, -1, -2, 1, 0}, {0, 4, 0, -5, 0, 1},
	}
	matrixA = [][]float32{{1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}} // Aᵀ
	matrixG = [][]float32{
		{1. / 4, 0, 0}, {-1. / 6, -1. / 6, -1. / 6}, {-1. / 6, 1. / 6, -1. / 6},
		{1. / 24, 1. / 12, 1. / 6}, {1. / 24, -1. / 12, 1. / 6}, {0, 0, 1},
	}
)

func genericTransforms() transforms {
	return transforms{
		input: transformBy(matrixB), output: transformBy(matrixA), error: transformBy(transposed(matrixA)),
		kernel: transformBy(matrixG), kernelGradient: transformBy(transposed(matrixG)),
	}
}

func transposed(m [][]float32) [][]float32 {
	t := make([][]float32, len(m[0]))
	for i := range t {
		for _, row := range m {
			t[i] = append(t[i], row[i])
		}
	}
	return t
}

// transformBy is the transform by a matrix T, in plain Go.
func transformBy(T [][]float32) transformFunc {
	return func(dst, src []float32, dstRow, dstCol, srcRow, srcCol, n int) {
		for i := range n {
			var half [6][6]float32 // T·x
			for r, row := range T {
				for c := range row {
					for k, t := range row {
						half[r][c] += t * src[k*srcRow+c*srcCol+i]
					}
				}
			}
			for r := range T {
				for c, row := range T {
					sum := float32(0)
					for k, t := range row {
						sum += half[r][k] * t
					}
					dst[r*dstRow+c*dstCol+i] = sum
				}
			}
		}
	}
}
