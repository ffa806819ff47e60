package own

import (
	"fmt"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// optimizers are those that an item may name, with the numbers of the notebooks.
var optimizers = map[string]func() nn.Optimizer{
	"rmsprop":  func() nn.Optimizer { return nn.RMSprop(0.001) },
	"momentum": func() nn.Optimizer { return nn.SGD(0.01, nn.Momentum(0.9)) },
	"adam":     func() nn.Optimizer { return nn.Adam(0.001) },
}

// How many steps come before the first epoch that counts, and of a deep network's.
const (
	warmBatches = 64
	warmSteps   = 2
)

// trainer is a model with the images it learns from, for the item of its name.
type trainer struct {
	item  string
	model *nn.Model
	train func(images int) nn.Data
}

// newTrainer makes the network of an item.
func (s *server) newTrainer(item work.Item) (*trainer, error) {
	network, known := networks[item.Network]
	optimizer := optimizers[item.Optimizer]
	if !known || optimizer == nil {
		return nil, fmt.Errorf("nnlab has no network %q or no optimizer %q", item.Network, item.Optimizer)
	}
	options := []nn.CompileOption{nn.Accuracy, nn.Seed(item.Seed), nn.On(s.backend)}
	if network.weights != nil {
		options = append(options, nn.LossWeights(network.weights...))
	}
	t := &trainer{item: item.Name, model: network.trained().Compile(nn.CategoricalCrossentropy, optimizer(), options...)}
	if network.side > 0 {
		images := newNoise(network.side, item.Samples, item.Batch)
		t.train = func(n int) nn.Data {
			images.images = n
			return images
		}
	} else {
		train, _ := datasets.MNIST()
		t.train = func(n int) nn.Data { return train.Take(n) }
	}
	return t, t.model.Err()
}

// epoch trains for one epoch; the first time, when it is to warm up, for some
// full batches and the remainder that an epoch ends with. Of a Step it returns what one
// takes of the epoch. The model stays for the next time, and makes room for another item's.
func (s *server) epoch(item work.Item) (answer work.Answer, err error) {
	if s.trainer == nil || s.trainer.item != item.Name {
		s.trainer = nil
		if s.trainer, err = s.newTrainer(item); err != nil {
			return answer, err
		}
	}
	images := item.Samples
	switch {
	case item.Warm && item.Kind == work.Step:
		images = min(images, warmSteps*item.Batch)
	case item.Warm:
		images = min(images, warmBatches*item.Batch+images%item.Batch)
	}
	history, err := s.trainer.model.Fit(s.trainer.train(images), nn.Epochs(1), nn.BatchSize(item.Batch), nn.Verbose(false))
	if err != nil {
		return answer, err
	}
	answer.Seconds = history.Seconds[0]
	if item.Kind == work.Step {
		answer.Seconds /= float64(images / item.Batch)
	}
	return answer, nil
}

// goal trains until the test images are recognised well enough.
func (s *server) goal(item work.Item) (answer work.Answer, err error) {
	t, err := s.newTrainer(item)
	if err != nil {
		return answer, err
	}
	_, test := datasets.MNIST()
	h, err := t.model.Fit(t.train(item.Samples), nn.Epochs(item.Epochs), nn.BatchSize(item.Batch), nn.Validation(test),
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
