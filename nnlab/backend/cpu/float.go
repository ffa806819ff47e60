package cpu

import "math"

// The exponential and what is made of it. They compute in float64, where a
// polynomial of degree 9 and no correction step give a float32 that is right to
// the last bit or one beside it, over the whole range with gradual underflow.

// exp is eˣ = 2ᵏ·eʳ with r = x − k·ln 2, |r| ≤ ln 2/2, eʳ by its Taylor series.
func exp(x float64) float64 {
	switch {
	case x > 709:
		return math.Inf(1)
	case x < -708:
		return 0
	}
	const round = 3 << 51 // adding it leaves the nearest whole number in the low bits
	t := x*math.Log2E + round
	r := x - (t-round)*math.Ln2
	e := 1 + r*(1+r*(1./2+r*(1./6+r*(1./24+r*(1./120+r*(1./720+r*(1./5040+r*(1./40320+r*(1./362880)))))))))
	return e * math.Float64frombits((math.Float64bits(t)+1023)<<52)
}

// sigmoid is 1/(1 + e⁻ˣ).
func sigmoid(x float32) float32 { return float32(1 / (1 + exp(-float64(x)))) }

// tanh is (e²ˣ − 1)/(e²ˣ + 1), and x − x³/3 where that cancels.
func tanh(x float32) float32 {
	v := float64(x)
	if v > -1./128 && v < 1./128 {
		return float32(v * (1 - v*v/3))
	}
	return float32(1 - 2/(exp(2*v)+1))
}

// sigmoids and tanhs compute y = f(x).

func sigmoids(x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = sigmoid(v)
	}
}

func tanhs(x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = tanh(v)
	}
}
