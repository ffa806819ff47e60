//go:build cuda

package cuda

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutations are mistakes in the kernels' source, and the test that must notice each. The
// first of each test program is none, and must not be noticed.
var mutations = []struct {
	file, right, wrong string
	compile            string // the file that has it
	test               string // of TestValues, or another whole one
}{
	{"rowwise.cu", "KERNEL softmax(", "KERNEL softmax(", "rowwise.cu", "Softmax"},
	// Barriers that are not there.
	{"device.h", "room[thread()] = v;\n  barrier();", "room[thread()] = v;", "rowwise.cu", "SoftmaxGrad"},
	{"device.h", "room[thread()] += room[thread() + half];\n    barrier();", "room[thread()] += room[thread() + half];", "rowwise.cu", "SoftmaxGrad"},
	{"device.h", "double sum = room[0];\n  barrier();", "double sum = room[0];", "norm.cu", "LayerNorm"},
	{"rowwise.cu", "most[thread()] = v;\n  barrier();", "most[thread()] = v;", "rowwise.cu", "Softmax"},
	{"tile.h", "room.b[now][B::In::depth(j)][B::In::side()] = nextB[j];\n    }\n    barrier();", "room.b[now][B::In::depth(j)][B::In::side()] = nextB[j];\n    }", "gemm.cu", "Gemm"},
	{"tile.h", "first += rows) {\n    barrier();", "first += rows) {", "gemm.cu", "Gemm"},
	{"tile.h", "tx * 4] = four;\n      }\n    barrier();", "tx * 4] = four;\n      }", "gemm.cu", "Gemm"},
	{"columns.h", "room[thread()] = v;\n  barrier();", "room[thread()] = v;", "reductions.cu", "SumRows"},
	// Indices that are off.
	{"tile.h", "ty * 4], left", "ty * 4 + 4], left", "gemm.cu", "Gemm"},
	{"conv.h", "at * g.w.channels + walk.inner)", "at * g.w.channels + walk.inner + 1)", "conv.cu", "Conv"},
	{"pool.cu", "places[at] == own", "places[at] == own + 1", "pool.cu", "MaxPoolGrad"},
	{"columns.h", "half >= width", "half > width", "reductions.cu", "SumRows"},
	// Strides that are another's.
	{"gemm.h", "m, tile.end, WayA == ALONG ? k : 1", "m, tile.end, WayA == ALONG ? m : 1", "gemm.cu", "Gemm"},
	{"window.h", "out.y * w.stride[1]", "out.y * w.stride[2]", "pool.cu", "MaxPool"},
	{"elementwise.cu", "a5 * t5", "a5 * f5", "elementwise.cu", "Move"},
	{"norm.cu", "sums[cols + c] * share", "sums[c] * share", "norm.cu", "NormalizeGrad"},
	// Tensor cores: copies that nobody waits for, or too few, or into what is being read; barriers;
	// indices and strides; factors that are not rounded, or by another rule.
	{"tensor.h", "arrived<stages - 2>();", "arrived<stages - 2>();", tensor, "TestTF32Errors"},
	{"tensor.h", "arrived<stages - 2>();", "", tensor, "TestTF32Errors"},
	{"tensor.h", "arrived<stages - 2>();", "arrived<stages - 1>();", tensor, "TestTF32Errors"},
	{"tensor.h", "now == 0 ? stages - 1 : now - 1", "now", tensor, "TestTF32Errors"},
	{"tensor.h", "barrier(); // all copies", "// all copies", tensor, "TestTF32Errors"},
	{"tensor.h", "i++) {\n    barrier();", "i++) {", tensor, "TestTF32Errors"},
	{"tensor.h", "[half * 2 + side];\n    barrier();", "[half * 2 + side];", tensor, "TestTF32Errors"},
	{"tensor.h", "k + j / 2 * 4", "k + j % 2 * 4", tensor, "TestTF32Errors"},
	{"tensor.h", "sums[i][j][half * 2 + side]", "sums[i][j][side * 2 + half]", tensor, "TestTF32Errors"},
	{"tensor.h", "(depth + d) * m.depthStride", "(depth + d) * m.sideStride", tensor, "TestTF32Errors"},
	{"tensor.h", "m.first + side < m.sides : depth + d < m.end", "true : true", tensor, "TestTF32Errors"},
	{"tensor.h", "cvt.rna.tf32.f32 %0, %1;", "mov.b32 %0, %1;", tensor, "TestTF32Errors"},
	{"tensor.h", "cvt.rna.tf32.f32 %0, %1;", "and.b32 %0, %1, 0xffffe000;", tensor, "TestTF32View"},
	// Winograd's way: barriers, indices, strides, signs, weights that are not turned.
	{winogradFile, "barrier(); // all factors", "// all factors", winogradFile, winogradTest},
	{winogradFile, "if (half == 1)", "if (half == 2)", winogradFile, winogradTest},
	{winogradFile, "putWeights(room.of, half, nextW)", "putWeights(room.of, 0, nextW)", winogradFile, winogradTest},
	{winogradFile, "barrier(); // all sums", "// all sums", winogradFile, winogradTest},
	{winogradFile, "barrier(); // the next part", "// the next part", winogradFile, winogradTest},
	{winogradFile, "swapped(side * TILES / 2 + fourth, depth)", "swapped(side * TILES / 2 + fourth, k)", winogradFile, winogradTest},
	{winogradFile, "row >= s.out[0]", "row > s.out[0]", winogradFile, winogradTest},
	{winogradFile, "down = s.in[1] * s.channels", "down = s.in[0] * s.channels", winogradFile, winogradTest},
	{winogradFile, "half[1] - half[2] - half[3]", "half[1] - half[2] + half[3]", winogradFile, winogradTest},
	{winogradFile, "turned ? 8 - cell : cell", "cell", winogradFile, winogradTest},
}

