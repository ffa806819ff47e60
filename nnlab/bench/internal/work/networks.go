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
	return append(append(items, quarter, goal), inferences()...)
}

// Multiply-adds of an image, in all layers that an answer needs.
const (
	googLeNet = 1_498_376_192
	resNet18  = 1_814_073_344
	resNet50  = 4_089_184_256
)

// inferences are the networks' answers to an image, and to eight at once.
func inferences() (items []Item) {
	for _, n := range []struct {
		name, title string
		multiplyAdd int // of one image
	}{
		{"mlp", "Exemplo 1", 784*512 + 512*512 + 512*10},
		{"cnn", "Exemplo 2", 26*26*9*32 + 24*24*9*32*64 + 9216*128 + 128*10},
		{"lenet", "LeNet", 24*24*25*4 + 12*12*4 + 8*8*25*4*12 + 4*4*12 + 192*10},
		{"alexnet", "AlexNet", 714_188_480},
		{"vgg16", "VGG16", 15_470_264_320},
		{"googlenet", "GoogLeNet", googLeNet},
		{"inceptionv3", "Inception-v3", 5_713_216_096},
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
