package viz

import (
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/mends"
	"github.com/nnlab-go/lab/internal/nils"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// A nil in any place where the compiler allows one is refused in words.
func TestNils(t *testing.T) {
	moons := datasets.Moons(20, 0.1, 1)
	m := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	conv := nn.Sequential(nn.Input(4, 4, 1), nn.Conv2D(2, 3)).Compile(nn.MSE, nn.SGD(0.1))
	_, digits := datasets.MNIST()
	fit := func(o ...nn.FitOption) func() error {
		return func() error { return mends.Failed(m.Fit(moons, append(o, nn.Verbose(false))...)) }
	}
	runner := Runner("a", m)
	rows := map[string]nils.Row{
		"AnswersTo.d":         {Says: "data", Call: func() error { return mends.Failed(Filters(conv, "conv2d", AnswersTo(nil, 0))) }},
		"Convolution.layer":   {Says: "a layer with a window", Call: func() error { return mends.Failed(Convolution(nil, []float32{1, 2, 3})) }},
		"Embedding.d":         {Says: "data", Call: func() error { return mends.Failed(Embedding(m, "dense", nil)) }},
		"Embedding.m":         {Says: "a model", Call: func() error { return mends.Failed(Embedding(nil, "dense", moons)) }},
		"EmbeddingByEpoch.d":  {Says: "data", Call: fit(EmbeddingByEpoch("dense", nil))},
		"Inspect.d":           {Says: "data", Call: func() error { return mends.Failed(Inspect(m, nil, 1)) }},
		"Inspect.m":           {Says: "a model", Call: func() error { return mends.Failed(Inspect(nil, moons, 1)) }},
		"Now.d":               {Says: "data", Call: fit(Live(Now(nil)))},
		"Playground.d":        {Says: "data", Call: func() error { return mends.Failed(Playground(m, nil)) }},
		"Playground.m":        {Says: "a model", Call: func() error { return mends.Failed(Playground(nil, moons)) }},
		"Race.options":        {Says: "options", Call: func() error { return mends.Failed(Race(moons, runner, nil)) }},
		"Race.train":          {Says: "data", Call: func() error { return mends.Failed(Race(nil, runner)) }},
		"ReceptiveField.d":    {Says: "data", Call: func() error { return mends.Failed(ReceptiveField(conv, nil, 0)) }},
		"ReceptiveField.m":    {Says: "a model", Call: func() error { return mends.Failed(ReceptiveField(nil, digits, 0)) }},
		"Runner.m":            {Says: "a model", Call: func() error { return mends.Failed(Race(moons, Runner("a", nil))) }},
		"Runner.options":      {Says: "options", Call: func() error { return mends.Failed(Race(moons, Runner("a", m, nil))) }},
		"Option.Race.options": {Says: "options", Call: func() error { return mends.Failed(English().Race(moons, runner, nil)) }},
		"Option.Race.train":   {Says: "data", Call: func() error { return mends.Failed(English().Race(nil, runner)) }},
		"ClassReport.d":       {Says: "data", Call: func() error { return mends.Failed(ClassReport(m, nil)) }},
		"ClassReport.m":       {Says: "a model", Call: func() error { return mends.Failed(ClassReport(nil, moons)) }},
		"Confusion.d":         {Says: "data", Call: func() error { return mends.Failed(Confusion(m, nil)) }},
		"Confusion.m":         {Says: "a model", Call: func() error { return mends.Failed(Confusion(nil, moons)) }},
		"Curves.h":            {Says: "a history", Call: func() error { return mends.Failed(Curves(nil)) }},
		"DecisionBoundary.d":  {Says: "data", Call: fit(DecisionBoundary(nil))},
		"Draw.m":              {Says: "a model", Call: func() error { return mends.Failed(Draw(nil)) }},
		"Evaluate.d":          {Says: "data", Call: func() error { return mends.Failed(Evaluate(m, nil)) }},
		"Evaluate.m":          {Says: "a model", Call: func() error { return mends.Failed(Evaluate(nil, moons)) }},
		"FeatureMaps.d":       {Says: "data", Call: func() error { return mends.Failed(FeatureMaps(m, nil, 0)) }},
		"FeatureMaps.m":       {Says: "a model", Call: func() error { return mends.Failed(FeatureMaps(nil, moons, 0)) }},
		"Filters.m":           {Says: "a model", Call: func() error { return mends.Failed(Filters(nil, "conv2d")) }},
		"Histograms.m":        {Says: "a model", Call: func() error { return mends.Failed(Histograms(nil)) }},
		"Images.d":            {Says: "data", Call: func() error { return mends.Failed(Images(nil, 1)) }},
		"Wrong.d":             {Says: "data", Call: func() error { return mends.Failed(Wrong(m, nil, 1)) }},
		"Wrong.m":             {Says: "a model", Call: func() error { return mends.Failed(Wrong(nil, digits, 1)) }},
		"SliderOf.move":       {Says: "a function", Call: SliderOf("ruído", 0, 1, 0.5, nil).Show},
		"Button.press":        {Says: "a function", Call: Button("parar", (func())(nil)).Show},
	}
	nils.Check(t, "github.com/nnlab-go/lab/nnlab/viz", rows, map[string]string{
		"Control.On.e": "called by Fit",
	})
}
