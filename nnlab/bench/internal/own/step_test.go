package own

import (
	"regexp"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// BenchmarkStep trains deep networks as the comparison with the peers does, so that a
// profile tells what a step is made of.
func BenchmarkStep(b *testing.B) {
	for _, item := range work.List(regexp.MustCompile("^step-"), false) {
		b.Run(item.Network, func(b *testing.B) {
			s := server{backend: cpu.New()}
			if _, err := s.do(item); err != nil { // warms up
				b.Fatal(err)
			}
			seconds := 0.0
			for b.Loop() {
				answer, err := s.do(item)
				if err != nil {
					b.Fatal(err)
				}
				seconds += answer.Seconds
			}
			b.ReportMetric(1e3*seconds/float64(b.N), "ms/step")
		})
	}
}
