package nn

import (
	"testing"
)

// A step allocates nothing: to take examples, forwards, the loss, the metrics,
// backwards, the update, what callbacks are told. The first step may make memory.
func TestStepAllocatesNothing(t *testing.T) {
	const runs, rows = 20, 8
	d := clouds((runs+3)*rows, 12, 12, 2)
	images := []Layer{Input(12, 12, 2), Conv2D(4, 3, ReLU), BatchNorm(), MaxPool2D(2), SpatialDropout(0.1), Conv2D(4, 3, Same, KernelRegularizer(L2(0.01))), Activation(LeakyReLU)}
	every := []CompileOption{Accuracy, BinaryAccuracy, Precision, Recall, F1, AUC, MeanAbsoluteError, TopK(2)}
	for name, c := range map[string]struct {
		layers    []Layer
		optimizer Optimizer
		options   []CompileOption
		data      Data
	}{
		"MLP":             {[]Layer{Input(12, 12, 2), Flatten(), Dense(16, ReLU), Dropout(0.2), Dense(16, Tanh), Dense(3, Softmax)}, RMSprop(0.001), every, d},
		"CNN":             {append(images[:len(images):len(images)], Flatten(), Dense(3, Softmax)), Adam(0.001), append(every, GlobalClipNorm(1)), d},
		"LeNet-5 of 1998": {[]Layer{Input(12, 12, 2), PartialConv2D([][]int{{0}, {0, 1}}, 3, ScaledTanh), Subsampling(2, ScaledTanh), Flatten(), RBF(3), Activation(Softmax)}, SGD(0.01), every, d},
		"neocognitron":    {[]Layer{Input(12, 12, 2), SCells(4, 3, 4, Same), CCells(3, 0.5, Strides(2)), Flatten(), Dense(3, Softmax)}, SGD(0.01), every, d},
		"own":             {[]Layer{Input(12, 12, 2), Flatten(), Dense(4, softplus()), Dense(3, Softmax)}, SGD(0.01), every, d},
		"augmented": {append(images[:len(images):len(images)], GlobalAveragePool(), Dense(3, Softmax)), SGD(0.1, Momentum(0.9)), []CompileOption{ClipNorm(1)},
			Augment(d, RandomTranslation(0.1, 0.1), RandomRotation(0.1), RandomZoom(0.1), RandomFlip(Horizontal))},
	} {
		t.Run(name, func(t *testing.T) {
			m := Sequential(c.layers...).Compile(CategoricalCrossentropy, c.optimizer, c.options...)
			if err := m.Err(); err != nil {
				t.Fatal(err)
			}
			f := &fit{model: m, train: c.data, epochs: 1, batchSize: rows, shuffle: true, callbacks: []Callback{recorder(func(*Event) {})},
				weights: weights{classes: map[int]float64{1: 2}}}
			if err := f.check(); err != nil {
				t.Fatal(err)
			}
			f.start()
			f.reorder()
			feed := newFeed(f)
			defer feed.close()
			n := testing.AllocsPerRun(runs, func() {
				if !feed.next() {
					t.Fatal(feed.err)
				}
				if err := f.step(); err != nil {
					t.Fatal(err)
				}
			})
			if n != 0 {
				t.Errorf("%v allocations a step", n)
			}
		})
	}
}
