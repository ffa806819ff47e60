package nn_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// vgg16 is the network of the slide "VGGNet" with 16 layers that have weights
// (Simonyan & Zisserman 2015, configuration D).
func vgg16() *nn.Model {
	layers := []nn.Layer{nn.Input(224 * 224 * 3), nn.Reshape(224, 224, 3)}
	for _, block := range [][2]int{{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}} {
		for range block[0] {
			layers = append(layers, nn.Conv2D(block[1], 3, nn.Same, nn.ReLU))
		}
		layers = append(layers, nn.MaxPool2D(2))
	}
	layers = append(layers, nn.Flatten(), nn.Dense(4096, nn.ReLU), nn.Dense(4096, nn.ReLU), nn.Dense(1000, nn.Softmax))
	return nn.Sequential(layers...).Compile(nn.CategoricalCrossentropy, nn.SGD(0.01))
}

// TestLargeInference tests that VGG16 answers for an image with no more than 64 MB
// beside its weights: in a process of its own, of whose memory the kernel keeps the
// largest value.
func TestLargeInference(t *testing.T) {
	const variable, parameters = "NNLAB_TEST_VGG16", 138_357_544
	if os.Getenv(variable) != "" {
		m := vgg16()
		image, target := make([]float32, 224*224*3), make([]float32, 1000)
		for i := range image {
			image[i] = float32(i%256) / 255
		}
		if _, err := m.Predict(datasets.FromTargets([][]float32{image}, [][]float32{target})); err != nil {
			t.Fatal(err)
		}
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%s\n", status)
		return
	}
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("takes 600 MB, and reads /proc")
	}
	child := exec.Command(os.Args[0], "-test.run=^TestLargeInference$", "-test.count=1")
	child.Env = append(os.Environ(), variable+"=1")
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var kilobytes int
	if _, after, found := strings.Cut(string(out), "VmHWM:"); !found {
		t.Fatalf("no VmHWM in %s", out)
	} else if _, err := fmt.Sscan(after, &kilobytes); err != nil {
		t.Fatal(err)
	}
	const weights = 4 * parameters
	if beside := kilobytes*1024 - weights; beside <= 0 || beside > 64<<20 {
		t.Errorf("the process took %d MB beside its weights, at most 64 are allowed and less than none is a mistake", beside>>20)
	}
}