const (
	tensor       = "gemm_sm80.cu"
	winogradFile = "winograd.cu"
	winogradTest = "TestWinogradSmall"
)

// TestMain takes kernels from another folder where TestMutations says so, and leaves out what
// TestWaits says.
func TestMain(m *testing.M) {
	leaveOutWait(os.Getenv(leftOutName))
	if dir := os.Getenv("NNLAB_CUDA_TEST_KERNELS"); dir != "" {
		images = os.DirFS(dir)
	}
	os.Exit(m.Run())
}

// TestMutations makes each mistake in turn; the suite must notice it.
func TestMutations(t *testing.T) {
	library := os.Getenv("NNLAB_LIBDEVICE")
	if library == "" {
		t.Skip("go run ./tools cuda runs it: it compiles kernels")
	}
	for _, m := range mutations {
		t.Run(m.file+" "+m.wrong, func(t *testing.T) {
			t.Parallel() // each is a program of its own
			dir := t.TempDir()
			kernels := filepath.Join(dir, "kernels")
			if err := os.CopyFS(kernels, os.DirFS("kernels")); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(kernels, m.file)
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(source), m.right); n != 1 {
				t.Fatalf("%q stands %d times in %s", m.right, n, m.file)
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(source), m.right, m.wrong, 1)), 0o666); err != nil {
				t.Fatal(err)
			}
			compile := exec.Command("go", "run", "./internal/ptx", filepath.Join(kernels, m.compile))
			if text, err := compile.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			test := "^TestValues$/^" + m.test + "$"
			if strings.HasPrefix(m.test, "Test") {
				test = "^" + m.test + "$"
			}
			run := exec.Command(os.Args[0], "-test.short", "-test.run="+test)
			run.Env = append(os.Environ(), "NNLAB_CUDA_TEST_KERNELS="+dir)
			text, err := run.CombinedOutput()
			var exit *exec.ExitError
			switch noticed := errors.As(err, &exit); {
			case m.right == m.wrong && err != nil:
				t.Errorf("the kernels as they are: %v\n%s", err, text)
			case m.right != m.wrong && !noticed:
				t.Errorf("nothing notices it: %v\n%s", err, text)
			}
		})
	}
}
