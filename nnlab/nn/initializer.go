package nn

import (
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
}

type distribution uint8

const (
	constant distribution = iota
	uniform
	truncatedNormal
)

type fanMode uint8

const (
	fanIn fanMode = iota
	fanAvg
)

// The initializers, with a variance of scale/n (Keras's VarianceScaling): n is
// the number of inputs of a unit, for Glorot the mean of its inputs and
// outputs. The uniform ones draw from ±√(3·scale/n), the normal ones from a
// normal distribution cut off at two standard deviations and widened so that
// the variance is right after the cut.
var (
	Zeros         = Initializer{name: "Zeros"}
	Ones          = Initializer{name: "Ones", scale: 1}
	GlorotUniform = Initializer{"GlorotUniform", uniform, 1, fanAvg}        // Glorot & Bengio 2010
	GlorotNormal  = Initializer{"GlorotNormal", truncatedNormal, 1, fanAvg} // Glorot & Bengio 2010
	HeUniform     = Initializer{"HeUniform", uniform, 2, fanIn}             // He et al. 2015
	HeNormal      = Initializer{"HeNormal", truncatedNormal, 2, fanIn}      // He et al. 2015
	LecunUniform  = Initializer{"LecunUniform", uniform, 1, fanIn}          // LeCun et al. 1998
	LecunNormal   = Initializer{"LecunNormal", truncatedNormal, 1, fanIn}   // LeCun et al. 1998
)

// String is the initializer's name as Keras has it.
func (in Initializer) String() string { return in.name }

// truncatedDeviation is the standard deviation of a standard normal cut off at
// ±2: √(1 − 2·2·φ(2)/(2Φ(2) − 1)).
const truncatedDeviation = 0.87962566103423978

// fill draws all values of t, in the order of its elements, from the random
// sequence named key.
func (in Initializer) fill(t *tensor.Tensor, inputs, outputs int, key uint64) {
	if in.distribution == constant {
		t.Backend.Fill(t.Size(), in.scale, t.Buffer)
		return
	}
	n := float64(inputs)
	if in.mode == fanAvg {
		n = float64(inputs+outputs) / 2
	}
	deviation := math.Sqrt(in.scale / n)
	limit, draw := math.Sqrt(3)*deviation, normals{key: key}
	t.SetEach(func(i int) float32 {
		if in.distribution == uniform {
			return float32((2*float64(backend.Uniform(key, i)) - 1) * limit)
		}
		z := draw.next()
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
