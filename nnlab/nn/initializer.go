package nn

import (
	"fmt"
	"math"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Initializer draws the first values of a parameter.
type Initializer struct {
	name         string
	distribution distribution
	scale        float64 // variance·n, or the constant itself
	mode         fanMode // which n
	own          *func(shape tensor.Shape, i int) float64
}

type distribution uint8

const (
	constant distribution = iota
	uniform
	normal
	truncatedNormal
	computed // by own
)

type fanMode uint8

const (
	fanIn fanMode = iota
	fanAvg
	fanNone // n = 1
)

// The initializers, with a variance of scale/n (Keras's VarianceScaling): n is
// the number of inputs of a unit, for Glorot the mean of its inputs and
// outputs. The uniform ones draw from ±√(3·scale/n), the normal ones from a
// normal distribution cut off at two standard deviations and widened so that
// the variance is right after the cut.
var (
	Zeros         = Initializer{name: "Zeros"}
	Ones          = Initializer{name: "Ones", scale: 1}
	GlorotUniform = Initializer{name: "GlorotUniform", distribution: uniform, scale: 1, mode: fanAvg}        // Glorot & Bengio 2010
	GlorotNormal  = Initializer{name: "GlorotNormal", distribution: truncatedNormal, scale: 1, mode: fanAvg} // Glorot & Bengio 2010
	HeUniform     = Initializer{name: "HeUniform", distribution: uniform, scale: 2, mode: fanIn}             // He et al. 2015
	HeNormal      = Initializer{name: "HeNormal", distribution: truncatedNormal, scale: 2, mode: fanIn}      // He et al. 2015
	LecunUniform  = Initializer{name: "LecunUniform", distribution: uniform, scale: 1, mode: fanIn}          // LeCun et al. 1998
	LecunNormal   = Initializer{name: "LecunNormal", distribution: truncatedNormal, scale: 1, mode: fanIn}   // LeCun et al. 1998
)

// Constant sets all values to v.
func Constant(v float64) Initializer {
	return Initializer{name: fmt.Sprintf("Constant(%v)", v), scale: v}
}

// RandomNormal draws from a normal distribution around 0 with the given standard
// deviation, whatever the layer's size (Keras's default is 0.05).
func RandomNormal(deviation float64) Initializer {
	return Initializer{name: fmt.Sprintf("RandomNormal(%v)", deviation), distribution: normal, scale: deviation * deviation, mode: fanNone}
}

// RandomUniform draws from −limit ≤ w < limit, whatever the layer's size (Keras's
// default is 0.05).
func RandomUniform(limit float64) Initializer {
	return Initializer{name: fmt.Sprintf("RandomUniform(%v)", limit), distribution: uniform, scale: limit * limit / 3, mode: fanNone}
}

// InitializerFunc computes each value: f is asked for element i, row by row, of a
// parameter of the given shape. The name stands for the function in the layer's recipe, so another
// function needs another name.
//
//	identity := nn.InitializerFunc("identity", func(s tensor.Shape, i int) float64 {
//		if i/s[1] == i%s[1] {
//			return 1
//		}
//		return 0
//	})
func InitializerFunc(name string, f func(shape tensor.Shape, i int) float64) Initializer {
	return Initializer{name: name, distribution: computed, own: &f}
}

// String is the initializer's name as Keras has it.
func (in Initializer) String() string { return in.name }

// truncatedDeviation is the standard deviation of a standard normal cut off at
// ±2: √(1 − 2·2·φ(2)/(2Φ(2) − 1)).
const truncatedDeviation = 0.87962566103423978

// fill draws all values of t, in the order of its elements, from the random
// sequence named key.
func (in Initializer) fill(t *tensor.Tensor, inputs, outputs int, key uint64) {
	switch in.distribution {
	case constant:
		t.Backend.Fill(t.Size(), in.scale, t.Buffer)
		return
	case computed:
		t.SetEach(func(i int) float32 { return float32((*in.own)(t.Shape, i)) })
		return
	}
	n := 1.0
	switch in.mode {
	case fanIn:
		n = float64(inputs)
	case fanAvg:
		n = float64(inputs+outputs) / 2
	}
	deviation := math.Sqrt(in.scale / n)
	limit, draw := math.Sqrt(3)*deviation, normals{key: key}
	t.SetEach(func(i int) float32 {
		if in.distribution == uniform {
			return float32((2*float64(backend.Uniform(key, i)) - 1) * limit)
		}
		z := draw.next()
		if in.distribution == normal {
			return float32(z * deviation)
		}
		for math.Abs(z) > 2 {
			z = draw.next()
		}
		return float32(z * deviation / truncatedDeviation)
	})
}

// normals is a sequence of standard normal numbers (Box & Muller 1958).
type normals struct {
	key uint64
	i   int
}

func (s *normals) next() float64 {
	u := 1 - float64(backend.Uniform(s.key, s.i)) // (0, 1], so that the logarithm is finite
	v := float64(backend.Uniform(s.key, s.i+1))
	s.i += 2
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
}

type kernelInitializer Initializer

// KernelInitializer chooses how the weights start.
func KernelInitializer(in Initializer) NeuronOption { return kernelInitializer(in) }

type biasInitializer Initializer

// BiasInitializer chooses how the bias starts.
func BiasInitializer(in Initializer) NeuronOption { return biasInitializer(in) }

type noBias struct{}

// NoBias leaves the bias out: out = f(x·W).
func NoBias() NeuronOption { return noBias{} }
