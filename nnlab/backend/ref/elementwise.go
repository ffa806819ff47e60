package ref

import (
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/host"
)

// activate is y = f(x).
func activate(f backend.Activation, x float64) float64 {
	switch f.Kind {
	case backend.Sigmoid:
		return 1 / (1 + math.Exp(-x))
	case backend.Tanh:
		return math.Tanh(x)
	case backend.ReLU:
		return math.Max(0, x) // NaN stays NaN
	case backend.LeakyReLU:
		if x > 0 {
			return x
		}
		return f.Alpha * x
	case backend.ELU:
		if x > 0 {
			return x
		}
		return f.Alpha * math.Expm1(x)
	case backend.Step:
		if x >= 0 {
			return 1
		}
		return 0 * math.Max(x, 0) // NaN stays NaN, −Inf becomes 0
	case backend.ScaledTanh:
		return backend.TanhHeight * math.Tanh(backend.TanhSlope*x)
	}
	return x
}

// derivative is f'(x), from the output y = f(x).
func derivative(f backend.Activation, y float64) float64 {
	switch f.Kind {
	case backend.Sigmoid:
		return y * (1 - y)
	case backend.Tanh:
		return 1 - y*y
	case backend.ReLU:
		if y > 0 {
			return 1
		}
		return 0 * y // NaN stays NaN
	case backend.LeakyReLU:
		if y > 0 {
			return 1
		}
		return f.Alpha
	case backend.ELU:
		if y > 0 {
			return 1
		}
		return y + f.Alpha
	case backend.Step:
		return 0
	case backend.ScaledTanh:
		return backend.TanhSlope * (backend.TanhHeight - y*y/backend.TanhHeight)
	}
	return 1
}

func (ref) Activate(f backend.Activation, n int, x, y backend.Buffer) {
	backend.Check("Activate", n)
	f.Check("Activate")
	X, Y := numbers("Activate", x, n), numbers("Activate", y, n)
	for i := range n {
		Y[i] = activate(f, X[i])
	}
}

func (ref) ActivateGrad(f backend.Activation, n int, y, dy, dx backend.Buffer) {
	backend.Check("ActivateGrad", n)
	f.Check("ActivateGrad")
	Y, DY, DX := numbers("ActivateGrad", y, n), numbers("ActivateGrad", dy, n), numbers("ActivateGrad", dx, n)
	for i := range n {
		DX[i] = DY[i] * derivative(f, Y[i])
	}
}

func (ref) Multiply(n int, x, y, z backend.Buffer) {
	backend.Check("Multiply", n)
	X, Y, Z := numbers("Multiply", x, n), numbers("Multiply", y, n), numbers("Multiply", z, n)
	for i := range n {
		Z[i] = X[i] * Y[i]
	}
}

func (ref) Maximum(n int, x, y, z backend.Buffer) {
	backend.Check("Maximum", n)
	X, Y, Z := numbers("Maximum", x, n), numbers("Maximum", y, n), numbers("Maximum", z, n)
	for i := range n {
		Z[i] = math.Max(X[i], Y[i])
	}
}

func (ref) MaximumGrad(n int, x, y, dz, dx, dy backend.Buffer) {
	backend.Check("MaximumGrad", n)
	X, Y, DZ := numbers("MaximumGrad", x, n), numbers("MaximumGrad", y, n), numbers("MaximumGrad", dz, n)
	DX, DY := numbers("MaximumGrad", dx, n), numbers("MaximumGrad", dy, n)
	for i := range n {
		if X[i] >= Y[i] {
			DX[i], DY[i] = DZ[i], 0
		} else {
			DX[i], DY[i] = 0, DZ[i]
		}
	}
}

func (ref) Noise(n int, sigma float64, key backend.Key, x, y backend.Buffer) {
	backend.Check("Noise", n)
	named := host.Key("Noise", key)
	X, Y := numbers("Noise", x, n), numbers("Noise", y, n)
	for i := range n {
		Y[i] = X[i] + sigma*float64(backend.Normal(named, i))
	}
}

func (ref) Axpy(n int, alpha float64, x, y backend.Buffer) {
	backend.Check("Axpy", n)
	X, Y := numbers("Axpy", x, n), numbers("Axpy", y, n)
	for i := range n {
		Y[i] += alpha * X[i]
	}
}

func (ref) Scale(n int, alpha float64, x backend.Buffer) {
	backend.Check("Scale", n)
	X := numbers("Scale", x, n)
	for i := range n {
		X[i] *= alpha
	}
}

func (ref) Dropout(n int, rate float64, key backend.Key, x, y backend.Buffer) {
	backend.Check("Dropout", n)
	named := host.Key("Dropout", key)
	backend.CheckRate(rate)
	X, Y := numbers("Dropout", x, n), numbers("Dropout", y, n)
	for i := range n {
		if float64(backend.Uniform(named, i)) >= rate {
			Y[i] = X[i] / (1 - rate)
		} else {
			Y[i] = 0
		}
	}
}
