package nn

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Layer is one step of a network. A value made by a constructor is a recipe;
// each model builds a copy of its own.
//
// In Forward and Backward the first axis of every tensor is the batch N:
//
//	x   [N × in]    input             dx  [N × in]   ∂E/∂x, nil when nothing needs it
//	y   [N × out]   output            dy  [N × out]  ∂E/∂y
//
// Tensors that are not needed at the same moment share memory: what is in y or dx
// before a layer writes it means nothing, and what Backward needs besides x and y
// belongs in [Builder.Scratch]. Forward may be called again in a step, on the same x, and
// must make the same then.
type Layer interface {
	// String is the recipe, "Dense(512, relu)". Layers with the same recipe
	// and the same input compute the same function of their parameters.
	String() string
	// Build learns the shape of one input example, makes the parameters, and
	// returns the shape of one output example. Its error is an [*Error] without
	// Where and Layer, which the model adds.
	Build(b *Builder, in tensor.Shape) (out tensor.Shape, err error)
	// Forward computes y from x.
	Forward(c *Context, x, y *tensor.Tensor)
	// Backward computes dx and the gradients of the parameters from dy, after
	// Forward on the same x. It may overwrite dy: what it leaves there is the
	// layer's δ.
	Backward(c *Context, x, y, dy, dx *tensor.Tensor)
}

// BackwardReader is implemented by a layer, or a merge, whose Backward does not read both x
// and y: what it does not read may be gone by then, and others use its memory.
type BackwardReader interface {
	// BackwardReads tells what Backward reads: the numbers of x, those of y.
	BackwardReads() (x, y bool)
}

// Optional interfaces that the model asks a layer for.
type (
	// A reshaper gives the numbers of its input another shape. Its output is
	// its input's memory, and neither Forward nor Backward is called.
	reshaper interface{ reshapes() }
	// A formulator shows how its number of parameters comes about:
	// "784·512 + 512".
	formulator interface{ ParameterFormula() string }
	// A mapper slides a window over its input: it tells how the size of its
	// map comes about, and the window's reach and stride along each axis.
	mapper interface {
		mapFormula() string
		field() (reach, strides []int)
	}
	// A counter tells the multiply-accumulates of one example's forward pass.
	counter interface{ MACs() int }
	// An activated layer ends in an activation function. A loss that takes it
	// over sets it to Linear: the layer's output is then the net input of it.
	activated interface{ function() *ActivationFunction }
	// A neural layer begins its Backward with δ = ∂E/∂out ⊙ f'(net) in place.
	neural interface {
		activated
		neural()
	}
	// A settler changes what it keeps (see Builder.State) by what the Forward of a
	// training has found: behind the loss, so that a step that does not count changes
	// nothing.
	settler interface{ Settle(*Context) }
	// A sender's Backward ends with a kernel that multiplies dx by its Factor.
	sender interface{ sends() bool }
)

// Context is what a layer is told about the step that calls it.
type Context struct {
	// Training is true in Fit, false in Evaluate and Predict.
	Training bool

	seed, step uint64
	layer      int
	control    backend.Scalars // of a training: its count of steps takes the place of step; else nil
}

// Key names the random numbers of this layer in this step. The forward and the
// backward pass of a step get the same key.
func (c *Context) Key() backend.Key {
	base := backend.Bits(c.seed, c.layer)
	if c.control != nil {
		return backend.Key{Base: base, Control: c.control}
	}
	return backend.Key{Base: backend.Bits(base, int(c.step))}
}

// Mix computes y = (1 − share)·y + share·x, a step of a running mean, unless the loss of
// the training is no finite number any more: see Settle at [Builder.State].
func (c *Context) Mix(share float64, x, y *tensor.Tensor) { tensor.Mix(share, x, y, c.control) }

// Param is an array that training adjusts, with its gradient.
type Param struct {
	Name  string // "dense_1/kernel"
	Value *tensor.Tensor
	// Grad is ∂E/∂Value of the last step, of the same shape: nil before the first
	// training, and where the layer itself sets Value. Of weights that are frozen only
	// vectors have one, which means nothing.
	Grad *tensor.Tensor

	regularizer Regularizer
	state       bool             // set by the layer itself, not by its gradient
	frozen      bool             // does not learn, see Freeze
	slots       []backend.Buffer // the optimiser's state, see Optimizer; nil before the first step
	written     bool             // whether this step has written Grad already
	lodges      bool             // whether Grad stands among the outputs of a batch, see lodge
	draw        func()           // draws the first values, for which there is no memory yet; nil when they are there
}

// begin gives the parameter its memory and first values, unless it has them.
func (p *Param) begin() {
	if draw := p.draw; draw != nil {
		makeRoom(p)
		draw()
	}
}

// begin is the same of many; it is an error where there is no memory for them.
func begin(params []*Param) (err error) {
	defer catch("Compile", &err)
	for _, p := range params {
		p.begin()
	}
	return nil
}

