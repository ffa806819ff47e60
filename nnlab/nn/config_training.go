package nn

import (
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// What Compile was told, as data.

func (o *sgd) Config() Config {
	return Config{"kind": "SGD", "learning_rate": o.LearningRate, "momentum": o.SGD.Momentum, "nesterov": o.SGD.Nesterov}
}

func (o *rmsprop) Config() Config {
	return Config{"kind": "RMSprop", "learning_rate": o.LearningRate, "rho": o.Rho, "momentum": o.RMSprop.Momentum, "epsilon": o.Epsilon}
}

func (o *adam) Config() Config {
	return Config{"kind": o.name, "learning_rate": o.LearningRate, "beta_1": o.Beta1, "beta_2": o.Beta2, "epsilon": o.Epsilon, "weight_decay": o.Adam.WeightDecay}
}

func (o *nadam) Config() Config {
	return Config{"kind": "Nadam", "learning_rate": o.LearningRate, "beta_1": o.Beta1, "beta_2": o.Beta2, "epsilon": o.Epsilon}
}

func (o *adagrad) Config() Config {
	return Config{"kind": "Adagrad", "learning_rate": o.LearningRate, "initial_accumulator_value": o.start, "epsilon": o.Epsilon}
}

func (o *adadelta) Config() Config {
	return Config{"kind": "Adadelta", "learning_rate": o.LearningRate, "rho": o.Rho, "epsilon": o.Epsilon}
}

// optimizerOf makes an optimizer of what it says, or nil of a kind that is not known.
func optimizerOf(c *reader) Optimizer {
	rate := c.Float("learning_rate")
	switch kind := c.Kind(); kind {
	case "SGD":
		return &sgd{backend.SGD{LearningRate: rate, Momentum: c.floatOr("momentum", 0), Nesterov: c.boolOr("nesterov", false)}}
	case "RMSprop":
		return &rmsprop{backend.RMSprop{LearningRate: rate, Rho: c.Float("rho"), Momentum: c.floatOr("momentum", 0), Epsilon: c.Float("epsilon")}}
	case "Adam", "AdamW":
		return &adam{backend.Adam{LearningRate: rate, Beta1: c.Float("beta_1"), Beta2: c.Float("beta_2"), Epsilon: c.Float("epsilon"), WeightDecay: c.floatOr("weight_decay", 0)}, kind}
	case "Nadam":
		return &nadam{backend.Nadam{LearningRate: rate, Beta1: c.Float("beta_1"), Beta2: c.Float("beta_2"), Epsilon: c.Float("epsilon")}}
	case "Adagrad":
		return Adagrad(rate, InitialAccumulator(c.Float("initial_accumulator_value")), EpsilonOf(c.Float("epsilon")))
	case "Adadelta":
		return &adadelta{backend.Adadelta{LearningRate: rate, Rho: c.Float("rho"), Epsilon: c.Float("epsilon")}}
	}
	return nil
}

// Config is {"kind": "clipnorm", "limit": 1}, under Keras's names.
func (c clip) Config() Config { return Config{"kind": clipKinds[c.kind], "limit": c.limit} }

var clipKinds = []string{clipValue: "clipvalue", clipNorm: "clipnorm", globalClipNorm: "global_clipnorm"}

func clipOf(c *reader) clip {
	return clip{clipKind(c.one("kind", clipKinds)), c.Float("limit")}
}

// Config is {"kind": "Huber", "delta": 1, "label_smoothing": 0.1}.
func (l Loss) Config() Config {
	base, _, _ := strings.Cut(l.name, "(")
	c := Config{"kind": base, "name": l.name}
	c.put("delta", l.function.Delta)
	c.put("label_smoothing", l.smoothing)
	c.put("unfused", l.unfused)
	c.put("function", l.own != nil)
	return c
}

// lossOf makes a loss of what it says; false for one that is not known.
func lossOf(c *reader) (Loss, bool) {
	for _, l := range []Loss{MSE, MAE, Huber(c.floatOr("delta", 0)), Hinge, PerceptronLoss, KLDivergence, BinaryCrossentropy, BinaryCrossentropyFromLogits,
		CategoricalCrossentropy, SparseCategoricalCrossentropy, CategoricalCrossentropyFromLogits, NoLoss} {
		if base, _, _ := strings.Cut(l.name, "("); base == c.Kind() {
			l.name, l.smoothing, l.unfused = c.textOr("name", l.name), c.floatOr("label_smoothing", 0), c.boolOr("unfused", false)
			return l, true
		}
	}
	return Loss{}, false
}

// metricOf is the metric of that name; false for one that is not known.
func metricOf(name string) (Metric, bool) {
	for _, a := range []Metric{Accuracy, BinaryAccuracy, Precision, Recall, F1, AUC, MeanAbsoluteError, R2} {
		if a.name == name {
			return a, true
		}
	}
	if s, ok := strings.CutPrefix(name, "top_"); ok {
		if s, ok = strings.CutSuffix(s, "_accuracy"); ok {
			if k, err := strconv.Atoi(s); err == nil {
				return TopK(k), true
			}
		}
	}
	return Metric{}, false
}
