//go:build cuda

package cuda

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/backendtest"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
)

// cores is the GPU with tensor cores. A card that is older has none to test.
func cores(t *testing.T) backend.Backend {
	t.Helper()
	b, err := gpu(t).(backend.TensorCores).TF32()
	if err != nil && deviceOf(gpu(t)) != "emulator" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// deviceOf is what a backend computes on.
func deviceOf(b backend.Backend) string { return b.(backend.Device).Device() }

// toTF32 rounds a float32 to 10 bits behind the point, and a number in the middle away from 0.
func toTF32(v float64) float64 {
	bits := math.Float32bits(float32(v))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	return float64(math.Float32frombits((bits + 1<<12) &^ (1<<13 - 1)))
}

// TestTF32 holds what is computed on tensor cores to the suite, with factors that the
// reference rounds as they do: but for the sums nothing may differ. Tensor cores cut sums off
// where float32 rounds them, which is allowed four times as much as without.
func TestTF32(t *testing.T) {
	backendtest.RunProducts(t, cores(t), backendtest.Factors(toTF32), backendtest.Products(16), backendtest.Spread())
}

// TestTF32Errors holds products to what is promised of numbers that are no TF32. Matrices
// whose rows begin at multiples of 16 bytes go another way to shared memory than others.
func TestTF32Errors(t *testing.T) {
	for _, size := range [][3]int{{64, 64, 64}, {40, 72, 100}, {1, 4, 8}, {132, 68, 36}, {66, 70, 30}, {9, 8, 1}, {64, 64, 1024}} {
		compareProducts(t, cores(t), size[0], size[1], size[2])
	}
}

// TestLargeTiles tests the kernels by tiles of 128×128 numbers with products that alone would
// be too small for them.
func TestLargeTiles(t *testing.T) {
	defer func(is int) { enough = is }(enough)
	enough = 1
	for _, d := range []backend.Backend{gpu(t), cores(t)} {
		for _, size := range [][3]int{{128, 128, 32}, {200, 132, 68}, {65, 131, 9}} {
			compareProducts(t, d, size[0], size[1], size[2])
		}
		square := func(n int) [3]int { return [3]int{1, n, n} }
		const images = 2
		g := backend.Convolution{Window: backend.Window{In: square(9), Out: square(9), Size: square(3), Stride: square(1), Dilation: square(1),
			Pad: [3]int{0, 1, 1}, Channels: 68}, Filters: 66, Groups: 1}
		in, out, weights := images*g.Inputs()*g.Channels, images*g.Outputs()*g.Filters, g.Depth()*g.Filters
		compare(t, d, "Conv", g.Depth(), in, weights, out, func(on backend.Backend, x, w, y backend.Buffer) {
			on.Conv(g, images, x, w, y, backend.Epilogue{})
		})
		compare(t, d, "ConvGradInput", g.Cells()*g.Filters, out, weights, in, func(on backend.Backend, dy, w, dx backend.Buffer) {
			on.ConvGradInput(g, images, dy, w, dx, backend.Derivative{})
		})
		compare(t, d, "ConvGradKernel", images*g.Outputs(), in, out, weights, func(on backend.Backend, x, dy, dw backend.Buffer) {
			on.ConvGradKernel(g, images, x, dy, 0, dw)
		})
	}
}

func compareProducts(t *testing.T, d backend.Backend, m, n, k int) {
	t.Helper()
	for by := backend.NN; by <= backend.TT; by++ {
		compare(t, d, fmt.Sprintf("Gemm %d, %d×%d×%d", by, m, k, n), k, m*k, k*n, m*n, func(on backend.Backend, a, b, c backend.Buffer) {
			on.Gemm(by, m, n, k, a, b, 0, c, backend.Epilogue{})
		})
	}
}

// compare holds a product of two factors, whose numbers are sums of that many terms, to the
// reference: a sum of k terms in float32 errs by k·2⁻²³ of the sum of their sizes, twice what it
// would if it were rounded; a term of factors rounded to TF32 by 2·2⁻¹¹ + 2⁻²² of itself.
func compare(t *testing.T, d backend.Backend, what string, terms, left, right, size int, multiply func(on backend.Backend, a, b, c backend.Buffer)) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(size)))
	a, b := make([]float32, left), make([]float32, right)
	for _, x := range [][]float32{a, b} {
		for i := range x {
			x[i] = random.Float32() - 0.5
		}
	}
	product := func(on backend.Backend, f func(float32) float32) []float32 {
		c := on.Alloc(size)
		multiply(on, upload(on, a, f), upload(on, b, f), c)
		got := make([]float32, size)
		on.Download(got, c)
		return got
	}
	same := func(v float32) float32 { return v }
	got, want, sizes := product(d, same), product(ref.New(), same), product(ref.New(), func(v float32) float32 { return max(v, -v) })
	if err := d.Sync(); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	relative := float64(terms) * math.Ldexp(1, -23)
	if _, short := d.(tf32); short {
		relative += math.Ldexp(1, -10) + math.Ldexp(1, -22)
	}
	if d, ok := d.(*device); ok && d.way != directly {
		relative *= winogradErrs
	}
	for i := range got {
		if e := math.Abs(float64(got[i]) - float64(want[i])); !(e <= relative*float64(sizes[i])) {
			t.Fatalf("%s on %s: number %d is %v, and exactly %v: allowed is an error of %v", what, deviceOf(d), i, got[i], want[i], relative*float64(sizes[i]))
		}
	}
}

