package work

import (
	"fmt"
	"strings"
)

// gemms are products of the lecture's networks: forward x·W, the gradient of the
// weights xᵀ·δ, the gradient of the input δ·Wᵀ.
func gemms() (items []Item) {
	for _, g := range []struct {
		transpose string
		m, k, n   int
	}{
		{"NN", 1024, 1024, 1024},

		// Exemplo 1, batch 128
		{"NN", 128, 784, 512}, {"NN", 128, 512, 512}, {"NN", 128, 512, 10},
		{"TN", 784, 128, 512}, {"TN", 512, 128, 512}, {"TN", 512, 128, 10},
		{"TN", 512, 128, 784}, // of weights kept as [outputs×inputs]
		{"NT", 128, 512, 784}, {"NT", 128, 512, 512}, {"NT", 128, 10, 512},

		// Exemplo 1, batch 32
		{"NN", 32, 784, 512}, {"NN", 32, 512, 512}, {"TN", 784, 32, 512},
		{"TN", 512, 32, 512}, {"NT", 32, 512, 784}, {"NT", 32, 512, 512},

		// Exemplo 2's dense layer, batch 128
		{"NN", 128, 9216, 128}, {"TN", 9216, 128, 128}, {"NT", 128, 128, 9216},

		// the dense layers of AlexNet and VGG, one image and eight
		{"NN", 1, 4096, 4096}, {"NT", 1, 4096, 4096}, {"NN", 8, 4096, 4096},
	} {
		items = append(items, Item{
			Name:  fmt.Sprintf("gemm-%s-%dx%dx%d", strings.ToLower(g.transpose), g.m, g.k, g.n),
			Title: fmt.Sprintf("%s %d×%d×%d", g.transpose, g.m, g.k, g.n),
			Kind:  Gemm, Transpose: g.transpose, M: g.m, K: g.k, N: g.n,
			FLOPs: 2 * g.m * g.k * g.n,
		})
	}
	return items
}
