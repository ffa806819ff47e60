package nn

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// TestGradWindows holds convolutions and pools against finite differences: each
// stands between two layers with weights, so that its own gradient and the one
// it passes on are both needed.
func TestGradWindows(t *testing.T) {
	for name, c := range map[string]struct {
		in    []int
		layer Layer
	}{
		"Conv1D":                 {[]int{9, 2}, Conv1D(3, 3, Tanh)},
		"Conv1D dilated":         {[]int{11, 2}, Conv1D(3, 2, Dilation(3), Strides(2))},
		"Conv2D":                 {[]int{5, 6, 2}, Conv2D(3, 3, Sigmoid)},
		"Conv2D same":            {[]int{5, 6, 2}, Conv2D(3, [2]int{2, 3}, Same, Strides(2, 1), KernelRegularizer(L2(0.1)))},
		"Conv2D of its own":      {[]int{4, 5, 2}, Conv2D(3, 2, softplus())},
		"Activation of its own":  {[]int{4, 3}, Activation(softplus())},
		"Conv2D softmax":         {[]int{4, 5, 2}, Conv2D(3, 1, Softmax)},
		"Conv2D padded, groups":  {[]int{5, 5, 4}, Conv2D(6, 3, Padding(2, 1), Groups(2), NoBias())},
		"DepthwiseConv2D":        {[]int{5, 5, 3}, DepthwiseConv2D(3, Same, ELU)},
		"DepthwiseConv2D double": {[]int{5, 4, 3}, DepthwiseConv2D(2, DepthMultiplier(2))},
		"Conv3D":                 {[]int{3, 4, 4, 2}, Conv3D(2, [3]int{2, 3, 2}, Tanh)},
		"MaxPool1D":              {[]int{9, 2}, MaxPool1D(3, Strides(2))},
		"MaxPool2D":              {[]int{6, 5, 2}, MaxPool2D(2)},
		"MaxPool2D overlapping":  {[]int{7, 6, 2}, MaxPool2D(3, Strides(2), Same)},
		"MaxPool3D":              {[]int{4, 4, 5, 2}, MaxPool3D(2)},
		"AveragePool1D":          {[]int{9, 2}, AveragePool1D(2, Padding(1))},
		"AveragePool2D":          {[]int{7, 5, 2}, AveragePool2D([2]int{3, 2}, Strides(2), Same)},
		"AveragePool3D":          {[]int{4, 4, 5, 2}, AveragePool3D(2)},
		"GlobalMaxPool":          {[]int{4, 5, 3}, GlobalMaxPool()},
		"GlobalAveragePool":      {[]int{4, 5, 3}, GlobalAveragePool()},
		"BatchNorm":              {[]int{4, 3, 3}, BatchNorm()},
		"BatchNorm of features":  {[]int{5}, BatchNorm(BNEpsilon(0.1))},
		"LayerNorm":              {[]int{4, 3, 3}, LayerNorm()},
		"LayerNorm ε":            {[]int{4, 3, 3}, LayerNorm(LNEpsilon(0.1))},
		"LocalResponseNorm":      {[]int{3, 2, 7}, LocalResponseNorm(5, 0.2, 0.75, 2)},
		"GaussianNoise":          {[]int{6}, GaussianNoise(0.3)},
		"Reshape":                {[]int{12}, Reshape(2, 3, 2)},
		"Permute":                {[]int{3, 4, 2}, Permute(3, 1, 2)},
		"ZeroPadding1D":          {[]int{5, 2}, ZeroPadding1D(2)},
		"ZeroPadding2D":          {[]int{3, 4, 2}, ZeroPadding2D(1, 2)},
		"ZeroPadding3D":          {[]int{2, 3, 2, 2}, ZeroPadding3D(1)},
		"UpSampling1D":           {[]int{5, 2}, UpSampling1D(3)},
		"UpSampling2D":           {[]int{3, 2, 2}, UpSampling2D(2, 3)},
		"UpSampling3D":           {[]int{2, 3, 2, 1}, UpSampling3D(2)},
		"SpatialDropout":         {[]int{3, 2, 6}, SpatialDropout(0.4)},
		"Maxout":                 {[]int{6}, Maxout(4, 3)},
		"Subsampling":            {[]int{5, 4, 3}, Subsampling(2, Sigmoid)},
		"Subsampling, no bias":   {[]int{4, 6, 2}, Subsampling([2]int{2, 3}, NoBias())},
		"GroupNorm":              {[]int{3, 2, 6}, GroupNorm(3)},
		"PReLU":                  {[]int{3, 2, 4}, PReLU(AlphaInitializer(Constant(0.25)))},
		"Conv2DTranspose":        {[]int{3, 2, 4}, Conv2DTranspose(3, 3, Strides(2), Tanh)},
		"Conv2DTranspose same":   {[]int{4, 3, 2}, Conv2DTranspose(2, [2]int{2, 3}, Same, Strides(2, 1), NoBias())},
		"BatchNorm, no scale":    {[]int{4, 3, 3}, BatchNorm(BNScale(false))},
		"BatchNorm, no center":   {[]int{4, 3, 3}, BatchNorm(BNCenter(false))},
		"Slice":                  {[]int{3, 4, 2}, Slice(1, 3, Axis(2))},
		"AdaptiveAveragePool2D":  {[]int{5, 7, 2}, AdaptiveAveragePool2D(2, 3)},
		"AdaptiveMaxPool2D":      {[]int{5, 7, 2}, AdaptiveMaxPool2D(3, 4)},
		"PartialConv2D":          {[]int{4, 5, 3}, PartialConv2D([][]int{{0, 1}, {2}, {1, 0, 2}}, [2]int{2, 3}, Tanh)},
		"PartialConv2D same":     {[]int{4, 3, 2}, PartialConv2D([][]int{{1}, {0, 1}}, 3, Same, Strides(2), NoBias(), KernelRegularizer(L2(0.1)))},
		"CCells":                 {[]int{5, 4, 3}, CCells(3, 0.5, Strides(2), Padding(1))},
		"RBF":                    {[]int{6}, RBF(4)},
		"RBF, fixed centres":     {[]int{3}, RBF(2, Centres([][]int{{1, -1, 0}, {0, 1, 1}}))},
		"ScaledTanh":             {[]int{6}, Activation(ScaledTanh)},
		"Func":                   {[]int{5}, pairs()},
		"LeakyReLU":              {[]int{6}, Activation(LeakyReLU)},
		"ELU":                    {[]int{6}, Activation(ELU)},
	} {
		t.Run(name, func(t *testing.T) {
			n := tensor.Shape(c.in).Size()
			checkGrad(t, clouds(8, 6), CategoricalCrossentropy,
				Input(6), Dense(n, Tanh), Reshape(c.in...), c.layer, Flatten(), Dense(3, Softmax))
		})
	}
}

