package work

import "fmt"

// passes of a convolution: the result, and the two gradients.
var passes = []struct{ name, title string }{{"forward", "forward"}, {"input", "∂E/∂x"}, {"kernel", "∂E/∂w"}}

// convolutions are those of the lecture's networks, with a stride of 1.
func convolutions() (items []Item) {
	for _, c := range []struct {
		network                                   string
		batch, side, channels, filters, size, pad int
	}{
		{"exemplo2", 128, 28, 1, 32, 3, 0},
		{"exemplo2", 128, 26, 32, 64, 3, 0},

		{"vgg16", 1, 224, 3, 64, 3, 1},
		{"vgg16", 1, 224, 64, 64, 3, 1},
		{"vgg16", 1, 112, 64, 128, 3, 1},
		{"vgg16", 1, 112, 128, 128, 3, 1},
		{"vgg16", 4, 56, 128, 256, 3, 1},
		{"vgg16", 4, 56, 256, 256, 3, 1},
		{"vgg16", 4, 28, 256, 512, 3, 1},
		{"vgg16", 4, 28, 512, 512, 3, 1},
		{"vgg16", 8, 14, 512, 512, 3, 1},

		{"resnet", 8, 56, 64, 64, 3, 1},
		{"resnet", 8, 28, 128, 128, 3, 1},
		{"resnet", 8, 14, 256, 256, 3, 1},
		{"resnet", 8, 7, 512, 512, 3, 1},

		{"resnet50", 8, 56, 256, 64, 1, 0},
		{"resnet50", 8, 28, 512, 128, 1, 0},
		{"resnet50", 8, 14, 256, 1024, 1, 0},
		{"resnet50", 8, 7, 2048, 512, 1, 0},
		{"inception", 8, 28, 192, 64, 1, 0},
		{"inception", 8, 14, 480, 192, 1, 0},
	} {
		for _, pass := range passes {
			if pass.name == "input" && c.channels <= 3 {
				continue // the first layer passes no gradient on
			}
			out := c.side + 2*c.pad - c.size + 1
			items = append(items, Item{
				Name:  fmt.Sprintf("conv-%s-%s-%dx%d-%dx%d-%d-%d", pass.name, c.network, c.size, c.size, c.batch, c.side, c.channels, c.filters),
				Title: fmt.Sprintf("%s %d×%d, %d·%d² %d→%d, %s", c.network, c.size, c.size, c.batch, c.side, c.channels, c.filters, pass.title),
				Kind:  Conv, Pass: pass.name, Batch: c.batch, Side: c.side, Channels: c.channels, Filters: c.filters, Size: c.size, Pad: c.pad,
				FLOPs: 2 * c.batch * out * out * c.size * c.size * c.channels * c.filters,
			})
		}
	}
	return items
}
