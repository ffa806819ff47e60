package viz

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Now is an option of [Live]: below the chart, five images of d, the first of five classes
// where it has so many, and what the model answers to them now, a bar for each class. Below
// that a strip of the layers from the input to the output, the darker the larger the gradient
// ‖∂E/∂W‖ of the last step, on a logarithmic scale; the layer in which it vanishes is named.
//
//	model.Fit(train, nn.Epochs(20), viz.Live(viz.Now(test)))
func Now(d nn.Data) Option { return Option{of: showsNow, data: d} }

// nowImages is how many images the panel has.
const nowImages = 5

// vanishes is the part of the largest gradient below which that of a layer is said to vanish.
const vanishes = 1e-3

// now is the panel of a training.
type now struct {
	settings
	display
	data     nn.Data // the five examples
	shape    tensor.Shape
	images   []string
	labels   []int
	outcomes [][]float64 // the answers, as parts of 1
	answers  []nn.Answer
	layers   []layerGradient
}

// layerGradient is ‖∂E/∂W‖ of a layer.
type layerGradient struct {
	name string
	norm float64
}

// some are a few examples of some data.
type some struct {
	nn.Data
	index []int
}

func (s some) Len() int { return len(s.index) }

func (s some) Batch(index []int, x, y []float32) {
	at := make([]int, len(index))
	for i, n := range index {
		at[i] = s.index[n]
	}
	s.Data.Batch(at, x, y)
}

// newNow chooses the images.
func newNow(s settings) (*now, error) {
	d := s.now
	if err := images("viz.Now", d); err != nil {
		return nil, err
	}
	if d.Classes() < 2 || d.Len() == 0 {
		return nil, &nn.Error{Where: "viz.Now", Expected: "images with classes", Got: fmt.Sprintf("%d with targets that are numbers", d.Len()), Mend: "make the data with datasets.FromSlices, which takes labels"}
	}
	if err := s.nameClasses("viz.Now", d, d.Classes()); err != nil {
		return nil, err
	}
	n := &now{settings: s, shape: d.Shape()}
	var first, others []int
	seen := map[int]bool{}
	for i := range min(d.Len(), 1000) {
		_, target := example(d, i)
		if class := int(target[0]); !seen[class] {
			seen[class], first = true, append(first, i)
		} else {
			others = append(others, i)
		}
	}
	chosen := append(first, others...)
	chosen = chosen[:min(nowImages, len(chosen))]
	for _, i := range chosen {
		pixels, target := example(d, i)
		image, err := encode(shrunk(d.Shape(), pixels))
		if err != nil {
			return nil, err
		}
		n.images, n.labels = append(n.images, image), append(n.labels, int(target[0]))
	}
	n.data = some{d, chosen}
	return n, nil
}

// look asks the model for its answers, and measures the gradients of the last step.
func (n *now) look(m *nn.Model) error {
	out, err := m.Predict(n.data)
	if err == nil {
		n.answers, err = m.Classify(n.data)
	}
	if err != nil {
		return err
	}
	values, cols := out.Values(), out.Cols()
	n.outcomes = nil
	for i := range n.labels {
		n.outcomes = append(n.outcomes, shares(values[i*cols:][:cols], n.answers[i]))
	}
	n.layers = nil
	for _, p := range kernels(m) {
		name, _, _ := strings.Cut(p.Name, "/")
		norm := norm(p.Grad)
		if last := len(n.layers) - 1; last >= 0 && n.layers[last].name == name { // of several matrices the longest
			n.layers[last].norm = max(n.layers[last].norm, norm)
			continue
		}
		n.layers = append(n.layers, layerGradient{name, norm})
	}
	return nil
}

// norm is the length √Σ tᵢ².
func norm(t *tensor.Tensor) float64 {
	return math.Sqrt(t.Backend.SumSquares(t.Size(), t.Buffer))
}

// shares are an output as parts of 1, one for each class: of a single number those of no and
// yes; probabilities as they are; of logits what the loss makes of them, and of other scores what
// a softmax does. Which of them it is the answer knows. Of an output that is no number no part is
// one.
func shares(out []float32, a nn.Answer) []float64 {
	p := wide(out)
	if s := spanOf(out); s.left > 0 {
		p = make([]float64, max(2, len(p)))
		for i := range p {
			p[i] = math.NaN()
		}
		return p
	}
	if len(p) == 1 {
		sure := a.Probability
		if math.IsNaN(sure) {
			sure = 0.5 + a.Certainty/2
		}
		sure = min(1, max(0, sure))
		if a.Class == 1 {
			return []float64{1 - sure, sure}
		}
		return []float64{sure, 1 - sure}
	}
	const rounding = 1e-4
	known := !math.IsNaN(a.Probability)
	if known && math.Abs(p[a.Class]-a.Output) < rounding {
		for i, v := range p {
			p[i] = min(1, max(0, v))
		}
		return p
	}
	soft, largest, sum := make([]float64, len(p)), slices.Max(p), 0.
	for i, v := range p {
		soft[i] = math.Exp(v - largest)
		sum += soft[i]
	}
	for i := range soft {
		soft[i] /= sum
	}
	if known && math.Abs(soft[a.Class]-a.Output) > rounding { // each says yes or no for itself
		for i, v := range p {
			soft[i] = 1 / (1 + math.Exp(-v))
		}
	}
	return soft
}

// vanishing is the layer with the smallest gradient, if that is so small that it vanishes, and
// how many times smaller it is than the largest.
func (n *now) vanishing() (layer string, times float64) {
	var least, most layerGradient
	for i, l := range n.layers {
		if i == 0 || l.norm < least.norm {
			least = l
		}
		if i == 0 || l.norm > most.norm {
			most = l
		}
	}
	if !(least.norm < vanishes*most.norm) {
		return "", 0
	}
	return least.name, most.norm / least.norm
}

// verdict says whether and where the gradient vanishes.
func (n *now) verdict() string {
	w := n.words
	layer, times := n.vanishing()
	switch {
	case layer == "":
		return w.nowhere
	case math.IsInf(times, 0):
		return fmt.Sprintf(w.vanishesIn, layer) + " (0)"
	}
	number := w.digits(times)
	if times < 1e6 {
		number = count(int(math.Round(times)))
	}
	return fmt.Sprintf(w.vanishesIn, layer) + fmt.Sprintf(" ("+w.timesSmaller+")", number)
}