// makeRoom gives parameters memory alone, for values that are about to be brought: all of
// them, or, where there is not so much, none.
func makeRoom(params ...*Param) {
	buffers := make([]backend.Buffer, len(params))
	for i, p := range params {
		if p.draw != nil {
			buffers[i] = backend.AllocFor(p.Value.Backend, p.Name, p.Value.Size())
		}
	}
	for i, p := range params {
		if buffers[i] != nil {
			p.Value.Buffer, p.draw = buffers[i], nil
		}
	}
}

// trainable tells whether the parameter learns by its gradient.
func (p *Param) trainable() bool { return !p.state && !p.frozen }

// Beta is what the gradient's old content counts: 0 the first time in a step, 1
// when a layer is used again and its gradients add up.
func (p *Param) Beta() float64 {
	if p.written {
		return 1
	}
	p.written = true
	return 0
}

// Builder makes the parameters of one layer.
type Builder struct {
	backend backend.Backend
	layer   string // the layer's name, the first part of its parameters' names
	seed    uint64
	again   []*Param // what an earlier use of a shared layer made
	params  []*Param
	made    []*Param // those of params that are new
	scratch []*tensor.Tensor
	frozen  bool // the parameters do not learn
	err     *Error
}

// Param makes a parameter of the layer. The initializer sees fanIn inputs and
// fanOut outputs per unit.
func (b *Builder) Param(name string, init Initializer, fanIn, fanOut int, shape ...int) *Param {
	if init.own != nil && *init.own == nil {
		b.err = &Error{Expected: "a function for the initializer " + init.name, Got: "nil",
			Mend: fmt.Sprintf("write nn.InitializerFunc(%q, func(shape tensor.Shape, i int) float64 {…})", init.name)}
	}
	return b.param(name, shape, func() *Param {
		key := backend.Bits(b.seed, len(b.params))
		return b.later(shape, func(t *tensor.Tensor) { init.fill(t, fanIn, fanOut, key) })
	})
}

// State makes an array that the layer changes itself, as the running mean of
// [BatchNorm]: it is saved with the parameters but has no gradient. A layer changes it in
// a method Settle(*Context), which is called in each step of a training, behind Forward and
// the loss, by [Context.Mix].
func (b *Builder) State(name string, init Initializer, shape ...int) *Param {
	return b.param(name, shape, func() *Param {
		p := b.later(shape, func(t *tensor.Tensor) { init.fill(t, 1, 1, 0) })
		p.state = true
		return p
	})
}

// later is a parameter that gets its memory and first values when the model is
// used: one whose values are kept in a file needs neither.
func (b *Builder) later(shape tensor.Shape, fill func(*tensor.Tensor)) *Param {
	if !shape.Valid() {
		tensor.New(b.backend, shape...) // panics, and says why
	}
	p := &Param{Value: &tensor.Tensor{Backend: b.backend, Shape: slices.Clone(shape)}}
	p.draw = func() { fill(p.Value) }
	return p
}

// param is the parameter that an earlier use of a shared layer made, or a new one.
func (b *Builder) param(name string, shape tensor.Shape, make func() *Param) *Param {
	if i := len(b.params); i < len(b.again) {
		p := b.again[i]
		if p.Value.Shape.Equal(shape) {
			b.params = append(b.params, p)
			return p
		}
		b.err = &Error{Expected: fmt.Sprintf("an input that fits the weights %s %v, which it shares", p.Name, p.Value.Shape),
			Got: fmt.Sprintf("one that needs %v", shape), ExpectedShape: p.Value.Shape, GotShape: shape,
			Mend: "bring the inputs of a shared layer to one shape"}
	}
	p := make()
	p.Name, p.frozen = b.layer+"/"+name, b.frozen
	b.params, b.made = append(b.params, p), append(b.made, p)
	return p
}

// Scratch makes memory of the given shape for each example of the batch, in
// which Forward leaves what Backward needs. Its first axis is the batch. Between
// two steps others use the same memory.
func (b *Builder) Scratch(shape ...int) *tensor.Tensor {
	t := &tensor.Tensor{Backend: b.backend, Shape: append(tensor.Shape{0}, shape...)}
	b.scratch = append(b.scratch, t)
	return t
}

// Vector makes memory of n numbers that does not depend on the batch.
func (b *Builder) Vector(n int) *tensor.Tensor { return tensor.New(b.backend, n) }

// fresh copies a recipe, so that a layer value can stand in several models.
func fresh[R recipe](r R) R {
	v := reflect.ValueOf(r)
	if v.Kind() != reflect.Pointer {
		return r
	}
	c := reflect.New(v.Type().Elem())
	c.Elem().Set(v.Elem())
	return c.Interface().(R)
}

// readsOf tells what the Backward of a layer, or of a merge, reads of x and of y.
func readsOf(l recipe) (x, y bool) {
	if r, ok := l.(BackwardReader); ok {
		return r.BackwardReads()
	}
	return true, true
}
