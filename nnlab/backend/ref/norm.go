package ref

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

func (ref) Moments(rows, cols int, x, mean, variance backend.Buffer) {
	backend.Check("Moments", rows, cols)
	X, M, V := numbers("Moments", x, rows*cols), numbers("Moments", mean, cols), numbers("Moments", variance, cols)
	for c := range cols {
		sum, squares := 0.0, 0.0
		for r := range rows {
			sum += X[r*cols+c]
		}
		M[c] = sum / float64(rows)
		for r := range rows {
			d := X[r*cols+c] - M[c]
			squares += d * d
		}
		V[c] = squares / float64(rows)
	}
}

func (ref) Normalize(rows, cols int, epsilon float64, x, mean, variance, gamma, beta, y backend.Buffer) {
	backend.Check("Normalize", rows, cols)
	of := func(b backend.Buffer, n int) []float64 { return numbers("Normalize", b, n) }
	X, M, V, G, B, Y := of(x, rows*cols), of(mean, cols), of(variance, cols), of(gamma, cols), of(beta, cols), of(y, rows*cols)
	for i := range Y {
		c := i % cols
		Y[i] = G[c]*(X[i]-M[c])/math.Sqrt(V[c]+epsilon) + B[c]
	}
}

func (ref) NormalizeGrad(rows, cols int, epsilon float64, x, mean, variance, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
	backend.Check("NormalizeGrad", rows, cols)
	of := func(b backend.Buffer, n int) []float64 { return numbers("NormalizeGrad", b, n) }
	X, M, V, G, DY := of(x, rows*cols), of(mean, cols), of(variance, cols), of(gamma, cols), of(dy, rows*cols)
	DG, DB, DX := of(dgamma, cols), of(dbeta, cols), optional("NormalizeGrad", dx, rows*cols)
	for c := range cols {
		deviation := math.Sqrt(V[c] + epsilon)
		sum, product := 0.0, 0.0 // Σ dy and Σ dy·x̂
		for i := c; i < rows*cols; i += cols {
			sum += DY[i]
			product += DY[i] * (X[i] - M[c]) / deviation
		}
		for i := c; i < len(DX); i += cols {
			normal := (X[i] - M[c]) / deviation
			DX[i] = G[c] / deviation * (DY[i] - sum/float64(rows) - normal*product/float64(rows))
		}
		DB[c] = sum + onto(accumulate, DB[c])
		DG[c] = product + onto(accumulate, DG[c])
	}
}

// onto is β times what is there already, which with β = 0 may be anything.
func onto(beta, there float64) float64 {
	if beta == 0 {
		return 0
	}
	return beta * there
}

// standard writes (x − μ)/√(σ² + ε) of one row to normal, and returns the divisor.
func standard(x []float64, epsilon float64, normal []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, v := range x {
		sum += v
	}
	mean := sum / float64(len(x))
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	deviation := math.Sqrt(squares/float64(len(x)) + epsilon)
	for i, v := range x {
		normal[i] = (v - mean) / deviation
	}
	return deviation
}

func (ref) LayerNorm(rows, cols int, epsilon float64, x, gamma, beta, y backend.Buffer) {
	backend.Check("LayerNorm", rows, cols)
	of := func(b backend.Buffer, n int) []float64 { return numbers("LayerNorm", b, n) }
	X, G, B, Y := of(x, rows*cols), of(gamma, cols), of(beta, cols), of(y, rows*cols)
	normal := make([]float64, cols)
	for r := range rows {
		standard(X[r*cols:][:cols], epsilon, normal)
		for c, v := range normal {
			Y[r*cols+c] = G[c]*v + B[c]
		}
	}
}

func (ref) LayerNormGrad(rows, cols int, epsilon float64, x, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
	backend.Check("LayerNormGrad", rows, cols)
	of := func(b backend.Buffer, n int) []float64 { return numbers("LayerNormGrad", b, n) }
	X, G, DY := of(x, rows*cols), of(gamma, cols), of(dy, rows*cols)
	DG, DB, DX := of(dgamma, cols), of(dbeta, cols), optional("LayerNormGrad", dx, rows*cols)
	for c := range cols {
		DG[c], DB[c] = onto(accumulate, DG[c]), onto(accumulate, DB[c])
	}
	normal := make([]float64, cols)
	for r := range rows {
		deviation := standard(X[r*cols:][:cols], epsilon, normal)
		δ := DY[r*cols:][:cols]
		sum, product := 0.0, 0.0 // Σ γ·dy and Σ γ·dy·x̂
		for c, d := range δ {
			sum += G[c] * d
			product += G[c] * d * normal[c]
			DG[c] += d * normal[c]
			DB[c] += d
		}
		for c := range DX[:min(len(DX), cols)] {
			DX[r*cols+c] = (G[c]*δ[c] - sum/float64(cols) - normal[c]*product/float64(cols)) / deviation
		}
	}
}

func (ref) LocalResponse(p backend.LocalResponse, rows, cols int, x, y backend.Buffer) {
	backend.Check("LocalResponse", rows, cols)
	p.Check("LocalResponse")
	X, Y := numbers("LocalResponse", x, rows*cols), numbers("LocalResponse", y, rows*cols)
	for i := range Y {
		Y[i] = X[i] / math.Pow(activity(p, X[i/cols*cols:][:cols], i%cols), p.Beta)
	}
}

// activity is K + α·Σ x² around column c.
func activity(p backend.LocalResponse, x []float64, c int) float64 {
	lo, hi := p.Reach(c, len(x))
	sum := 0.0
	for _, v := range x[lo:hi] {
		sum += v * v
	}
	return p.K + p.Alpha*sum
}

// With s = K + α·Σ x²: ∂y[o]/∂x[i] = 𝟙[o=i]·s[o]^−β − 2αβ·x[o]·x[i]·s[o]^(−β−1)
// where i is within reach of o.
func (ref) LocalResponseGrad(p backend.LocalResponse, rows, cols int, x, dy, dx backend.Buffer) {
	backend.Check("LocalResponseGrad", rows, cols)
	p.Check("LocalResponseGrad")
	X, DY := numbers("LocalResponseGrad", x, rows*cols), numbers("LocalResponseGrad", dy, rows*cols)
	DX := numbers("LocalResponseGrad", dx, rows*cols)
	clear(DX)
	for r := range rows {
		row, δ, to := X[r*cols:][:cols], DY[r*cols:][:cols], DX[r*cols:][:cols]
		for o := range cols {
			s := activity(p, row, o)
			to[o] += δ[o] * math.Pow(s, -p.Beta)
			lo, hi := p.Reach(o, cols)
			for i := lo; i < hi; i++ {
				to[i] -= 2 * p.Alpha * p.Beta * δ[o] * row[o] * row[i] * math.Pow(s, -p.Beta-1)
			}
		}
	}
}
