// Command gomlx is GoMLX's Go backend as a contender: it answers the driver's
// questions (see package work in ../../internal/work) with epochs of Exemplo 1's
// network. It is a module of its own, so that GoMLX weighs on nobody else.
//
//	GOEXPERIMENT=simd go build
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/dataset"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// item is the part of a question that matters here.
type item struct {
	Work      string `json:"work"`
	Kind      string `json:"kind"`
	Network   string `json:"network"`
	Optimizer string `json:"optimizer"`
	Batch     int    `json:"batch"`
	Samples   int    `json:"samples"`
	Seed      int64  `json:"seed"`
	Warm      bool   `json:"warm"`
}

// answer is what follows a question.
type answer struct {
	Work    string  `json:"work"`
	Seconds float64 `json:"seconds"`
	Error   string  `json:"error,omitempty"`
}

// optimizers are those that GoMLX has of the lecture's; it has no momentum, and
// does a little less work without.
var optimizers = map[string]func() optimizer.Interface{
	"rmsprop": func() optimizer.Interface {
		return optimizer.RMSProp().LearningRate(0.001).Betas(0.9, 0.9).Epsilon(1e-7).Done()
	},
	"momentum": func() optimizer.Interface {
		return optimizer.StochasticGradientDescent().WithLearningRate(0.01).WithDecay(false).Done()
	},
}

// warmBatches is how many steps come before the first epoch that counts.
const warmBatches = 64

func main() {
	log.SetFlags(0)
	out := json.NewEncoder(os.Stdout)
	out.Encode(map[string]any{
		"versions": fmt.Sprintf("GoMLX %s, Go backend, %s; momentum left out", version(), runtime.Version()),
		"threads":  runtime.GOMAXPROCS(0),
	})
	trainers := map[string]*trainer{}
	for in := json.NewDecoder(bufio.NewReader(os.Stdin)); in.More(); {
		var i item
		if err := in.Decode(&i); err != nil {
			log.Fatal(err)
		}
		seconds, err := run(trainers, i)
		a := answer{Work: i.Work, Seconds: seconds}
		if err != nil {
			a.Error = err.Error()
		}
		out.Encode(a)
	}
}

// run trains for an epoch and returns its seconds.
func run(trainers map[string]*trainer, i item) (seconds float64, err error) {
	if i.Kind != "epoch" || i.Network != "mlp" || optimizers[i.Optimizer] == nil {
		return 0, fmt.Errorf("GoMLX's Go backend is asked for Exemplo 1 alone, not for %s", i.Work)
	}
	if trainers[i.Work] == nil {
		if trainers[i.Work], err = newTrainer(i); err != nil {
			return 0, err
		}
	}
	n := i.Samples
	if i.Warm {
		n = min(n, warmBatches*i.Batch+i.Samples%i.Batch)
	}
	return trainers[i.Work].epoch(n)
}

// trainer is a model with the images it learns from.
type trainer struct {
	backend compute.Backend
	loop    *train.Loop
	batch   int
	images  [][]float32
	labels  [][]int32
	data    map[int]*dataset.InMemoryDataset // by how many of the images it has
}

func newTrainer(i item) (*trainer, error) {
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		return nil, err
	}
	store := model.NewStore()
	store.SetParam(model.ParamInitialSeed, i.Seed)
	loop := train.NewLoop(train.NewTrainer(backend, store, mlp, loss.SparseCategoricalCrossEntropyLogits, optimizers[i.Optimizer](), nil, nil))
	t := &trainer{backend: backend, loop: loop, batch: i.Batch, data: map[int]*dataset.InMemoryDataset{}}
	t.images, t.labels, err = mnist()
	return t, err
}

// epoch trains on n images and returns the seconds it took.
func (t *trainer) epoch(n int) (float64, error) {
	if t.data[n] == nil {
		data, err := dataset.InMemoryFromData(t.backend, "mnist", []any{t.images[:n]}, []any{t.labels[:n]})
		if err != nil {
			return 0, err
		}
		t.data[n] = data.Shuffle().BatchSize(t.batch, false)
	}
	began := time.Now()
	_, err := t.loop.RunEpochs(t.data[n], 1)
	return time.Since(began).Seconds(), err
}

// mlp is the network of Exemplo 1, up to the net inputs of its softmax.
func mlp(scope *model.Scope, inputs []*graph.Node) []*graph.Node {
	x := inputs[0]
	for layer := range 2 {
		x = layers.DenseWithBias(scope.In("hidden_%d", layer), x, 512)
		x = layers.DropoutStatic(scope, activation.Relu(x), 0.2)
	}
	return []*graph.Node{layers.DenseWithBias(scope.In("output"), x, 10)}
}

// version is that of the module this program was built with.
func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, m := range info.Deps {
		if m.Path == "github.com/gomlx/gomlx" {
			return m.Version
		}
	}
	return ""
}