// While training BatchNorm follows the batch; afterwards it uses what it kept.
func TestBatchNorm(t *testing.T) {
	m := Sequential(Input(2), BatchNorm(BNMomentum(0.5))).Compile(MSE, SGD(1e-9))
	d := vectors(4, 2)
	d.x = [][]float32{{1, 10}, {3, 10}, {5, 30}, {7, 30}} // means 4 and 20, variances 5 and 100
	if _, err := m.Fit(d, Epochs(1), BatchSize(4), Verbose(false)); err != nil {
		t.Fatal(err)
	}
	mean, variance := m.Params()[2].Value.Values(), m.Params()[3].Value.Values()
	if mean[0] != 2 || mean[1] != 10 || variance[0] != 3 || variance[1] != 50.5 {
		t.Errorf("the running means are %v and %v, want half the way from 0 and 1", mean, variance)
	}
	y, err := m.Predict(d)
	if err != nil {
		t.Fatal(err)
	}
	// (1 − 2)/√(3 + 0.001) = −0.577254
	if got := y.Values()[0]; got < -0.5773 || got > -0.5772 {
		t.Errorf("outside training the first number is %v", got)
	}
	path := t.TempDir() + "/m.safetensors"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	other := Sequential(Input(2), BatchNorm(BNMomentum(0.5))).Compile(MSE, SGD(1e-9))
	if err := other.Load(path); err != nil {
		t.Fatal(err)
	}
	if other.WeightHash() != m.WeightHash() {
		t.Error("the running means were not saved")
	}
}

