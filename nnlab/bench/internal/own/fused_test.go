package own

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// unfused is the cpu that is no [backend.Fuser].
type unfused struct {
	backend.Backend
	backend.Host
	backend.Holder
}

// BenchmarkFused lets networks answer in turns with layers that are computed at once and
// layer by layer, and reports the first time as a share of the second: the median of all
// turns.
func BenchmarkFused(b *testing.B) {
	c := cpu.New()
	for _, name := range []string{"resnet50", "resnet18", "googlenet", "inceptionv3", "alexnet", "lenet"} {
		for _, batch := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/%d", name, batch), func(b *testing.B) {
				network := networks[name]
				var models []*nn.Model
				for _, on := range []backend.Backend{c, unfused{c, c.(backend.Host), c.(backend.Holder)}} {
					m := network.answers().Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.On(on))
					if _, err := m.Predict(network.images(batch)); err != nil {
						b.Fatal(err)
					}
					models = append(models, m)
				}
				var shares []float64
				for b.Loop() {
					var seconds [2]float64
					for i, m := range models {
						began := time.Now()
						if _, err := m.Predict(network.images(batch)); err != nil {
							b.Fatal(err)
						}
						seconds[i] = time.Since(began).Seconds()
					}
					shares = append(shares, seconds[0]/seconds[1])
				}
				slices.Sort(shares)
				b.ReportMetric(shares[len(shares)/2], "fused/not")
			})
		}
	}
}
