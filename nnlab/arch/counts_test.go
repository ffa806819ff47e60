package arch_test

import (
	"testing"

	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// parameters is the number of what learns: papers and torchvision count so, without the
// running means of a normalisation.
func parameters(t *testing.T, m *nn.Model) int {
	t.Helper()
	if m.Compile(nn.NoLoss, nn.SGD(0.01)).Layers() == nil { // draws no weights
		t.Fatal(m.Err())
	}
	return learning(m)
}

// learning is how many parameters of a compiled model learn.
func learning(m *nn.Model) (sum int) {
	for _, l := range m.Layers() {
		sum += learningOf(l)
	}
	return sum
}

// learningOf are those of a layer.
func learningOf(l nn.LayerInfo) int {
	if l.Kind == "BatchNorm" {
		return l.Parameters - 2*l.Shape[len(l.Shape)-1] // the running means
	}
	return l.Parameters
}

// The totals, each with its source. torchvision's are sum(p.numel() for p in model.parameters()) of
// torchvision 0.29; testdata/torch_models.py writes down those of the networks that it runs.
func TestParameters(t *testing.T) {
	for name, c := range map[string]struct {
		model *nn.Model
		want  int
	}{
		"Perceptron":            {arch.Perceptron(arch.Input(12, 80, 1)), 961}, // a weight for each hole of a card, and a bias
		"Adaline":               {arch.Adaline(), 3},
		"softmax regression":    {arch.SoftmaxRegression(), 7_850},                 // 784·10 + 10, slide "Aprendizado profundo x MLP"
		"MLP 2-2-1":             {arch.MLP1986(2, 2, 1), 9},                        // (2 + 1)·2 + (2 + 1)·1
		"MLP 8-3-8":             {arch.MLP1986(8, 3, 8), 59},                       // (8 + 1)·3 + (3 + 1)·8
		"MLP 784-100":           {arch.MLP1986(784, 100), 78_500},                  // slide "Questões importantes sobre MLP": 78400 + 100
		"LeNet":                 {arch.LeNet(), 3_278},                             // of the slide's shapes
		"LeNet 1989":            {arch.LeNet1989(), 2_578},                         // LeCun et al. 1989: 2578 independent parameters
		"LeNet-5":               {arch.LeNet5(), 61_706},                           // testdata/torch_models.py counts them
		"LeNet-5 1998":          {arch.LeNet5Original(), 60_000},                   // LeCun et al. 1998: 60 000 trainable parameters
		"Neocognitron":          {arch.Neocognitron(), 29_472},                     // (5·5·1 + 1)·24 + 2·(5·5·24 + 1)·24
		"AlexNet":               {arch.AlexNet(), 60_965_224},                      // Krizhevsky et al. 2012: 60 million
		"AlexNet ungrouped":     {arch.AlexNet(arch.Ungrouped()), 62_378_344},      // the same on one GPU
		"AlexNet torchvision":   {arch.AlexNet(arch.Torchvision()), 61_100_840},    // torchvision
		"VGG11":                 {arch.VGG11(), 132_863_336},                       // torchvision; table 2: 133 million
		"VGG13":                 {arch.VGG13(), 133_047_848},                       // torchvision; 133 million
		"VGG16":                 {arch.VGG16(), 138_357_544},                       // torchvision; 138 million
		"VGG19":                 {arch.VGG19(), 143_667_240},                       // torchvision; 144 million
		"VGG16 normalised":      {arch.VGG16(arch.BatchNormalized()), 138_365_992}, // torchvision, vgg16_bn
		"GoogLeNet":             {arch.GoogLeNet(), 13_378_280},                    // from the table of the paper, both auxiliary classifiers
		"GoogLeNet torchvision": {arch.GoogLeNet(arch.Torchvision()), 13_004_888},  // torchvision, with aux_logits
		"Inception-v2":          {arch.InceptionV2(), 27_488_336},                  // from table 1 and the figures of the paper, see TestInceptionV2Modules
		"Inception-v3":          {arch.InceptionV3(), 27_161_264},                  // torchvision, with aux_logits
		"ResNet-18":             {arch.ResNet18(), 11_689_512},                     // torchvision
		"ResNet-34":             {arch.ResNet34(), 21_797_672},                     // torchvision
		"ResNet-50":             {arch.ResNet50(), 25_557_032},                     // torchvision
		"ResNet-101":            {arch.ResNet101(), 44_549_160},                    // torchvision
		"ResNet-152":            {arch.ResNet152(), 60_192_808},                    // torchvision
		"ResNet-20":             {arch.ResNetCIFAR(20), 269_722},                   // He et al. 2016, table 6: 0.27 million
		"ResNet-32":             {arch.ResNetCIFAR(32), 464_154},                   // 0.46
		"ResNet-44":             {arch.ResNetCIFAR(44), 658_586},                   // 0.66
		"ResNet-56":             {arch.ResNetCIFAR(56), 853_018},                   // 0.85
		"ResNet-110":            {arch.ResNetCIFAR(110), 1_727_962},                // 1.7
		"ResNet-1202":           {arch.ResNetCIFAR(1202), 19_421_274},              // 19.4
		"plain 20":              {arch.ResNetCIFAR(20, arch.Plain()), 269_722},     // the way around has none
		"ResNet-164":            {arch.PreActivationResNet(164), 1_703_258},        // He et al. 2016b: 1.7 million
		"ResNet-1001":           {arch.PreActivationResNet(1001), 10_327_706},      // 10.2 million
	} {
		t.Run(name, func(t *testing.T) {
			if got := parameters(t, c.model); got != c.want {
				t.Errorf("%d parameters, want %d", got, c.want)
			}
		})
	}
}
