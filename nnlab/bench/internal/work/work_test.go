package work

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	seen := map[string]bool{}
	for _, i := range List(regexp.MustCompile(""), false) {
		if seen[i.Name] {
			t.Errorf("two items are called %s", i.Name)
		}
		seen[i.Name] = true
		if i.Title == "" || (i.FLOPs > 0) == (i.Kind == Goal) || i.Kind.Repeated() != (i.Budget > 0) {
			t.Errorf("%s: %+v", i.Name, i)
		}
	}
	for _, name := range []string{Gemm1024, "step-alexnet-b8", "step-inceptionv3-b8", "inference-resnet50-b8"} {
		if !seen[name] {
			t.Errorf("there is no %s", name)
		}
	}
	for _, i := range List(regexp.MustCompile("^exemplo2"), true) {
		if i.Network != "cnn" || i.Samples > 4000 || i.Samples%i.Batch != 0 {
			t.Errorf("the short Exemplo 2 is %+v", i)
		}
	}
}

// The arithmetic of an epoch: 193 GFLOP for Exemplo 1, 4.3 TFLOP for Exemplo 2.
func TestFLOPs(t *testing.T) {
	for name, want := range map[string]int{"exemplo1-b128": 192, "exemplo2-b128": 4293, Gemm1024: 2} {
		i := List(regexp.MustCompile("^"+name+"$"), false)
		if len(i) != 1 || i[0].FLOPs/1e9 != want {
			t.Errorf("%s: got %+v, want %d whole GFLOP", name, i, want)
		}
	}
}

// The maps of the papers: 55² behind AlexNet's first convolution, 112² behind
// ResNet's and GoogLeNet's, and half the side behind a stride of 2.
func TestOut(t *testing.T) {
	for name, want := range map[string]int{
		"conv-forward-alexnet-11x11-stride4-1x227-3-96": 55,
		"conv-input-alexnet-5x5-8x27-96-256":            27,
		"conv-kernel-resnet-7x7-stride2-8x224-3-64":     112,
		"conv-input-resnet-3x3-stride2-8x14-256-512":    7,
		"conv-kernel-resnet50-1x1-stride2-8x56-256-512": 28,
		"conv-forward-vgg16-3x3-1x224-3-64":             224,
	} {
		i := List(regexp.MustCompile("^"+name+"$"), false)
		if len(i) != 1 || i[0].Out() != want {
			t.Errorf("%s: got %+v, want %d outputs along a side", name, i, want)
		}
	}
}

func TestLimit(t *testing.T) {
	i := Item{Kind: Epoch, Batch: 128, Samples: 60000, FLOPs: 600000}
	i.Limit(1000)
	if i.Samples != 896 || i.FLOPs != 8960 {
		t.Errorf("got %d images, %d FLOP", i.Samples, i.FLOPs)
	}
	i.Limit(100)
	if i.Samples != 100 {
		t.Errorf("less than a batch became %d images", i.Samples)
	}
	i = Item{Kind: Epoch, Batch: 128, Samples: 60000, FLOPs: 600000, Part: 4}
	i.Limit(12800)
	if i.Samples != 3200 {
		t.Errorf("a quarter of 12800 images became %d", i.Samples)
	}
}

func TestCard(t *testing.T) {
	seen := map[string]bool{}
	for _, i := range Card(regexp.MustCompile("")) {
		if seen[i.Name] {
			t.Errorf("two items are called %s", i.Name)
		}
		seen[i.Name] = true
		if i.Title == "" || (i.FLOPs > 0) == (i.Kind == Stream) || (i.Bytes > 0) != (i.Kind == Stream) || i.Kind.Repeated() != (i.Budget > 0) {
			t.Errorf("%s: %+v", i.Name, i)
		}
	}
	for _, name := range []string{Gemm1024, "exemplo1-b128", "exemplo2-b128", "lenet-b32", "gemm-nn-4096x4096x4096", "gemm-nn-4096x4096x4096-tf32", "stream-copy", "step-resnet50-b32",
		"conv-forward-resnet-3x3-32x56-64-64", "conv-kernel-resnet-7x7-stride2-32x224-3-64", "conv-input-vgg16-3x3-32x56-256-256", "inference-googlenet-b1"} {
		if !seen[name] {
			t.Errorf("there is no %s among %v", name, slices.Sorted(maps.Keys(seen)))
		}
	}
}

// What a convolution is called and what it costs follow its batch.
func TestCardConvolutions(t *testing.T) {
	for _, i := range Card(regexp.MustCompile("^conv-")) {
		if want := 2 * i.Batch * i.Out() * i.Out() * i.Size * i.Size * i.Channels * i.Filters; i.FLOPs != want {
			t.Errorf("%s: %d operations, want %d", i.Name, i.FLOPs, want)
		}
		if !strings.Contains(i.Name, fmt.Sprintf("-%dx%d-%d-%d", i.Batch, i.Side, i.Channels, i.Filters)) || !strings.Contains(i.Title, fmt.Sprintf(" %d·%d² ", i.Batch, i.Side)) {
			t.Errorf("%s, %q are names of %+v", i.Name, i.Title, i)
		}
	}
}
