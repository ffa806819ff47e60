package backend

import (
	"fmt"
	"math"
)

// Activation is an elementwise activation function f with its constant.
type Activation struct {
	Kind  ActivationKind
	Alpha float64 // the slope of LeakyReLU and the scale of ELU; 0 otherwise
}

// ActivationKind names an elementwise activation function.
type ActivationKind uint8

// The elementwise activation functions, slide "Funções de ativação", each with
// its derivative expressed through the output y = f(x).
const (
	Linear  ActivationKind = iota // f(x) = x              f' = 1
	Sigmoid                       // f(x) = 1/(1 + e⁻ˣ)    f' = y·(1 − y)
	Tanh                          // f(x) = tanh x         f' = 1 − y²
	ReLU                          // f(x) = max(0, x)      f' = 1 where y > 0, else 0

	LeakyReLU // f(x) = x where x > 0, else α·x          f' = 1 where y > 0, else α
	ELU       // f(x) = x where x > 0, else α·(eˣ − 1)   f' = 1 where y > 0, else y + α
	Step      // f(x) = 1 where x ≥ 0, else 0            f' = 0

	ScaledTanh // f(x) = A·tanh(S·x)                      f' = S·(A − y²/A), see [TanhHeight]

	activations // how many there are
)

// A and S of [ScaledTanh] (LeCun et al. 1998, appendix A): f(±1) is ±1 with three digits,
// and the second derivative is largest there.
const (
	TanhHeight = 1.7159  // A
	TanhSlope  = 2.0 / 3 // S
)