// A wrong shape names the layer, what it expects, what it got and the mend.
func TestWindowRefusals(t *testing.T) {
	for want, layers := range map[string][]Layer{
		"layer 3 (Conv2D 8): expects [height width channels], got [784]; it must stand before nn.Flatten()":                                                           {Input(28, 28, 1), Flatten(), Conv2D(8, 3)},
		"layer 2 (Conv1D 8): expects [steps channels], got [28 28 1]":                                                                                                 {Input(28, 28, 1), Conv1D(8, 3)},
		"layer 2 (Conv2D 8): expects an input of at least 7 cells along each axis, got [5 5 1]; take a smaller":                                                       {Input(5, 5, 1), Conv2D(8, 7)},
		"layer 2 (Conv2D 0): expects at least 1 filter, got 0":                                                                                                        {Input(5, 5, 1), Conv2D(0, 3)},
		"layer 2 (Conv2D 8): expects strides of 1 or 2 numbers, each at least 1, got [1 2 3]":                                                                         {Input(5, 5, 1), Conv2D(8, 3, Strides(1, 2, 3))},
		"layer 2 (Conv2D 8): expects strides of 1 or 2 numbers, each at least 1, got [0]":                                                                             {Input(5, 5, 1), Conv2D(8, 3, Strides(0))},
		"layer 2 (Conv2D 8): expects groups that divide 3 channels and 8 filters, got 2":                                                                              {Input(5, 5, 3), Conv2D(8, 3, Groups(2))},
		"layer 2 (MaxPool2D 0×0): expects a window of 1 or 2 numbers, each at least 1, got [0 0]":                                                                     {Input(5, 5, 1), MaxPool2D(0)},
		"layer 2 (GlobalMaxPool): expects one to three axes and channels":                                                                                             {Input(5), GlobalMaxPool()},
		"layer 2 (BatchNorm momentum 2): expects a momentum of 0 or more and below 1":                                                                                 {Input(5), BatchNorm(BNMomentum(2))},
		"layer 2 (Reshape[5 5]): expects a shape of as many numbers as its input [24], got [5 5]":                                                                     {Input(24), Reshape(5, 5)},
		"layer 2 (Permute[1 3]): expects each of the axes 1 to 2 once, got [1 3]":                                                                                     {Input(4, 6), Permute(1, 3)},
		"layer 2 (ZeroPadding2D -1): expects padding of 1 or 2 numbers, each at least 0, got [-1]":                                                                    {Input(4, 6, 1), ZeroPadding2D(-1)},
		"layer 2 (UpSampling2D 0): expects a size of 1 or 2 numbers, each at least 1, got [0]":                                                                        {Input(4, 6, 1), UpSampling2D(0)},
		"layer 2 (SpatialDropout 1): expects a rate of 0 or more and below 1":                                                                                         {Input(4, 6, 1), SpatialDropout(1)},
		"layer 2 (Maxout 0): expects at least 1 unit of at least 1 piece, got 0 and 2":                                                                                {Input(4), Maxout(0, 2)},
		"layer 2 (Maxout 3): expects [features], got [4 6 1]; put nn.Flatten() before it":                                                                             {Input(4, 6, 1), Maxout(3, 2)},
		"layer 2 (GaussianNoise -1): expects a standard deviation of 0 or more":                                                                                       {Input(24), GaussianNoise(-1)},
		"layer 2 (GroupNorm 5): expects a number of groups that divides the 6 channels, and ε above 0, got 5":                                                         {Input(4, 6), GroupNorm(5)},
		"layer 2 (LayerNorm ε 0): expects ε above 0, got 0":                                                                                                           {Input(4, 6), LayerNorm(LNEpsilon(0))},
		"layer 2 (Conv2DTranspose 0): expects at least 1 filter, got 0":                                                                                               {Input(4, 6, 1), Conv2DTranspose(0, 2)},
		"layer 2 (Conv2DTranspose 3): expects neither Padding nor Dilation nor Groups":                                                                                {Input(4, 6, 1), Conv2DTranspose(3, 2, Padding(1))},
		"layer 2 (Conv2DTranspose 3): expects [height width channels], got [24]; it must stand before nn.Flatten(), or behind":                                        {Input(24), Conv2DTranspose(3, 2)},
		"layer 2 (Conv2DTranspose 3): expects strides of 1 or 2 numbers, each at least 1, got [0]":                                                                    {Input(4, 6, 1), Conv2DTranspose(3, 2, Strides(0))},
		"layer 2 (AdaptiveAveragePool2D 7×7): expects [height width channels] of at least 7×7":                                                                        {Input(5, 8, 1), AdaptiveAveragePool2D(7, 7)},
		"layer 2 (PartialConv2D 2 of [[0] [3]]): expects a table that names some of the maps 0 to 2 for each filter, none twice, and no Groups, got [3] for filter 1": {Input(4, 6, 3), PartialConv2D([][]int{{0}, {3}}, 3)},
		"got [] for filter 0":     {Input(4, 6, 3), PartialConv2D([][]int{{}, {2}}, 3)},
		"got [1 1] for filter 1":  {Input(4, 6, 3), PartialConv2D([][]int{{0}, {1, 1}}, 3)},
		"got [0 -1] for filter 0": {Input(4, 6, 3), PartialConv2D([][]int{{0, -1}}, 3)},
		"got no filter":           {Input(4, 6, 3), PartialConv2D(nil, 3)},
		"got 3 groups":            {Input(4, 6, 3), PartialConv2D([][]int{{0}}, 3, Groups(3))},
		"layer 2 (RBF 2): expects centres of 3 numbers, as many as an example has, got 2 in centre 1":  {Input(3), RBF(2, Centres([][]int{{1, 2, 3}, {1, 2}}))},
		"layer 2 (SCells 0): expects at least 1 plane and a finite selectivity r above 0, got 0 and 4": {Input(4, 6, 1), SCells(0, 3, 4)},
		"got 3 and 0; write nn.SCells(24, 5, 4)":                                                       {Input(4, 6, 1), SCells(3, 3, 0)},
		"layer 2 (SCells 3): expects [height width channels], got [24]":                                {Input(24), SCells(3, 3, 4)},
		"layer 2 (CCells 3×3): expects a finite α above 0, got -1":                                     {Input(4, 6, 1), CCells(3, -1)},
		"layer 2 (CCells 7×7): expects an input of at least 7 cells":                                   {Input(4, 6, 1), CCells(7, 0.5)},
		"got 3 units and 2 centres":                                                                    {Input(3), RBF(3, Centres([][]int{{1, 2, 3}, {1, 2, 3}}))},
		"layer 2 (RBF 4): expects [features], got [4 6 1]; put nn.Flatten() before it":                 {Input(4, 6, 1), RBF(4)},
		"layer 2 (Slice 1): expects a part 0 ≤ from < to ≤ 4 of axis 2, got 1 to 5":                    {Input(3, 4), Slice(1, 5)},
		"layer 2 (Slice 0): expects an axis from 1 to 2, got 3":                                        {Input(3, 4), Slice(0, 1, Axis(3))},
	} {
		if err := Sequential(layers...).Compile(MSE, SGD(0.1)).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// What only moves numbers, on numbers.
func TestMovers(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6} // [2 3 1]: 1 2 3 over 4 5 6
	for name, c := range map[string]struct {
		layer Layer
		shape tensor.Shape
		want  []float32
	}{
		"Permute":     {Permute(2, 1, 3), tensor.Shape{3, 2, 1}, []float32{1, 4, 2, 5, 3, 6}},
		"ZeroPadding": {ZeroPadding2D(1, 0), tensor.Shape{4, 3, 1}, []float32{0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0}},
		"Slice":       {Slice(1, 3, Axis(2)), tensor.Shape{2, 2, 1}, []float32{2, 3, 5, 6}},
		"UpSampling":  {UpSampling2D(1, 2), tensor.Shape{2, 6, 1}, []float32{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}},
	} {
		m := Sequential(Input(6), Reshape(2, 3, 1), c.layer, Flatten()).Compile(MSE, SGD(0.1))
		d := &toy{shape: tensor.Shape{6}, x: [][]float32{x, make([]float32, 6)}, y: [][]float32{c.want, c.want}}
		y, err := m.Predict(d)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.graph.nodes[2].shape; !got.Equal(c.shape) || !slices.Equal(y.Values()[:len(c.want)], c.want) {
			t.Errorf("%s: %v %v, want %v %v", name, got, y.Values(), c.shape, c.want)
		}
	}
}

// SpatialDropout drops a channel everywhere or nowhere.
func TestSpatialDropout(t *testing.T) {
	const examples, positions, channels = 50, 6, 4
	b := ref.New()
	l, _, _ := built(t, b, SpatialDropout(0.5), tensor.Shape{2, 3, channels}, examples)
	x, y := tensor.New(b, examples, 2, 3, channels), tensor.New(b, examples, 2, 3, channels)
	tensor.Fill(1, x)
	l.Forward(&Context{Training: true}, x, y)
	kept := 0
	for i, v := range y.Values() {
		first := i/(positions*channels)*positions*channels + i%channels
		if v != y.Values()[first] || v != 0 && v != 2 {
			t.Fatalf("number %d is %v, the first of its channel %v", i, v, y.Values()[first])
		}
		if v == 2 {
			kept++
		}
	}
	if share := float64(kept) / (examples * positions * channels); share < 0.3 || share > 0.7 {
		t.Errorf("kept %v", share)
	}
}

// Slide "Funções de ativação": max(w₁ᵀx + b₁, w₂ᵀx + b₂). With the pieces x and
// −x it is |x|.
func TestMaxout(t *testing.T) {
	m := Sequential(Input(1), Maxout(1, 2)).Compile(MSE, SGD(0.1))
	m.Params()[0].Value.Set([]float32{1, -1})
	m.Params()[1].Value.Set([]float32{0.5, 0.5})
	y, err := m.Predict(&toy{shape: tensor.Shape{1}, x: [][]float32{{-3}, {2}}, y: [][]float32{{0}, {0}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := y.Values(); got[0] != 3.5 || got[1] != 2.5 {
		t.Errorf("got %v, want [3.5 2.5]", got)
	}
}

// A wrong shape anywhere among 20 layers is an error that names the layer, what
// it expects, what it got and the mend.
func TestWrongShapeAmongTwenty(t *testing.T) {
	layers := []Layer{Input(32, 32, 3)}
	for range 3 {
		layers = append(layers, Conv2D(4, 3, Same), BatchNorm(), Activation(ReLU), MaxPool2D(2), Dropout(0.1))
	}
	layers = append(layers, Flatten(), Dense(16, ReLU), Dropout(0.5), Dense(10), Activation(Softmax))
	if len(layers) != 21 { // the input and 20 behind it
		t.Fatal(len(layers))
	}
	if err := Sequential(layers...).Compile(CategoricalCrossentropy, SGD(0.1)).Err(); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(layers); i++ {
		wrong, title := Layer(Conv1D(7, 3)), "Conv1D 7"
		if i > 16 {
			wrong, title = MaxPool2D(2), "MaxPool2D 2×2"
		}
		broken := slices.Clone(layers)
		broken[i] = wrong
		err := Sequential(broken...).Compile(CategoricalCrossentropy, SGD(0.1)).Err()
		var e *Error
		if !errors.As(err, &e) || e.Layer != i+1 || e.Where != fmt.Sprintf("layer %d (%s)", i+1, title) {
			t.Errorf("layer %d: got %v", i+1, err)
		} else if e.Expected == "" || e.GotShape == nil || e.Mend == "" {
			t.Errorf("layer %d: a part of the three is missing: %v", i+1, err)
		}
	}
}

// The parts of a Split lie side by side in what Concatenate makes of them.
func TestSplit(t *testing.T) {
	in := Input(2, 6)
	parts := Split(in, []int{1, 3, 2})
	m := Graph(Inputs(in), Outputs(Concatenate(parts[2], parts[0], parts[1]))).Compile(MSE, SGD(0.1))
	d := &toy{shape: tensor.Shape{2, 6}, x: [][]float32{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}, y: [][]float32{make([]float32, 12)}}
	y, err := m.Predict(d)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := y.Values(), []float32{4, 5, 0, 1, 2, 3, 10, 11, 6, 7, 8, 9}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Infinities pass a PReLU as they pass a ReLU.
func TestPReLUInfinity(t *testing.T) {
	b := ref.New()
	l, _, _ := built(t, b, PReLU(AlphaInitializer(Constant(0.25))), tensor.Shape{4}, 1)
	x, y := tensor.Of(b, []float32{float32(math.Inf(1)), float32(math.Inf(-1)), -8, 3}, 1, 4), tensor.New(b, 1, 4)
	l.Forward(&Context{}, x, y)
	if got := y.Values(); !math.IsInf(float64(got[0]), 1) || !math.IsInf(float64(got[1]), -1) || got[2] != -2 || got[3] != 3 {
		t.Errorf("got %v, want [+Inf -Inf -2 3]", got)
	}
}
