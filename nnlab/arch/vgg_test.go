package arch_test

import (
	"testing"

	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// Slide "VGGNet (Simonyan, 2014)": 224×224, filters of 3×3, K = 64 … 512, dense
// layers of 4096. Simonyan & Zisserman's table 2 says 138 million parameters for
// configuration D.
func ExampleVGG16() {
	arch.VGG16().Compile(nn.CategoricalCrossentropy, nn.SGD(0.01, nn.Momentum(0.9))).Summary(nn.AllLayers)
	// Output:
	// Model sequential · CategoricalCrossentropy joined with the softmax before it · SGD(0.01, momentum 0.9) · seed 1 · cpu
	// Layer                          Output shape    Map size                      Parameters                        MACs             Receptive field
	// input (Input)                  [224 224 3]                                   0                                 0
	// block1.conv1 (Conv2D)          [224 224 64]    (224 − 3 + 2)/1 + 1 = 224     [(3·3·3) + 1]·64 = 1 792          86 704 128       3×3
	// block1.conv2 (Conv2D)          [224 224 64]    (224 − 3 + 2)/1 + 1 = 224     [(3·3·64) + 1]·64 = 36 928        1 849 688 064    5×5
	// block1.maxpool2d (MaxPool2D)   [112 112 64]    (224 − 2 + 2·0)/2 + 1 = 112   0                                 0                6×6
	// block2.conv1 (Conv2D)          [112 112 128]   (112 − 3 + 2)/1 + 1 = 112     [(3·3·64) + 1]·128 = 73 856       924 844 032      10×10
	// block2.conv2 (Conv2D)          [112 112 128]   (112 − 3 + 2)/1 + 1 = 112     [(3·3·128) + 1]·128 = 147 584     1 849 688 064    14×14
	// block2.maxpool2d (MaxPool2D)   [56 56 128]     (112 − 2 + 2·0)/2 + 1 = 56    0                                 0                16×16
	// block3.conv1 (Conv2D)          [56 56 256]     (56 − 3 + 2)/1 + 1 = 56       [(3·3·128) + 1]·256 = 295 168     924 844 032      24×24
	// block3.conv2 (Conv2D)          [56 56 256]     (56 − 3 + 2)/1 + 1 = 56       [(3·3·256) + 1]·256 = 590 080     1 849 688 064    32×32
	// block3.conv3 (Conv2D)          [56 56 256]     (56 − 3 + 2)/1 + 1 = 56       [(3·3·256) + 1]·256 = 590 080     1 849 688 064    40×40
	// block3.maxpool2d (MaxPool2D)   [28 28 256]     (56 − 2 + 2·0)/2 + 1 = 28     0                                 0                44×44
	// block4.conv1 (Conv2D)          [28 28 512]     (28 − 3 + 2)/1 + 1 = 28       [(3·3·256) + 1]·512 = 1 180 160   924 844 032      60×60
	// block4.conv2 (Conv2D)          [28 28 512]     (28 − 3 + 2)/1 + 1 = 28       [(3·3·512) + 1]·512 = 2 359 808   1 849 688 064    76×76
	// block4.conv3 (Conv2D)          [28 28 512]     (28 − 3 + 2)/1 + 1 = 28       [(3·3·512) + 1]·512 = 2 359 808   1 849 688 064    92×92
	// block4.maxpool2d (MaxPool2D)   [14 14 512]     (28 − 2 + 2·0)/2 + 1 = 14     0                                 0                100×100
	// block5.conv1 (Conv2D)          [14 14 512]     (14 − 3 + 2)/1 + 1 = 14       [(3·3·512) + 1]·512 = 2 359 808   462 422 016      132×132
	// block5.conv2 (Conv2D)          [14 14 512]     (14 − 3 + 2)/1 + 1 = 14       [(3·3·512) + 1]·512 = 2 359 808   462 422 016      164×164
	// block5.conv3 (Conv2D)          [14 14 512]     (14 − 3 + 2)/1 + 1 = 14       [(3·3·512) + 1]·512 = 2 359 808   462 422 016      196×196
	// block5.maxpool2d (MaxPool2D)   [7 7 512]       (14 − 2 + 2·0)/2 + 1 = 7      0                                 0                212×212
	// flatten (Flatten)              [25088]                                       0                                 0                212×212
	// fc1 (Dense)                    [4096]                                        25088·4096 + 4096 = 102 764 544   102 760 448      224×224
	// dropout (Dropout)              [4096]                                        0                                 0                224×224
	// fc2 (Dense)                    [4096]                                        4096·4096 + 4096 = 16 781 312     16 777 216       224×224
	// dropout_1 (Dropout)            [4096]                                        0                                 0                224×224
	// predictions (Dense)            [1000]                                        4096·1000 + 1000 = 4 097 000      4 096 000        224×224
	// Total                                                                        138 357 544                       15 470 264 320
}

// Simonyan & Zisserman's table 2 says 144 million parameters for configuration E,
// whose 16 convolutions are those of the slide.
func TestVGG19(t *testing.T) {
	parameters, convolutions := 0, 0
	model := arch.VGG19().Compile(nn.CategoricalCrossentropy, nn.SGD(0.01))
	for _, p := range model.Params() {
		parameters += p.Value.Size()
		if len(p.Value.Shape) == 4 {
			convolutions++
		}
	}
	if parameters != 143_667_240 || convolutions != 16 {
		t.Errorf("got %d parameters and %d convolutions, want 143667240 and 16", parameters, convolutions)
	}
}