// String is the function's name as Keras has it.
func (k ActivationKind) String() string {
	if k >= activations {
		return fmt.Sprintf("ActivationKind(%d)", uint8(k))
	}
	return [...]string{"linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "step", "scaled_tanh"}[k]
}

// LocalResponse is the normalisation across neighbouring channels of AlexNet
// (Krizhevsky et al. 2012, section 3.3: n = 5, k = 2, α = 1e-4, β = 0.75).
type LocalResponse struct {
	Size           int // n, the columns that count, half of them on each side
	K, Alpha, Beta float64
}

// Reach returns the columns lo ≤ c < hi that count for column c of cols.
func (p LocalResponse) Reach(c, cols int) (lo, hi int) {
	return max(0, c-p.Size/2), min(cols, c+(p.Size-1)/2+1)
}

// MoveAxes is how many axes a [Move] can have.
const MoveAxes = 6

// Move is a copy between places that strides name; axes that are not there have
// the length 1.
type Move struct {
	Lengths            [MoveAxes]int
	From, To           [MoveAxes]int // distances of neighbours along each axis
	FromStart, ToStart int
}

// Last returns the last place that is read and the last that is written.
func (m *Move) Last() (from, to int) {
	from, to = m.FromStart, m.ToStart
	for a, n := range m.Lengths {
		from += (n - 1) * m.From[a]
		to += (n - 1) * m.To[a]
	}
	return from, to
}

// Loss is a loss function with its constant.
type Loss struct {
	Kind  LossKind
	Delta float64 // δ of Huber, above 0
}

// LossKind names a loss function.
type LossKind uint8

// The loss functions of one row y with its target t, both [cols].
const (
	// MSE: (1/cols)·Σ (y − t)².
	MSE LossKind = iota
	// CategoricalCrossentropy: −Σ t·log y, with y held within
	// [Epsilon, 1 − Epsilon] as Keras does; the gradient is 0 where y was held.
	CategoricalCrossentropy
	// MAE: (1/cols)·Σ |y − t|; the gradient is 0 where y = t.
	MAE
	// Huber: (1/cols)·Σ ½·d² where |d| ≤ δ, else δ·|d| − ½·δ², with d = y − t.
	Huber
	// BinaryCrossentropy: −(1/cols)·Σ t·log y + (1 − t)·log(1 − y), with y held as
	// in CategoricalCrossentropy.
	BinaryCrossentropy
	// BinaryCrossentropyFromLogits is the same of y = 1/(1 + e⁻ᶻ), from z:
	// (1/cols)·Σ max(z, 0) − z·t + log(1 + e^−|z|).
	BinaryCrossentropyFromLogits
	// Hinge: (1/cols)·Σ max(0, 1 − t·y), with t = −1 for a target of 0.
	Hinge
	// KLDivergence: Σ t·log(t/y), both held within [Epsilon, 1]; the gradient is 0
	// where y was held.
	KLDivergence
	// Perceptron: (1/cols)·Σ max(0, −t·y), with t = −1 for a target of 0. The gradient is −t/cols
	// where a step of y is not t, so that at y = 0 it is 0 for t = 1 and 1/cols for t = −1.
	Perceptron

	losses // how many there are
)

// Mean tells whether the loss of a row is a mean over the columns, not a sum.
func (k LossKind) Mean() bool { return k != CategoricalCrossentropy && k != KLDivergence }

// Epsilon keeps probabilities off 0 and 1; the value is Keras's
// keras.config.epsilon().
const Epsilon = 1e-7

// SGD is the gradient descent of the slides "Learning rate" and "Termo
// momentum", with g = ∂E/∂w = −δ·y:
//
//	Δw(n) = −η·g + α·Δw(n−1)
//	w     = w + Δw(n)               plain
//	w     = w − η·g + α·Δw(n)       Nesterov
type SGD struct {
	LearningRate float64 // η
	Momentum     float64 // α, 0 ≤ α < 1
	Nesterov     bool
	Control      Scalars // nil: none, see [ControlRate]
}

// RMSprop divides the step by the root of a running mean of g² (Tieleman &
// Hinton 2012), as Keras 3 writes it, Epsilon under the root:
//
//	s  = ρ·s + (1 − ρ)·g²
//	Δw = −η·g / √(s + ε)            without momentum: w = w + Δw
//	v  = α·v + η·g / √(s + ε)       with momentum:    w = w − v
type RMSprop struct {
	LearningRate float64 // η
	Rho          float64 // ρ
	Momentum     float64 // α
	Epsilon      float64 // ε
	Control      Scalars // nil: none, see [ControlRate]
}

// Adam (Kingma & Ba 2015), as Keras 3 writes it, Epsilon outside the root. With
// WeightDecay it is AdamW (Loshchilov & Hutter 2019), which shrinks w before:
//
//	w  = (1 − η·λ)·w
//	m  = β₁·m + (1 − β₁)·g
//	v  = β₂·v + (1 − β₂)·g²
//	Δw = −η·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε)
type Adam struct {
	LearningRate float64 // η
	Beta1, Beta2 float64
	Epsilon      float64 // ε
	WeightDecay  float64 // λ
	Step         int     // t = 1, 2, …
	Control      Scalars // nil: none, see [ControlRate]
}

// Nadam is Adam that looks a step of the momentum ahead (Dozat 2016), as Keras 3
// writes it. With m and v of [Adam] and μₜ = β₁·(1 − ½·0.96ᵗ),
//
//	m̂  = μₜ₊₁·m/(1 − Πᵢ₌₁ᵗ⁺¹ μᵢ) + (1 − μₜ)·g/(1 − Πᵢ₌₁ᵗ μᵢ)
//	Δw = −η·m̂ / (√(v/(1 − β₂ᵗ)) + ε)
type Nadam struct {
	LearningRate float64 // η
	Beta1, Beta2 float64
	Epsilon      float64 // ε
	Step         int     // t = 1, 2, …
	Control      Scalars // nil: none, see [ControlRate]
}

// Factors returns what the parts of the step count: Δw = −(m·M + g·G)/(√(v·V) + ε).
func (p Nadam) Factors() (M, G, V float64) {
	mu := func(t int) float64 { return p.Beta1 * (1 - 0.5*math.Pow(0.96, float64(t))) }
	product := 1.0
	for t := 1; t <= p.Step && product > 1e-17; t++ { // less counts nothing beside 1
		product *= mu(t)
	}
	now, next := mu(p.Step), mu(p.Step+1)
	return p.LearningRate * next / (1 - product*next), p.LearningRate * (1 - now) / (1 - product), 1 / (1 - math.Pow(p.Beta2, float64(p.Step)))
}

// Adagrad divides the step by the root of the sum of all g² so far (Duchi et al.
// 2011), as Keras 3 writes it:
//
//	s  = s + g²
//	Δw = −η·g / √(s + ε)
type Adagrad struct {
	LearningRate float64 // η
	Epsilon      float64 // ε
	Control      Scalars // nil: none, see [ControlRate]
}

// Adadelta makes steps as large as the steps before were, by the running means s
// of g² and d of Δ² (Zeiler 2012), as Keras 3 writes it:
//
//	s  = ρ·s + (1 − ρ)·g²
//	Δ  = −g·√(d + ε) / √(s + ε)
//	d  = ρ·d + (1 − ρ)·Δ²
//	Δw = η·Δ
type Adadelta struct {
	LearningRate float64 // η
	Rho          float64 // ρ
	Epsilon      float64 // ε
	Control      Scalars // nil: none, see [ControlRate]
}
