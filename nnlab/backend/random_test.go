package backend_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// TestBits compares with the first outputs of SplitMix64 that are published for
// two seeds: for 0 by Java's SplittableRandom and by Vigna's splitmix64.c, for
// 1234567 at Rosetta Code, "Pseudo-random numbers/Splitmix64".
func TestBits(t *testing.T) {
	for key, want := range map[uint64][]uint64{
		0:       {0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f, 0xf88bb8a8724c81ec, 0x1b39896a51a8749b},
		1234567: {6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821},
	} {
		for i, w := range want {
			if got := backend.Bits(key, i); got != w {
				t.Errorf("Bits(%d, %d) = %#x, want %#x", key, i, got, w)
			}
		}
	}
}

// TestUniform tests that the sequences of neighbouring keys are spread evenly
// over [0, 1), each alone, along the sequence, and one against the other.
func TestUniform(t *testing.T) {
	const n, bins = 1 << 18, 64
	for key := range uint64(4) {
		var count [bins]int
		var pairs [8][8]int
		var sum, squares, lag, cross float64
		for i := range n {
			u := backend.Uniform(key, i)
			if !(u >= 0 && u < 1) {
				t.Fatalf("Uniform(%d, %d) = %v", key, i, u)
			}
			v := float64(u) - 0.5
			next := float64(backend.Uniform(key, i+1)) - 0.5
			count[int(u*bins)]++
			pairs[int(u*8)][int((next+0.5)*8)]++
			sum += v
			squares += v * v
			lag += v * next
			cross += v * (float64(backend.Uniform(key+1, i)) - 0.5)
		}
		// Five standard deviations of each, for numbers that are uniform and
		// independent: variance 1/12, of squares 1/180, of products 1/144.
		for _, s := range []struct {
			name              string
			got, want, stddev float64
		}{
			{"mean", sum / n, 0, math.Sqrt(1. / 12 / n)},
			{"variance", squares / n, 1. / 12, math.Sqrt(1. / 180 / n)},
			{"product with the next", lag / n, 0, math.Sqrt(1. / 144 / n)},
			{"product with the next key's", cross / n, 0, math.Sqrt(1. / 144 / n)},
			{"χ² of 64 bins", chiSquare(count[:], n), bins - 1, math.Sqrt(2 * (bins - 1))},
			{"χ² of pairs", chiSquare(flatten(pairs), n), 63, math.Sqrt(2 * 63)},
		} {
			if math.Abs(s.got-s.want) > 5*s.stddev {
				t.Errorf("key %d: %s is %v, want %v ± %v", key, s.name, s.got, s.want, 5*s.stddev)
			}
		}
	}
}

func chiSquare(count []int, n int) float64 {
	expected := float64(n) / float64(len(count))
	sum := 0.0
	for _, c := range count {
		d := float64(c) - expected
		sum += d * d / expected
	}
	return sum
}

func flatten(x [8][8]int) (y []int) {
	for _, row := range x {
		y = append(y, row[:]...)
	}
	return y
}

// The numbers can be made in any order: they are a function of key and place.
func ExampleUniform() {
	fmt.Println(backend.Uniform(0, 2), backend.Uniform(0, 0))
	// Output: 0.026433766 0.8833108
}
