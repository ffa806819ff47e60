package work

import "fmt"

// passes of a convolution: the result, and the two gradients.
var passes = []struct{ name, title string }{{"forward", "forward"}, {"input", "∂E/∂x"}, {"kernel", "∂E/∂w"}}

// convolutions are those of the lecture's networks.
func convolutions() (items []Item) {
	for _, c := range []struct {
		network                                           string
		batch, side, channels, filters, size, pad, stride int
	}{
		{"exemplo2", 128, 28, 1, 32, 3, 0, 1},
		{"exemplo2", 128, 26, 32, 64, 3, 0, 1},

		{"vgg16", 1, 224, 3, 64, 3, 1, 1},
		{"vgg16", 1, 224, 64, 64, 3, 1, 1},
		{"vgg16", 1, 112, 64, 128, 3, 1, 1},
		{"vgg16", 1, 112, 128, 128, 3, 1, 1},
		{"vgg16", 4, 56, 128, 256, 3, 1, 1},
		{"vgg16", 4, 56, 256, 256, 3, 1, 1},
		{"vgg16", 4, 28, 256, 512, 3, 1, 1},
		{"vgg16", 4, 28, 512, 512, 3, 1, 1},
		{"vgg16", 8, 14, 512, 512, 3, 1, 1},

		{"resnet", 8, 56, 64, 64, 3, 1, 1},
		{"resnet", 8, 28, 128, 128, 3, 1, 1},
		{"resnet", 8, 14, 256, 256, 3, 1, 1},
		{"resnet", 8, 7, 512, 512, 3, 1, 1},

		{"resnet50", 8, 56, 256, 64, 1, 0, 1},
		{"resnet50", 8, 28, 512, 128, 1, 0, 1},
		{"resnet50", 8, 14, 256, 1024, 1, 0, 1},
		{"resnet50", 8, 7, 2048, 512, 1, 0, 1},
		{"inception", 8, 28, 192, 64, 1, 0, 1},
		{"inception", 8, 14, 480, 192, 1, 0, 1},

		{"alexnet", 1, 227, 3, 96, 11, 0, 4},
		{"alexnet", 8, 227, 3, 96, 11, 0, 4},
		{"alexnet", 8, 27, 96, 256, 5, 2, 1},
		{"resnet", 8, 224, 3, 64, 7, 3, 2}, // GoogLeNet's too
		{"resnet", 8, 56, 64, 128, 3, 1, 2},
		{"resnet", 8, 28, 128, 256, 3, 1, 2},
		{"resnet", 8, 14, 256, 512, 3, 1, 2},
		{"resnet", 8, 56, 64, 128, 1, 0, 2},
		{"resnet50", 8, 56, 256, 512, 1, 0, 2},
	} {
		for _, pass := range passes {
			if pass.name == "input" && c.channels <= 3 {
				continue // the first layer passes no gradient on
			}
			name, step := "", ""
			if c.stride > 1 {
				name, step = fmt.Sprintf("-stride%d", c.stride), fmt.Sprintf(" stride %d", c.stride)
			}
			i := Item{
				Name:  fmt.Sprintf("conv-%s-%s-%dx%d%s-%dx%d-%d-%d", pass.name, c.network, c.size, c.size, name, c.batch, c.side, c.channels, c.filters),
				Title: fmt.Sprintf("%s %d×%d%s, %d·%d² %d→%d, %s", c.network, c.size, c.size, step, c.batch, c.side, c.channels, c.filters, pass.title),
				Kind:  Conv, Pass: pass.name, Batch: c.batch, Side: c.side, Channels: c.channels, Filters: c.filters, Size: c.size, Stride: c.stride, Pad: c.pad,
			}
			i.FLOPs = 2 * c.batch * i.Out() * i.Out() * c.size * c.size * c.channels * c.filters
			items = append(items, i)
		}
	}
	return items
}
