// Package viz draws what a model does: the chart of its training while it
// trains, its mistakes, its data. In a notebook a figure is shown under the cell;
// anywhere else it can be saved.
//
// A figure is an SVG that reads on light and on dark ground and the same said in
// words, made into a bundle that every front end can show: with scripts it
// becomes an interactive chart, without them the picture stays (see bundle.go).
// The SVG is drawn here, in a hundred lines, because it is drawn ten times a
// second: a plotting library with its fonts would cost each cell more to link
// than all of the lab.
package viz

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"weak"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// Figure is a picture with its words.
type Figure struct {
	SVG string // complete, of a fixed size
	Alt string // the same in words

	interactive *chart // nil without an interactive form
	alive       *alive // nil unless it moves by what stands in the page
	width       int
}

// Option is what the figures of this package can be told: [English], [Names],
// [AllLayers], [Logarithmic], [Kernel], [Bias],
// [AnswersTo], [Now]. It is data, so that a variable of a notebook may hold it; one that no
// function has made says nothing.
type Option struct {
	of      what
	classes []string
	numbers []float32
	data    nn.Data
	example int
}

// what an option is about.
type what uint8

const (
	nothing what = iota
	inEnglish
	classNames
	logarithmic
	everyLayer
	ofKernel
	ofBias
	answersTo
	showsNow
)

// tell has the settings know of an option.
func (s *settings) tell(o Option) {
	switch o.of {
	case inEnglish:
		s.words = english
	case classNames:
		s.classes = o.classes
	case logarithmic:
		s.logarithmic = true
	case everyLayer:
		s.allLayers = true
	case ofKernel:
		s.kernel = o.numbers
	case ofBias:
		s.bias = o.numbers[0]
	case answersTo:
		s.answersTo, s.answersOf, s.answers = o.data, o.example, true
	case showsNow:
		s.now, s.showsNow = o.data, true
	}
}

type settings struct {
	words     words
	now       nn.Data // the images of [Now]
	showsNow  bool
	classes   []string // nil: their numbers
	allLayers bool

	logarithmic bool // the scale of a slider

	kernel []float32 // of Convolution, nil: the layer's own
	bias   float32

	answers   bool // of Filters to answersTo
	answersTo nn.Data
	answersOf int
}

// English labels the figure in English. The default is Portuguese.
func English() Option { return Option{of: inEnglish} }

// Names names the classes 0, 1, … in [Confusion], [ClassReport], [Images] and [Wrong],
// instead of the names that the data has for them.
func Names(classes ...string) Option { return Option{of: classNames, classes: classes} }

// Logarithmic gives a [SliderOf] a logarithmic scale; its ends must be above 0.
func Logarithmic() Option { return Option{of: logarithmic} }

// named is data that has names for its classes, as data sets of package datasets may.
type named interface{ ClassNames() []string }

// nameClasses checks that there is a name for each of n classes where Names has given
// any, and otherwise takes those of the data.
func (s *settings) nameClasses(where string, d nn.Data, n int) error {
	if s.classes == nil {
		if d, ok := d.(named); ok {
			s.classes = d.ClassNames()
		}
		return nil
	}
	if len(s.classes) != n {
		return &nn.Error{Where: where, Expected: fmt.Sprintf("%d names, one a class", n), Got: fmt.Sprint(len(s.classes)),
			Mend: fmt.Sprintf("name the classes 0 to %d in their order by viz.Names", n-1)}
	}
	return nil
}

// longestName is how many letters of a class's name a figure has room for.
const longestName = 24

// class is the name of a class, or its number where it has none: a student's own data
// may name fewer than there are.
func (s settings) class(i int) string {
	if i >= len(s.classes) {
		return strconv.Itoa(i)
	}
	return plain.Short(s.classes[i], longestName)
}

func newSettings(options []Option) settings {
	s := settings{words: portuguese}
	for _, o := range options {
		s.tell(o)
	}
	return s
}

// shown are the figures that this program, which is one cell, has put under it.
var shown sync.Map // weak.Pointer[Figure] → true

// show puts a figure under the cell; outside a notebook it does nothing.
func (f *Figure) show() (*Figure, error) {
	if !notebook.Available() {
		return f, nil
	}
	shown.Store(weak.Make(f), true)
	id := notebook.NewID()
	b, err := f.bundle(id)
	if err != nil {
		return f, err
	}
	return f, notebook.Show(id, b)
}

// ShowResult are the forms in which a figure in a variable is shown, when a cell ends
// with it: none in the cell that has shown it already.
func (f *Figure) ShowResult() map[string]string {
	if f == nil {
		return map[string]string{notebook.Plain: "nil"}
	}
	if _, already := shown.Load(weak.Make(f)); already {
		return nil
	}
	b, err := f.bundle(notebook.NewID())
	if err != nil {
		return map[string]string{notebook.Plain: err.Error()}
	}
	forms := map[string]string{}
	for mime, form := range b {
		forms[mime] = form.(string)
	}
	return forms
}

// Save writes the figure to a file, whole or not at all: an SVG, or with the
// ending .html a page of it.
func (f *Figure) Save(path string) error {
	content := f.SVG
	if strings.HasSuffix(path, ".html") {
		content = "<!doctype html><meta charset=\"utf-8\"><title>" + escape(f.Alt) + "</title>" + f.picture()
	} else if !strings.HasSuffix(path, ".svg") {
		return fmt.Errorf("saving a figure: expected a file ending in .svg or .html, got %q", path)
	}
	return whole.WriteFile(path, []byte(content), 0o666)
}
