//go:build cuda

package cuda_test

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// TestTraining trains the networks of Exemplos 1 and 2 for some steps on real images: on
// the GPU and on the CPU the losses are the same but for rounding, and twice on the GPU
// they are the same to the bit.
func TestTraining(t *testing.T) {
	gpu, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	train, _ := datasets.MNIST()
	for name, network := range map[string]func() *nn.Model{"Exemplo 1": arch.MLP, "Exemplo 2": arch.SmallCNN} {
		for how, optimizer := range map[string]nn.Optimizer{"RMSprop": nn.RMSprop(0.001), "Adam": nn.Adam(0.001), "SGD": nn.SGD(0.01, nn.Momentum(0.9))} {
			t.Run(name+" "+how, func(t *testing.T) {
				losses := func(b backend.Backend) []float64 {
					m := network()
					m.Compile(nn.CategoricalCrossentropy, optimizer, nn.Accuracy, nn.On(b), nn.Seed(3))
					h, err := m.Fit(train.Take(8), nn.Epochs(2), nn.BatchSize(4))
					if err != nil {
						t.Fatal(err)
					}
					return h.Get("loss")
				}
				want, first, again := losses(cpu.New()), losses(gpu), losses(gpu)
				if !slices.Equal(first, again) {
					t.Errorf("twice on the GPU: %v, then %v", first, again)
				}
				tolerance := 1e-4
				if how == "RMSprop" {
					tolerance = 1e-3 // its first step is as long for a gradient that is nearly 0 as for any
				}
				for i, w := range want {
					if !(math.Abs(first[i]-w) <= tolerance*w) {
						t.Errorf("epoch %d: a loss of %v, on the CPU %v", i, first[i], w)
					}
				}
			})
		}
	}
}

// TestTrainingReplayed trains the networks of Exemplos 1 and 2, with a last batch that is
// shorter, with graphs and without: the same losses and the same weights, to the bit.
func TestTrainingReplayed(t *testing.T) {
	gpu, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	train, _ := datasets.MNIST()
	for name, network := range map[string]func() *nn.Model{"Exemplo 1": arch.MLP, "Exemplo 2": arch.SmallCNN} {
		t.Run(name, func(t *testing.T) {
			trained := func(replay bool) (losses []float64, weights [][]float32) {
				defer cuda.Replay(gpu, replay)()
				m := network()
				m.Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001), nn.Accuracy, nn.On(gpu), nn.Seed(3))
				h, err := m.Fit(train.Take(7), nn.Epochs(3), nn.BatchSize(2), nn.ExponentialDecay(0.5), nn.Verbose(false))
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range m.Params() {
					weights = append(weights, p.Value.Values())
				}
				return h.Get("loss"), weights
			}
			losses, weights := trained(false)
			before := cuda.Replayed(gpu)
			again, same := trained(true)
			// Of nine whole batches the third that is as those before is captured.
			if n := cuda.Replayed(gpu) - before; n < 3 {
				t.Errorf("%d graphs were launched", n)
			}
			if !slices.Equal(losses, again) || !slices.EqualFunc(weights, same, slices.Equal[[]float32]) {
				t.Errorf("without graphs the losses are %v, with them %v, or the weights differ", losses, again)
			}
		})
	}
}

// shaped is a set whose images have another shape than rows of numbers.
type shaped struct {
	nn.Data
	shape tensor.Shape
}

func (s shaped) Shape() tensor.Shape { return s.shape }

// TestArchitectures trains each architecture, narrow and on small images, for two steps: the
// losses before and behind the first are those of the CPU but for rounding.
func TestArchitectures(t *testing.T) {
	gpu, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	depth := func(n int, f func(int, ...arch.Option) *nn.Model) func(...arch.Option) *nn.Model {
		return func(o ...arch.Option) *nn.Model { return f(n, o...) }
	}
	for _, c := range []struct {
		name    string
		network func(...arch.Option) *nn.Model
		side    int
		options []arch.Option
	}{
		{"LeNet of 1989", arch.LeNet1989, 28, nil},
		{"LeNet-5 of 1998", arch.LeNet5Original, 28, nil},
		{"LeNet-5", arch.LeNet5, 28, nil},
		{"AlexNet", arch.AlexNet, 67, []arch.Option{arch.Width(1. / 16)}},
		{"VGG11", arch.VGG11, 32, []arch.Option{arch.Width(1. / 16)}},
		{"GoogLeNet", arch.GoogLeNet, 64, []arch.Option{arch.Width(1. / 16), arch.Torchvision()}},
		{"Inception-v3", arch.InceptionV3, 75, []arch.Option{arch.Width(1. / 16), arch.Keras()}},
		{"ResNet-18", arch.ResNet18, 32, []arch.Option{arch.Width(1. / 16)}},
		// At 32² its last maps are single numbers, and a BatchNorm over four of them makes of
		// rounding what it likes: in float64 and float32 on the CPU, too.
		{"ResNet-50", arch.ResNet50, 64, []arch.Option{arch.Width(1. / 16)}},
		{"ResNet-20", depth(20, arch.ResNetCIFAR), 28, []arch.Option{arch.Width(1. / 4)}},
		{"pre-activation 11", depth(11, arch.PreActivationResNet), 28, []arch.Option{arch.Width(1. / 4)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			pixels := make([][]float32, 4)
			for i := range pixels {
				pixels[i] = make([]float32, c.side*c.side)
				for j := range pixels[i] {
					pixels[i][j] = r.Float32()
				}
			}
			set := shaped{datasets.FromSlices(pixels, []int{3, 1, 4, 9}), tensor.Shape{c.side, c.side, 1}}
			losses := func(b backend.Backend) []float64 {
				m := c.network(append([]arch.Option{arch.Input(c.side, c.side, 1), arch.Classes(10)}, c.options...)...)
				m.Compile(nn.CategoricalCrossentropy, nn.SGD(0.01), nn.On(b), nn.Seed(5))
				h, err := m.Fit(set, nn.Epochs(2), nn.BatchSize(4))
				if err != nil {
					t.Fatal(err)
				}
				return h.Get("loss")
			}
			got, want := losses(gpu), losses(cpu.New())
			for i, w := range want {
				if !(math.Abs(got[i]-w) <= 1e-3*w) {
					t.Errorf("epoch %d: a loss of %v, on the CPU %v", i, got[i], w)
				}
			}
		})
	}
}

// A batch that finds no memory on the card is refused with the size that would, which then
// does. TestMemory runs it.
func TestSmallCardBatch(t *testing.T) {
	if os.Getenv("CUDAEMU_MEMORY") == "" {
		t.Skip("TestMemory runs it")
	}
	gpu, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	train, _ := datasets.MNIST()
	fit := func(batch int) error {
		m := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(10, nn.Softmax))
		m.Compile(nn.CategoricalCrossentropy, nn.SGD(0.01), nn.On(gpu), nn.Seed(1))
		_, err := m.Fit(train.Take(batch), nn.Epochs(1), nn.BatchSize(batch), nn.Verbose(false))
		return err
	}
	err = fit(8_000)
	if err == nil {
		t.Fatal("8 000 images have found room")
	}
	_, mend, _ := strings.Cut(err.Error(), "write nn.BatchSize(")
	size, convertErr := strconv.Atoi(strings.TrimSuffix(mend, ")"))
	if convertErr != nil || !strings.Contains(err.Error(), "the memory of emulator that other programs leave") {
		t.Fatal(err)
	}
	if err := fit(size); err != nil {
		t.Errorf("with a batch of %d: %v", size, err)
	}
}
