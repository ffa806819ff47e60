//go:build !noasm

package cpu

// What is computed number by number takes eight at a time in assembly; the twins
// in Go do the rest.

func reluVector(x, y []float32) {
	n := len(x) &^ 7
	if n > 0 {
		reluAVX2(x[:n], y)
	}
	relu(x[n:], y[n:])
}

func sigmoidVector(x, y []float32) {
	n := len(x) &^ 7
	if n > 0 {
		sigmoidAVX2(x[:n], y)
	}
	sigmoids(x[n:], y[n:])
}

func tanhVector(x, y []float32) {
	n := len(x) &^ 7
	if n > 0 {
		tanhAVX2(x[:n], y)
	}
	tanhs(x[n:], y[n:])
}

func reluGradVector(y, dy, dx []float32) {
	n := len(y) &^ 7
	if n > 0 {
		reluGradAVX2(y[:n], dy, dx)
	}
	reluGrad(y[n:], dy[n:], dx[n:])
}

func sigmoidGradVector(y, dy, dx []float32) {
	n := len(y) &^ 7
	if n > 0 {
		sigmoidGradAVX2(y[:n], dy, dx)
	}
	sigmoidGrad(y[n:], dy[n:], dx[n:])
}

func tanhGradVector(y, dy, dx []float32) {
	n := len(y) &^ 7
	if n > 0 {
		tanhGradAVX2(y[:n], dy, dx)
	}
	tanhGrad(y[n:], dy[n:], dx[n:])
}

func dropoutVector(x, y []float32, key uint64, first int, threshold int32, keep float32) {
	const gamma = 0x9e3779b97f4a7c15 // of backend.Bits
	n := len(x) &^ 7
	if n > 0 {
		dropoutAVX2(x[:n], y, key+(uint64(first)+1)*gamma, threshold, keep)
	}
	dropout(x[n:], y[n:], key, first+n, threshold, keep)
}

func axpyVector(x, y []float32, alpha float32) {
	n := len(x) &^ 7
	if n > 0 {
		axpyAVX2(x[:n], y, alpha)
	}
	axpy(x[n:], y[n:], alpha)
}

func momentumVector(w, g, v []float32, rate, alpha float32) {
	n := len(w) &^ 7
	if n > 0 {
		momentumAVX2(w[:n], g, v, rate, alpha)
	}
	momentum(w[n:], g[n:], v[n:], rate, alpha)
}

func rmspropVector(w, g, s []float32, rate, rho, rest, epsilon float32) {
	n := len(w) &^ 7
	if n > 0 {
		rmspropAVX2(w[:n], g, s, rate, rho, rest, epsilon)
	}
	rmsprop(w[n:], g[n:], s[n:], rate, rho, rest, epsilon)
}

func adamVector(w, g, m, v []float32, rate, beta1, rest1, beta2, rest2, epsilon float32) {
	n := len(w) &^ 7
	if n > 0 {
		adamAVX2(w[:n], g, m, v, rate, beta1, rest1, beta2, rest2, epsilon)
	}
	adam(w[n:], g[n:], m[n:], v[n:], rate, beta1, rest1, beta2, rest2, epsilon)
}
