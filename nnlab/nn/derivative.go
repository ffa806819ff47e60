package nn

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// A student's own layer and loss compute in float64 on the host, an example at a
// time, see onHost. What follows holds their derivatives against differences when the
// model is compiled.

// checkDerivative compares the gradient of f at x, what its author says, with
// central differences of f, for up to 40 elements. The names stand in the
// message: "∂E/∂y".
func checkDerivative(name, author string, f func() float64, x, gradient []float64) *Error {
	at := func(i int, v float64) float64 {
		kept := x[i]
		x[i] = v
		e := f()
		x[i] = kept
		return e
	}
	here := f()
	for i := 0; i < len(x); i += 1 + len(x)/40 {
		e, _ := compare(gradient[i], here, x[i], func(v float64) float64 { return at(i, v) })
		if e <= gradTolerance {
			continue
		}
		const h = 1e-5
		return &Error{
			Expected: fmt.Sprintf("%s[%d] = %.6g, as differences of its function give", name, i, (at(i, x[i]+h)-at(i, x[i]-h))/(2*h)),
			Got:      fmt.Sprintf("%.6g from %s", gradient[i], author),
			Mend:     "look for a wrong sign, a forgotten factor, or an element that " + author + " leaves out"}
	}
	return nil
}

// drawn are n numbers to check functions on: standard normal, or between 0.05
// and 0.95 for functions of probabilities.
func drawn(n int, key uint64, probabilities bool) []float64 {
	values, normal := make([]float64, n), normals{key: key}
	for i := range values {
		if values[i] = normal.next(); probabilities {
			values[i] = 0.05 + 0.9*float64(backend.Uniform(key, i))
		}
	}
	return values
}

// finite tells whether all values are numbers.
func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// catchOwn turns the panic of a function that somebody wrote in a cell, such as
// an index out of range, into an error.
func catchOwn(expected string, err **Error) {
	if p := recover(); p != nil {
		*err = &Error{Expected: expected, Got: fmt.Sprintf("a panic: %v", p), Mend: "look at the lengths of the slices and the indices"}
	}
}
