package nn

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// ownFunction is an activation function that somebody wrote in a cell:
//
//	forward     out = f(net)
//	backward    δ   = ∂E/∂out ⊙ f'(net)
//
// It needs net itself, where those of the package tell f' from out.
type ownFunction struct {
	name          string
	f, derivative func(net float64) float64

	net    *tensor.Tensor // of the batch, where Backward finds it; nil of a function that is in no model
	values [2]onHost
}

// ActivationFunc is an activation function of your own, with its derivative f'(net), both of
// one number. It is an option and a layer as [Sigmoid] is. The name stands for it in
// summaries and in the layer's recipe, so another function needs another name.
//
//	softplus := nn.ActivationFunc("softplus",
//		func(net float64) float64 { return math.Log1p(math.Exp(net)) },
//		func(net float64) float64 { return 1 / (1 + math.Exp(-net)) })
//	layer := nn.Dense(8, softplus)
//
// Compile holds the derivative against differences of f at some numbers, and refuses one
// that is not f's; [GradCheck] does so at the numbers of a model. Both are computed in float64
// on the host, a number at a time, which takes longer than the functions of this package.
func ActivationFunc(name string, f, derivative func(net float64) float64) ActivationFunction {
	return ActivationFunction{own: &ownFunction{name: name, f: f, derivative: derivative}}
}

// in is the function of one layer of a model, which has memory for net.
func (o *ownFunction) in(net *tensor.Tensor) *ownFunction {
	return &ownFunction{name: o.name, f: o.f, derivative: o.derivative, net: net}
}

// apply computes out = f(net) and keeps net. Both may be the same.
func (o *ownFunction) apply(net, out *tensor.Tensor) {
	tensor.Copy(net, o.net)
	x := o.values[0].read(net)
	for i, v := range x {
		x[i] = o.f(v)
	}
	o.values[0].write(out)
}

// backward computes δ = ∂E/∂out ⊙ f'(net).
func (o *ownFunction) backward(dout, δ *tensor.Tensor) {
	x, d := o.values[0].read(o.net), o.values[1].read(dout)
	for i, v := range x {
		d[i] *= o.derivative(v)
	}
	o.values[1].write(δ)
}

// samples are what the function is tried at, near 0 and farther off.
func (o *ownFunction) samples() []float64 {
	x := drawn(20, 23, false)
	for _, v := range x {
		x = append(x, 4*v)
	}
	return x
}

// check says what is wrong with the function.
func (o *ownFunction) check() (err *Error) {
	if o.f == nil || o.derivative == nil {
		return &Error{Expected: "an activation function and its derivative", Got: "nil", Mend: "write nn.ActivationFunc(\"softplus\", func(net float64) float64 {…}, func(net float64) float64 {…})"}
	}
	taken := o.name == "" || o.name == Softmax.String()
	for k := backend.Linear; k <= backend.Step; k++ {
		taken = taken || o.name == k.String()
	}
	if taken {
		return &Error{Expected: "a name of its own for an activation function", Got: fmt.Sprintf("%q", o.name), Mend: fmt.Sprintf("write nn.ActivationFunc(%q, …)", "my "+o.name)}
	}
	defer catchOwn("an f and a derivative that take any number", &err)
	defined := false
	for _, x := range o.samples() {
		here, slope := o.f(x), o.derivative(x)
		if !finite(here) {
			continue
		}
		defined = true
		if e, _ := compare(slope, here, x, o.f); !(e <= gradTolerance) {
			const h = 1e-5
			return &Error{Expected: fmt.Sprintf("f'(%.3g) = %.6g of %s, as differences of f give", x, (o.f(x+h)-o.f(x-h))/(2*h), o.name),
				Got: fmt.Sprintf("%.6g from its derivative", slope), Mend: "look for a wrong sign or a forgotten factor in the derivative, which is one of net"}
		}
	}
	if !defined {
		return &Error{Expected: "an activation function that gives numbers", Got: "NaN or an infinity of " + o.name, Mend: "keep logarithms, roots and divisors off 0"}
	}
	return nil
}

// flat tells whether the derivative is 0 wherever it is tried.
func (o *ownFunction) flat() bool {
	return !slices.ContainsFunc(o.samples(), func(x float64) bool { return o.derivative(x) != 0 })
}
