package work

import "fmt"

// Images is how many there are in MNIST's training set.
const Images = 60000

// networks are the lecture's examples, trained as its notebooks do.
func networks() []Item {
	// Multiply-adds of one image: those of the first layer happen twice, as it
	// passes no gradient on, all others three times.
	flops := func(first, others int) int { return 2 * Images * (2*first + 3*others) }
	mlp := flops(784*512, 512*512+512*10)
	cnn := flops(26*26*9*32, 24*24*9*32*64+9216*128+128*10)
	lenet := flops(24*24*25*4, 12*12*4+8*8*25*4*12+4*4*12+192*10)
	items := []Item{
		{Name: "exemplo1-b128", Title: "Exemplo 1, batch 128, RMSprop", Network: "mlp", Optimizer: "rmsprop", Batch: 128, FLOPs: mlp},
		{Name: "exemplo1-b32", Title: "Exemplo 1, batch 32, SGD with momentum", Network: "mlp", Optimizer: "momentum", Batch: 32, FLOPs: mlp},
		{Name: "exemplo2-b128", Title: "Exemplo 2, batch 128, Adam", Network: "cnn", Optimizer: "adam", Batch: 128, FLOPs: cnn},
		{Name: "lenet-b32", Title: "LeNet, batch 32, SGD with momentum", Network: "lenet", Optimizer: "momentum", Batch: 32, FLOPs: lenet},
	}
	for i := range items {
		items[i].Kind, items[i].Samples, items[i].Seed = Epoch, Images, 1
	}
	quarter := items[0]
	quarter.Name, quarter.Alone, quarter.Part = "exemplo1-b128-quarter", true, 4
	quarter.Limit(Images)
	goal := items[0]
	goal.Name, goal.Title = "exemplo1-98", "Exemplo 1 to 98 %, batch 128, RMSprop"
	goal.Kind, goal.FLOPs, goal.Accuracy, goal.Epochs = Goal, 0, 0.98, 30
	return append(append(append(items, quarter, goal), inferences()...), steps()...)
}

// Multiply-adds of an image, in all layers that an answer needs.
const (
	alexNet     = 714_188_480
	googLeNet   = 1_498_376_192
	inceptionV3 = 5_713_216_096
	resNet18    = 1_814_073_344
	resNet50    = 4_089_184_256
)

// Those of heads that only training has, and of first layers, which pass no gradient on.
const (
	googLeNetHeads  = 8_372_224
	inceptionV3Head = 5*5*(768*128+128*768) + 768*1000 // 1×1, 5×5 on 5², and a dense layer

	firstAlexNet     = 55 * 55 * 11 * 11 * 3 * 64
	firstInceptionV3 = 149 * 149 * 3 * 3 * 3 * 32
	firstResNet      = 112 * 112 * 7 * 7 * 3 * 64 // GoogLeNet's too
)

// steps are those of training of deep networks, as torchvision has them, on batches of eight.
func steps() (items []Item) {
	const batch = 8
	for _, n := range []struct {
		name, title string
		multiplyAdd int // of one image
	}{
		{"alexnet", "AlexNet", 3*alexNet - firstAlexNet},
		{"googlenet", "GoogLeNet", 3*(googLeNet+googLeNetHeads) - firstResNet},
		{"inceptionv3", "Inception-v3", 3*(inceptionV3+inceptionV3Head) - firstInceptionV3},
		{"resnet18", "ResNet-18", 3*resNet18 - firstResNet},
		{"resnet50", "ResNet-50", 3*resNet50 - firstResNet},
	} {
		items = append(items, step(n.name, n.title, batch, 4, n.multiplyAdd))
	}
	return items
}

// step is a step of training, so many one after the other, that takes so many multiply-adds
// for an image.
func step(network, title string, batch, together, multiplyAdd int) Item {
	return Item{
		Name: fmt.Sprintf("step-%s-b%d", network, batch), Title: fmt.Sprintf("%s, batch %d, SGD with momentum", title, batch),
		Kind: Step, Network: network, Optimizer: "momentum", Batch: batch, Samples: together * batch, Seed: 1, FLOPs: 2 * batch * multiplyAdd,
	}
}

// inferences are the networks' answers to an image, and to eight at once.
func inferences() (items []Item) {
	for _, n := range []struct {
		name, title string
		multiplyAdd int // of one image
	}{
		{"mlp", "Exemplo 1", 784*512 + 512*512 + 512*10},
		{"cnn", "Exemplo 2", 26*26*9*32 + 24*24*9*32*64 + 9216*128 + 128*10},
		{"lenet", "LeNet", 24*24*25*4 + 12*12*4 + 8*8*25*4*12 + 4*4*12 + 192*10},
		{"alexnet", "AlexNet", alexNet},
		{"vgg16", "VGG16", 15_470_264_320},
		{"googlenet", "GoogLeNet", googLeNet},
		{"inceptionv3", "Inception-v3", inceptionV3},
		{"resnet18", "ResNet-18", resNet18},
		{"resnet34", "ResNet-34", 3_663_761_408},
		{"resnet50", "ResNet-50", resNet50},
	} {
		for _, batch := range []int{1, 8} {
			items = append(items, Item{
				Name:  fmt.Sprintf("inference-%s-b%d", n.name, batch),
				Title: fmt.Sprintf("%s, batch %d", n.title, batch),
				Kind:  Inference, Network: n.name, Batch: batch, Seed: 1, FLOPs: 2 * batch * n.multiplyAdd,
			})
		}
	}
	return items
}
