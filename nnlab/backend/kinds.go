package backend

import "fmt"

// Activation is an elementwise activation function f with its constant.
type Activation struct {
	Kind  ActivationKind
	Alpha float64 // reserved for functions with a constant; 0 otherwise
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

	activations // how many there are
)

// String is the function's name as Keras has it.
func (k ActivationKind) String() string {
	if k >= activations {
		return fmt.Sprintf("ActivationKind(%d)", uint8(k))
	}
	return [...]string{"linear", "sigmoid", "tanh", "relu"}[k]
}

// Loss is a loss function with its constant.
type Loss struct {
	Kind LossKind
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

	losses // how many there are
)

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
}

// Adam (Kingma & Ba 2015), as Keras 3 writes it, Epsilon outside the root:
//
//	m  = β₁·m + (1 − β₁)·g
//	v  = β₂·v + (1 − β₂)·g²
//	Δw = −η·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε)
type Adam struct {
	LearningRate float64 // η
	Beta1, Beta2 float64
	Epsilon      float64 // ε
	Step         int     // t = 1, 2, …
}
