package own

import (
	"fmt"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// networks are those that an item may name.
var networks = map[string]func() *nn.Model{"mlp": arch.MLP, "cnn": arch.CNN, "lenet": arch.LeNet, "vgg16": func() *nn.Model { return arch.VGG16() }}

// optimizers are those that an item may name, with the numbers of the notebooks.
var optimizers = map[string]func() nn.Optimizer{
	"rmsprop":  func() nn.Optimizer { return nn.RMSprop(0.001) },
	"momentum": func() nn.Optimizer { return nn.SGD(0.01, nn.Momentum(0.9)) },
	"adam":     func() nn.Optimizer { return nn.Adam(0.001) },
}

// warmBatches is how many steps come before the first epoch that counts.
const warmBatches = 64

// trainer is a model with the images it learns from.
type trainer struct {
	model *nn.Model
	train *datasets.Set
}

// newTrainer makes the network of an item.
func newTrainer(item work.Item) (*trainer, error) {
	network, optimizer := networks[item.Network], optimizers[item.Optimizer]
	if network == nil || optimizer == nil {
		return nil, fmt.Errorf("nnlab has no network %q or no optimizer %q", item.Network, item.Optimizer)
	}
	train, _ := datasets.MNIST()
	model := network().Compile(nn.CategoricalCrossentropy, optimizer(), nn.Accuracy, nn.Seed(item.Seed))
	return &trainer{model, train.Take(item.Samples)}, model.Err()
}

// epoch trains for one epoch; the first time, when it is to warm up, for some
// full batches and the remainder that an epoch ends with.
func (s *server) epoch(item work.Item) (answer work.Answer, err error) {
	t := s.models[item.Name]
	if t == nil {
		if t, err = newTrainer(item); err != nil {
			return answer, err
		}
		s.models[item.Name] = t
	}
	train := t.train
	if item.Warm {
		train = train.Take(min(item.Samples, warmBatches*item.Batch+item.Samples%item.Batch))
	}
	history, err := t.model.Fit(train, nn.Epochs(1), nn.BatchSize(item.Batch), nn.Verbose(false))
	if err != nil {
		return answer, err
	}
	answer.Seconds = history.Seconds[0]
	return answer, nil
}

// goal trains until the test images are recognised well enough.
func goal(item work.Item) (answer work.Answer, err error) {
	t, err := newTrainer(item)
	if err != nil {
		return answer, err
	}
	_, test := datasets.MNIST()
	h, err := t.model.Fit(t.train, nn.Epochs(item.Epochs), nn.BatchSize(item.Batch), nn.Validation(test),
		nn.Callbacks(stopAt(item.Accuracy)), nn.Verbose(false))
	if err != nil {
		return answer, err
	}
	answer.Epochs = h.Epochs()
	answer.Accuracy, _ = h.Last("val_accuracy")
	return answer, nil
}

// stopAt is the accuracy at which training stops.
type stopAt float64

// On looks at the test images' accuracy after each epoch.
func (goal stopAt) On(e *nn.Event) {
	if accuracy, ok := e.Get("val_accuracy"); e.Phase == nn.EpochEnd && ok && accuracy >= float64(goal) {
		e.Stop("accurate enough")
	}
}
