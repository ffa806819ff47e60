// Package arch holds the systems of the lecture, one file each: a function
// returns the network as a *nn.Model that is yet to be compiled, with the
// layers written out as on the slide.
//
//	model := arch.MLP().Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001), nn.Accuracy)
package arch
