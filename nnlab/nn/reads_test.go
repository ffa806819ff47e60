package nn

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// alone is a layer, or a merge, by itself, with what stands around it in a step.
type alone struct {
	layer  recipe
	b      backend.Backend
	params []*Param
	x, dx  []*tensor.Tensor
	y, dy  *tensor.Tensor
}

const aloneRows = 2

func newAlone(t *testing.T, b backend.Backend, of recipe, in []tensor.Shape, frozen bool) *alone {
	t.Helper()
	a := &alone{layer: fresh(of), b: b}
	builder := &Builder{backend: b, layer: "alone", frozen: frozen}
	if f, ok := a.layer.(freezer); ok && frozen {
		f.freeze()
	}
	n := &node{layer: a.layer}
	for _, s := range in {
		n.in = append(n.in, &node{shape: s})
	}
	if err := n.build(builder); err != nil {
		t.Fatal(err)
	}
	allocate(builder, aloneRows)
	a.params = builder.params
	for i, p := range a.params {
		p.Value.Set(formula(uint32(i), p.Value.Size(), 0.5))
		if p.state { // a variance, too
			p.Value.SetEach(func(j int) float32 { return 1 + float32(j%3)/4 })
		}
	}
	of2 := func(s tensor.Shape) []int { return append([]int{aloneRows}, s...) }
	for _, s := range in {
		a.x, a.dx = append(a.x, tensor.New(b, of2(s)...)), append(a.dx, tensor.New(b, of2(s)...))
	}
	a.y, a.dy = tensor.New(b, of2(n.shape)...), tensor.New(b, of2(n.shape)...)
	return a
}

// forward computes y, and makes the rest as a step finds it before the backward pass.
func (a *alone) forward(c *Context) {
	for i, x := range a.x {
		x.Set(formula(uint32(100+i), x.Size(), 1))
	}
	switch l := a.layer.(type) {
	case Layer:
		l.Forward(c, a.x[0], a.y)
	case Merger:
		l.Forward(c, a.x, a.y)
	}
	a.dy.Set(formula(200, a.dy.Size(), 1))
	for _, dx := range a.dx {
		tensor.Fill(math.NaN(), dx)
	}
	for _, p := range a.params {
		p.written = false
		if p.Grad != nil {
			tensor.Fill(math.NaN(), p.Grad)
		}
	}
}

// backward returns all numbers that the backward pass makes.
func (a *alone) backward(c *Context) (made []float32) {
	switch l := a.layer.(type) {
	case Layer:
		l.Backward(c, a.x[0], a.y, a.dy, a.dx[0])
	case Merger:
		l.Backward(c, a.x, a.y, a.dy, a.dx)
	}
	for _, dx := range a.dx {
		made = append(made, dx.Values()...)
	}
	for _, p := range a.params {
		if p.trainable() {
			made = append(made, p.Grad.Values()...)
		}
	}
	return made
}

func (a *alone) state() (values []float32) {
	for _, p := range a.params {
		values = append(values, p.Value.Values()...)
	}
	return values
}

