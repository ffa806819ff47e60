package arch_test

import (
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// module is what a network, or a part of it, must be like.
type module struct {
	name       string
	shape      string // behind it
	parameters int    // that learn
}

// compareModules sums the parameters of the layers of each module and looks at its last shape.
func compareModules(t *testing.T, m *nn.Model, want []module) {
	t.Helper()
	layers := m.Compile(nn.CategoricalCrossentropy, nn.SGD(0.01)).Layers()
	if layers == nil {
		t.Fatal(m.Err())
	}
	for _, w := range want {
		got := module{name: w.name}
		for _, l := range layers {
			if strings.HasPrefix(l.Name, w.name+".") || l.Name == w.name {
				got.shape = l.Shape.String()
				got.parameters += learningOf(l)
			}
		}
		if got != w {
			t.Errorf("got  %v\nwant %v", got, w)
		}
	}
}

// Each row of table 1 of Szegedy et al. 2015. With a, b, d, e, f, p the filters of the table, of
// an input of c channels, a module has
//
//	c·a + a + c·b + b + 9·b·d + d + c·e + e + 25·e·f + f + c·p + p
//
// parameters. The table's own numbers, in K, are 1 to 9 % off: it says 159 for the first where
// 163 696 are 160 times 1 024, and 463 for inception (4c).
func TestGoogLeNetModules(t *testing.T) {
	paper := map[string]float64{"inception3a": 159, "inception3b": 380, "inception4a": 364, "inception4b": 437, "inception4c": 463,
		"inception4d": 580, "inception4e": 840, "inception5a": 1072, "inception5b": 1388, "fc": 1000}
	modules := []module{
		{"conv1", "[112 112 64]", 7*7*3*64 + 64}, {"conv2", "[56 56 64]", 64*64 + 64}, {"conv3", "[56 56 192]", 3*3*64*192 + 192},
		{"inception3a", "[28 28 256]", 163_696}, {"inception3b", "[28 28 480]", 388_736},
		{"inception4a", "[14 14 512]", 376_176}, {"inception4b", "[14 14 512]", 449_160}, {"inception4c", "[14 14 512]", 510_104},
		{"inception4d", "[14 14 528]", 605_376}, {"inception4e", "[14 14 832]", 868_352},
		{"inception5a", "[7 7 832]", 1_043_456}, {"inception5b", "[7 7 1024]", 1_444_080}, {"fc", "[1000]", 1024*1000 + 1000},
		// 4×4 cells of 128 channels, 1 024 units, 1 000 outputs (section 5).
		{"aux1", "[1000]", 512*128 + 128 + 16*128*1024 + 1024 + 1024*1000 + 1000}, {"aux2", "[1000]", 528*128 + 128 + 16*128*1024 + 1024 + 1024*1000 + 1000},
	}
	compareModules(t, arch.GoogLeNet(), modules)
	for _, m := range modules {
		if k, told := paper[m.name]; told && math.Abs(float64(m.parameters)/1024/k-1) > 0.09 {
			t.Errorf("%s has %d parameters, the paper says %vK", m.name, m.parameters, k)
		}
	}
}

// Inception-v2, table 1 of Szegedy et al. 2016, in which the sizes stand; the parameters are those
// of the convolutions of figures 5, 6, 7 and 10, without biases, and two for each channel of a
// normalisation.
func TestInceptionV2Modules(t *testing.T) {
	compareModules(t, arch.InceptionV2(), []module{
		{"conv1", "[149 149 32]", 928}, {"conv2", "[147 147 32]", 9_280}, {"conv3", "[147 147 64]", 18_560}, {"maxpool2d", "[73 73 64]", 0},
		{"conv4", "[71 71 80]", 46_240}, {"conv5", "[35 35 192]", 138_624}, {"conv6", "[35 35 288]", 498_240},
		{"inception1", "[35 35 288]", 236_000}, {"inception2", "[35 35 288]", 236_000}, {"reduction1", "[17 17 768]", 397_696},
		{"inception3", "[17 17 768]", 1_297_408}, {"inception4", "[17 17 768]", 1_691_008}, {"inception5", "[17 17 768]", 1_691_008},
		{"inception6", "[17 17 768]", 2_141_952}, {"reduction2", "[8 8 1280]", 1_513_600},
		{"inception7", "[8 8 2048]", 5_044_608}, {"inception8", "[8 8 2048]", 6_076_800}, {"fc", "[1000]", 2_049_000},
		{"aux", "[1000]", 4_401_384},
	})
}

// The modules alone: what the lecture compares.
func TestModules(t *testing.T) {
	for name, c := range map[string]struct {
		layer      nn.Layer
		in         tensor.Shape
		shape      string
		parameters int
	}{
		// Of inception (3a) of table 1: the pool's 192 channels all come out, and the 5×5 alone has 153 632.
		"naive":          {arch.NaiveInception("m", 64, 128, 32), tensor.Shape{28, 28, 192}, "[28 28 416]", 192*64 + 64 + 9*192*128 + 128 + 25*192*32 + 32},
		"two threes":     {arch.TwoThrees("m", 64, 48, 64, 64, 96, 64), tensor.Shape{35, 35, 288}, "[35 35 288]", 236_000},
		"asymmetric":     {arch.Asymmetric("m", 7, 192, 128), tensor.Shape{17, 17, 768}, "[17 17 768]", 1_297_408},
		"asymmetric 3":   {arch.Asymmetric("m", 3, 5, 2), tensor.Shape{6, 6, 4}, "[6 6 20]", 2*(4*5+2*5) + 2*(4*2+2*2) + 4*(3*2*2+2*2) + 2*(3*2*5+2*5)}, // 1×1; 1×1; in between; the last
		"spread":         {arch.Spread("m", 320, 384, 448, 192), tensor.Shape{8, 8, 1280}, "[8 8 2048]", 5_044_608},
		"grid reduction": {arch.GridReduction("m", 64, 384, 64, 96), tensor.Shape{35, 35, 288}, "[17 17 768]", 397_696},
	} {
		t.Run(name, func(t *testing.T) {
			compareModules(t, nn.Sequential(nn.Input(c.in...), c.layer), []module{{"m", c.shape, c.parameters}})
		})
	}
}
