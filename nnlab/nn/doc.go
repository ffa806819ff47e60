// Package nn is the laboratory's one import: layers, losses, optimisers,
// metrics, and the Model that is built, trained, evaluated and saved with them.
//
//	model := nn.Sequential(
//		nn.Input(28, 28, 1), nn.Flatten(),
//		nn.Dense(512, nn.ReLU), nn.Dropout(0.2),
//		nn.Dense(10, nn.Softmax),
//	).Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001), nn.Accuracy)
//	history, err := model.Fit(train, nn.Epochs(20), nn.BatchSize(128), nn.Validation(test))
//
// Names, defaults and the order of arguments are those of Keras 3 where Keras
// has the thing. A layer's file is the lecture's slide: the formulas of the
// forward and of the backward pass stand on top, the two functions side by side
// below, in the slide's names (net, out, δ, η, α). There is no automatic
// differentiation: each layer computes its own δ, so that it can be looked at.
//
// Constructors never fail, so that they nest. Compile keeps the first error and
// every later call returns it; Err asks for it. Errors are of type [*Error].
//
// A Model is not safe for use by several goroutines at once.
package nn