// every is one of every kind of layer and merge, in several forms.
func every(t *testing.T) map[string]struct {
	of recipe
	in []tensor.Shape
} {
	t.Helper()
	all := map[string]struct {
		of recipe
		in []tensor.Shape
	}{}
	add := func(name string, of recipe, in ...tensor.Shape) {
		all[name] = struct {
			of recipe
			in []tensor.Shape
		}{of, in}
	}
	var file struct {
		Cases []struct {
			Name  string
			Shape tensor.Shape
		}
	}
	readGoldenFile(t, "keras_layers.json", &file)
	for _, c := range file.Cases {
		add(c.Name, goldenLayers[c.Name], c.Shape)
	}
	image := tensor.Shape{4, 3, 6}
	for _, l := range []Layer{Dropout(0.3), SpatialDropout(0.4), GaussianNoise(0.1), Subsampling(2), PReLU(AlphaInitializer(Constant(0.25))),
		AdaptiveMaxPool2D(3, 2), AdaptiveAveragePool2D(3, 2), Conv2D(3, 2), Conv2DTranspose(3, 2, Strides(2)), PartialConv2D([][]int{{0, 5}, {2, 3, 1}}, 2), SCells(3, 2, 4), CCells(2, 0.5), pairs(),
		Activation(softplus()), Conv2D(3, 2, softplus()), Conv2DTranspose(3, 2, softplus()), Subsampling(2, softplus())} {
		add("also "+l.String(), l, image)
	}
	add("also Dense", Dense(3), tensor.Shape{5})
	add("Dense of a function of its own", Dense(3, softplus()), tensor.Shape{5})
	add("also Maxout", Maxout(4, 3), tensor.Shape{5})
	for _, of := range []func(...Source) *Node{Add, Multiply, Average, Maximum, Concatenate} {
		for n := 2; n <= 4; n++ {
			m := of(slices.Repeat([]Source{Input(1)}, n)...).layer
			add(fmt.Sprint(m, n), m, slices.Repeat([]tensor.Shape{image}, n)...)
		}
	}
	add("Subtract", Subtract(Input(1), Input(1)).layer, image, image)
	return all
}

// idle are layers whose gradient does not depend on what they are handed: a step has the
// derivative 0 everywhere, and what a student's Func reads is known to nobody.
func idle(name string) bool { return strings.HasPrefix(name, "step") || strings.Contains(name, "Func") }

// What a layer's Backward does not read may be gone: neither a gradient nor a parameter
// changes by a bit. What it reads by its own words it does read, else memory would be kept
// for nothing. And a Forward that is called again makes the same, and changes no parameter.
func TestBackwardReads(t *testing.T) {
	kinds := map[string]bool{}
	for name, l := range every(t) {
		kinds[kind(l.of)] = true
		if _, views := l.of.(reshaper); views {
			continue // has no Backward
		}
		for _, frozen := range []bool{false, true} {
			for _, b := range []backend.Backend{ref.New(), cpu.New()} {
				t.Run(fmt.Sprint(name, " frozen ", frozen, " ", b.Name()), func(t *testing.T) {
					a := newAlone(t, b, l.of, l.in, frozen)
					c := &Context{Training: true, seed: 3, step: 5}
					a.forward(c)
					y, state := a.y.Values(), a.state()
					want := a.backward(c)
					if slices.ContainsFunc(append(want, y...), func(v float32) bool { return v != v }) {
						t.Fatal("NaN")
					}
					readsX, readsY := readsOf(a.layer)
					run := func(poisonX, poisonY bool) bool {
						a.forward(c)
						if !sameBits(a.y.Values(), y) || !sameBits(a.state(), state) {
							t.Error("the second Forward made something else")
						}
						for _, x := range a.x {
							if poisonX {
								tensor.Fill(math.NaN(), x)
							}
						}
						if poisonY {
							tensor.Fill(math.NaN(), a.y)
						}
						return sameBits(a.backward(c), want)
					}
					if !run(!readsX, !readsY) {
						t.Errorf("Backward reads more than x: %v, y: %v", readsX, readsY)
					}
					if readsX && run(true, false) && !idle(name) {
						t.Error("Backward does not read x")
					}
					if readsY && run(false, true) && !idle(name) {
						t.Error("Backward does not read y")
					}
				})
			}
		}
	}
	source, err := os.ReadFile("config_layers.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range regexp.MustCompile(`(?m)^\tcase (".*"):$`).FindAllStringSubmatch(string(source), -1) {
		for _, k := range regexp.MustCompile(`[A-Z]\w+`).FindAllString(line[1], -1) {
			if !kinds[k] && k != "Input" {
				t.Errorf("no %s was looked at", k)
			}
		}
	}
}