// upload makes a buffer of f(x).
func upload(on backend.Backend, x []float32, f func(float32) float32) backend.Buffer {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = f(v)
	}
	b := on.Alloc(len(x))
	on.Upload(b, y)
	return b
}

// TestTF32View asks what is other about the backend with tensor cores: its kernels, and what
// it is called; its memory is the same.
func TestTF32View(t *testing.T) {
	plain, d := gpu(t), cores(t)
	if again, err := d.(backend.TensorCores).TF32(); again != d || err != nil {
		t.Errorf("once more it is %v, %v", again, err)
	}
	if deviceOf(d) != deviceOf(plain)+", TF32" || d.Name() != plain.Name() {
		t.Errorf("it is called %s on %s", d.Name(), deviceOf(d))
	}
	const v = float32(0.7) // which TF32 rounds up
	x := upload(plain, []float32{v}, func(v float32) float32 { return v })
	got := map[bool]float32{}
	for _, short := range []bool{false, true} {
		on, y := plain, plain.Alloc(1)
		if short {
			on = d
		}
		on.Gemm(backend.NN, 1, 1, 1, x, x, 0, y, backend.Epilogue{})
		is := []float32{0}
		plain.Download(is, y)
		got[short] = is[0]
	}
	short := float32(toTF32(float64(v)))
	if short <= v || got[false] != v*v || got[true] != short*short {
		t.Errorf("%v squared is %v, and on tensor cores %v; want %v and %v", v, got[false], got[true], v*v, short*short)
	}
}

// TestTF32OldCard asks a card that has no such cores, in a program of its own.
func TestTF32OldCard(t *testing.T) {
	if os.Getenv("CUDAEMU_CAPABILITY") != "" {
		d := gpu(t)
		_, err := d.(backend.TensorCores).TF32()
		fmt.Println("tensor cores:", err)
		x := upload(d, []float32{3}, func(v float32) float32 { return v })
		d.Gemm(backend.NN, 1, 1, 1, x, x, 0, d.Alloc(1), backend.Epilogue{})
		fmt.Println("Sync:", d.Sync())
		return
	}
	if deviceOf(gpu(t)) != "emulator" {
		t.Skip("this card is what it is")
	}
	old := exec.Command(os.Args[0], "-test.run=^TestTF32OldCard$")
	old.Env = append(os.Environ(), "CUDAEMU_CAPABILITY=75")
	text, err := old.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) || !strings.Contains(string(text), "tensor cores: cuda: emulator has the compute capability 7.5, and tensor cores know TF32 since 8.0\nSync: <nil>") {
		t.Errorf("%v\n%s", err, text)
	}
}
