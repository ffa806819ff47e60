package datasets

import (
	"math/rand/v2"
	"os"
	"testing"
)

// What a cell pays that declares its data and does not use them.
func BenchmarkUnopened(b *testing.B) {
	for b.Loop() {
		train, validation, test := MNISTSplit()
		train.Shuffle(1)
		_, _ = validation, test
	}
}

// What the first cell pays: unpacking the published files and leaving a copy.
func BenchmarkOpenFirst(b *testing.B) {
	for b.Loop() {
		p := mnistTrain.copyFor(&mnist)
		os.Remove(p.cachePath())
		if err := p.set().Open(); err != nil {
			b.Fatal(err)
		}
	}
}

// What each later cell pays for the training examples.
func BenchmarkOpenTrain(b *testing.B) { benchmarkOpen(b, &mnistTrain) }

// What each later cell pays for the test examples.
func BenchmarkOpenTest(b *testing.B) { benchmarkOpen(b, &mnistTest) }

func benchmarkOpen(b *testing.B, p *part) {
	if err := p.copyFor(&mnist).set().Open(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := p.copyFor(&mnist).set().Open(); err != nil {
			b.Fatal(err)
		}
	}
}

// A batch of 128 random training examples.
func BenchmarkBatch128(b *testing.B) { benchmarkBatch(b, func(s *Set) *Set { return s }) }

// The same with targets as vectors, of a shuffled set.
func BenchmarkBatch128ShuffledOneHot(b *testing.B) {
	benchmarkBatch(b, func(s *Set) *Set { return s.Shuffle(1).OneHot() })
}

func benchmarkBatch(b *testing.B, f func(*Set) *Set) {
	train, _ := MNIST()
	s := f(train)
	if err := s.Open(); err != nil {
		b.Fatal(err)
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(s.Len())
	x, y := make([]float32, 128*784), make([]float32, 128*s.TargetSize())
	b.SetBytes(128 * 784)
	b.ReportAllocs()
	from := 0
	for b.Loop() {
		s.Batch(order[from:from+128], x, y)
		from = (from + 128) % (s.Len() - 128)
	}
}
