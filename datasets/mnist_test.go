package datasets

import (
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// sumOf is a checksum of all that an opened part holds.
func sumOf(p *part) string {
	e := p.view.from.(*images)
	return fmt.Sprintf("%08x %08x", crc32.ChecksumIEEE(e.pixels), crc32.ChecksumIEEE(e.labels))
}

// The numbers were computed by numpy 2 from the same files, independently of
// this package: x.mean(), x.std(), np.bincount(y), y[:10], zlib.crc32 of both.
// Means, deviations and counts are those that are published for Keras's
// mnist.load_data(), too.
func TestMNIST(t *testing.T) {
	t.Parallel()
	train, test := MNIST()
	for _, c := range []struct {
		name   string
		set    *Set
		part   *part
		sum    string
		counts []int
		first  []int
	}{
		{"train", train, &mnistTrain, "f3639b56 ba07e8ef",
			[]int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, []int{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}},
		{"test", test, &mnistTest, "e4ca5f57 ee8604d9",
			[]int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, []int{7, 2, 1, 0, 4, 1, 4, 9, 5, 9}},
	} {
		if err := c.set.Open(); err != nil {
			t.Fatal(err)
		}
		equal(t, c.name+" bytes", sumOf(c.part), c.sum)
		equal(t, c.name+" shape", c.set.Shape(), tensor.Shape{28, 28, 1})
		equal(t, c.name+" classes", c.set.Classes(), 10)
		counts := make([]int, 10)
		labels := c.set.Labels()
		for _, l := range labels {
			counts[l]++
		}
		equal(t, c.name+" counts", counts, c.counts)
		equal(t, c.name+" first labels", labels[:10], c.first)

	}

	var n, sum, squares float64
	for b := range test.Batches(1000) {
		for _, x := range b.X {
			p := math.Round(float64(x) * 255)
			n, sum, squares = n+1, sum+p, squares+p*p
		}
	}
	mean := sum / n
	std := math.Sqrt(squares/n - mean*mean)
	if math.Abs(mean-33.791224489795916) > 1e-9 || math.Abs(std-79.17246322228642) > 1e-9 {
		t.Errorf("test: mean %v, deviation %v of the pixels", mean, std)
	}
}

// Pixels are what Keras's examples make of them, bit for bit: 0xb438ec03 is
// zlib.crc32((np.arange(256, dtype=np.uint8).astype("float32") / 255).tobytes())
// of numpy 2 on a machine with the least significant byte first.
func TestPixelsAreKeras(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	x := make([]float32, 256)
	newImages(256, all, []byte{0}).example(0, x)
	h := crc32.NewIEEE()
	for _, v := range x {
		b := math.Float32bits(v)
		h.Write([]byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24)})
	}
	equal(t, "CRC-32 of 0/255 … 255/255", h.Sum32(), 0xb438ec03)
}

func TestMNISTSplit(t *testing.T) {
	t.Parallel()
	train, validation, test := MNISTSplit()
	for _, s := range []*Set{train, validation, test} {
		if err := s.Open(); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "sizes", []int{train.Len(), validation.Len(), test.Len()}, []int{50000, 10000, 10000})
	all, _ := MNIST()
	labels := all.Labels()
	equal(t, "train", train.Labels(), labels[:50000])
	equal(t, "validation", validation.Labels(), labels[50000:])
	equal(t, "example 50000", validation.Example(0), all.Example(50000))
}

// A cell that declares its data and does not use them must not pay for them.
func TestLazy(t *testing.T) {
	train, validation, test := MNISTSplit()
	shuffled := train.Shuffle(1).Take(100).OneHot()
	for _, s := range []*Set{train, validation, test, shuffled} {
		if s.view.from != nil {
			t.Error("a set has been opened by making it")
		}
	}
}

func TestSumsInREADME(t *testing.T) {
	readme, err := os.ReadFile("mnist/README.md")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("mnist/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "lines in SHA256SUMS", strings.Count(string(sums), "\n"), len(mnist.Files))
	for _, f := range mnist.Files {
		data, err := os.ReadFile("mnist/" + f.Name)
		if err != nil {
			t.Fatal(err)
		}
		sum := fmt.Sprintf("%x", sha256.Sum256(data))
		equal(t, f.Name, [2]any{sum, int64(len(data))}, [2]any{f.SHA256, f.Size})
		if !strings.Contains(string(sums), sum+"  "+f.Name+"\n") {
			t.Errorf("SHA256SUMS does not have %s", f.Name)
		}
		if !strings.Contains(string(readme), "| "+f.Name+" |") || !strings.Contains(string(readme), "`"+sum+"`") {
			t.Errorf("README.md does not have %s", f.Name)
		}
	}
}
