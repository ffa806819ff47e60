package nn

import (
	"fmt"

	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
)

// The metadata entries of a saved model that say what its layers are, as
// [Model.MarshalJSON] does, or why they cannot be said.
const (
	modelEntry = "nnlab.model"
	whyNoModel = "nnlab.no-model"
)

// LoadModel makes the model that [Model.Save] wrote to a file: its layers, what Compile
// was told, its weights, the optimizer's state and the history, so that training goes on
// where it stopped. Keras calls it keras.models.load_model. A file that does not say its
// layers, as one of PyTorch or of a model with a Go function, is for [Model.Load] of a
// model that the program makes. What is wrong is kept for [Model.Err].
func LoadModel(path string) *Model {
	fail := func(e *Error) *Model {
		e.Where = "LoadModel " + path
		return Refused("model", e)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		return fail(&Error{Err: err, Mend: mendPath})
	}
	defer f.Close()
	text, ok := f.Metadata[modelEntry]
	if !ok {
		got := "weights alone"
		if why := f.Metadata[whyNoModel]; why != "" {
			got = fmt.Sprintf("weights alone (%s)", why)
		}
		return fail(&Error{Expected: "a file that says its layers", Got: got, Mend: "make the model by its constructors, Compile it, and call Load"})
	}
	m := FromJSON([]byte(text))
	if m.err == nil && m.graph != nil {
		if err := m.adopt(f, false); err != nil {
			return fail(&Error{Err: err, Mend: mendModel})
		}
		m.sayUnlike(path, f)
	}
	return m
}
