package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// clip keeps gradients from growing too large. The zero value does nothing.
type clip struct {
	kind  clipKind
	limit float64
}

type clipKind int

const (
	noClip clipKind = iota
	clipValue
	clipNorm
	globalClipNorm
)

// ClipValue holds each number of every gradient within [−limit, limit] before the
// optimizer's step.
func ClipValue(limit float64) CompileOption { return clip{clipValue, limit} }

// ClipNorm shortens each parameter's gradient to the length limit where its norm
// √Σ g² is larger (Keras's clipnorm).
func ClipNorm(limit float64) CompileOption { return clip{clipNorm, limit} }

// GlobalClipNorm shortens all gradients alike where the norm of all of them
// together is larger than limit (Pascanu et al. 2013; Keras's global_clipnorm).
func GlobalClipNorm(limit float64) CompileOption { return clip{globalClipNorm, limit} }

func (c clip) applyCompile(m *Model) { m.clips = append(m.clips, c) }

var clipNames = [...]string{clipValue: "clip value", clipNorm: "clip norm", globalClipNorm: "global clip norm"}

// String is "clip norm 1".
func (c clip) String() string {
	return fmt.Sprint(clipNames[c.kind], " ", c.limit)
}

// chosenClip is the one that Compile was given, if it was one.
func (m *Model) chosenClip() (clip, error) {
	switch {
	case len(m.clips) == 0:
		return clip{}, nil
	case len(m.clips) > 1:
		return clip{}, &Error{Where: "Compile", Expected: "one of ClipValue, ClipNorm and GlobalClipNorm", Got: fmt.Sprint(m.clips), Mend: "leave one of them"}
	case !(m.clips[0].limit > 0):
		return clip{}, &Error{Where: "Compile: " + m.clips[0].String(), Expected: "a limit above 0", Got: fmt.Sprint(m.clips[0].limit), Mend: "write nn.ClipNorm(1)"}
	}
	return m.clips[0], nil
}

// needsAll tells whether a gradient can be clipped only when all are known.
func (c clip) needsAll() bool { return c.kind == globalClipNorm }

// apply clips the gradients of the parameters that learn. squares is memory for Σ g².
func (c clip) apply(b backend.Backend, params []*Param, squares backend.Scalars) {
	add := func(p *Param) {
		b.Reduce(backend.SumSquares, p.Grad.Size(), 1, p.Grad.Buffer, 1, squares)
	}
	shorten := func(p *Param) { b.Shorten(p.Grad.Size(), c.limit, squares, p.Grad.Buffer) }
	switch c.kind {
	case clipValue:
		for _, p := range params {
			b.Clip(p.Grad.Size(), c.limit, p.Grad.Buffer)
		}
	case clipNorm:
		for _, p := range params {
			b.FillScalars(1, 0, squares)
			add(p)
			shorten(p)
		}
	case globalClipNorm:
		b.FillScalars(1, 0, squares)
		for _, p := range params {
			add(p)
		}
		for _, p := range params {
			shorten(p)
		}
	}
}
