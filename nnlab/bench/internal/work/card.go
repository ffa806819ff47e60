package work

import (
	"fmt"
	"regexp"
	"strings"
)

// Card returns the work that a GPU is measured by whose name matches, what matters most
// first, since a card is there for minutes only: the lecture's examples, what moves
// memory, products and convolutions large enough for a card, the deep networks.
func Card(match *regexp.Regexp) (items []Item) {
	var all []Item
	for _, i := range networks() {
		if i.Kind == Epoch && i.Part == 0 && i.Name != "exemplo1-b32" {
			all = append(all, i)
		}
	}
	all = append(all, streams()...)
	all = append(all, cardGemms()...)
	all = append(all, cardConvolutions()...)
	all = append(all, deepNetworks()...)
	for _, i := range all {
		if !match.MatchString(i.Name) {
			continue
		}
		if i.Kind.Repeated() {
			i.Budget = 0.2
		}
		items = append(items, i)
	}
	return items
}

// streams are kernels that do little with each number that they move. Rows·Columns are
// as many as the activations of a batch of 64 behind ResNet's first convolution.
func streams() (items []Item) {
	const rows, columns = 64 * 112 * 112, 64
	const n = rows * columns
	for _, s := range []struct {
		pass, title string
		moved       int // numbers read and written
	}{
		{"copy", "copy", 2 * n},
		{"axpy", "y += αx", 3 * n},
		{"relu", "ReLU", 2 * n},
		{"softmax", "softmax of rows", 2 * n},
		{"moments", "mean and variance of columns", 2 * n}, // twice read: the mean comes first
		{"sum", "sum of columns", n},
	} {
		items = append(items, Item{
			Name: "stream-" + s.pass, Title: fmt.Sprintf("%s, %d×%d", s.title, rows, columns),
			Kind: Stream, Pass: s.pass, M: rows, N: columns, Bytes: 4 * s.moved,
		})
	}
	return items
}

// cardGemms are the products of Exemplo 1 and 2, and squares up to what fills a card.
func cardGemms() (items []Item) {
	for _, i := range gemms() {
		switch strings.TrimPrefix(i.Name, "gemm-") {
		case "nn-1024x1024x1024", "nn-128x784x512", "tn-784x128x512", "nt-128x512x512", "nn-128x9216x128", "tn-9216x128x128":
			items = append(items, i)
		}
	}
	square := func(transpose string, n int) Item {
		return Item{
			Name:  fmt.Sprintf("gemm-%s-%dx%dx%d", strings.ToLower(transpose), n, n, n),
			Title: fmt.Sprintf("%s %d×%d×%d", transpose, n, n, n),
			Kind:  Gemm, Transpose: transpose, M: n, K: n, N: n, FLOPs: 2 * n * n * n,
		}
	}
	cores := func(i Item) Item {
		i.Name, i.Title, i.TF32 = i.Name+"-tf32", i.Title+", TF32", true
		return i
	}
	return append([]Item{square("NN", 4096), cores(square("NN", 4096)), square("TN", 4096), square("NT", 4096), square("NN", 2048), cores(square("NN", 2048))}, items...)
}

// cardConvolutions are those of the lecture's networks in batches of 32.
func cardConvolutions() (items []Item) {
	names := regexp.MustCompile(`-(exemplo2-3x3-128x26|resnet-3x3-8x(56|28|14|7)-|resnet50-1x1-8x(56|14)-|resnet-7x7|resnet-3x3-stride2-8x28|vgg16-3x3-4x56-256)`)
	for _, i := range convolutions() {
		if !names.MatchString(i.Name) {
			continue
		}
		if i.Batch < 32 {
			old := fmt.Sprintf("%dx%d-", i.Batch, i.Side)
			i.Name = strings.Replace(i.Name, "-"+old, fmt.Sprintf("-%dx%d-", 32, i.Side), 1)
			i.Title = strings.Replace(i.Title, fmt.Sprintf(" %d·", i.Batch), " 32·", 1)
			i.FLOPs = i.FLOPs / i.Batch * 32
			i.Batch = 32
		}
		items = append(items, i)
	}
	return items
}

// deepNetworks are a step of training and an answer of the networks of slide "ResNet" and
// "GoogLeNet", as torchvision has them, on images of 224².
func deepNetworks() (items []Item) {
	const batch = 32
	for _, n := range []struct {
		name, title string
		// Multiply-adds of an image, in the first layer and in all, and of those heads that
		// only training has.
		first, all, heads int
	}{
		{"resnet18", "ResNet-18", firstResNet, resNet18, 0},
		{"resnet50", "ResNet-50", firstResNet, resNet50, 0},
		{"googlenet", "GoogLeNet", firstResNet, googLeNet, googLeNetHeads},
	} {
		items = append(items, step(n.name, n.title, batch, 8, 3*(n.all+n.heads)-n.first))
		for _, b := range []int{1, batch} {
			items = append(items, Item{
				Name: fmt.Sprintf("inference-%s-b%d", n.name, b), Title: fmt.Sprintf("%s, batch %d", n.title, b),
				Kind: Inference, Network: n.name, Batch: b, Seed: 1, FLOPs: 2 * b * n.all,
			})
		}
	}
	return items
}
