package nn

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// KeepVariable is what a notebook keeps of a variable that is a model or points to one
// (see nnlab/vars): the model as data, its arrays, which stay where they are or come from
// the GPU, and its place in training. A model of [Keep] is no more than its name and what
// makes it: its state is kept already. A model that holds a Go function is refused by name.
func (m *Model) KeepVariable() (any, error) {
	if m == nil {
		return nil, noModel()
	}
	if m.open != nil {
		return map[string]any{"name": m.name, "build": m.maker}, nil
	}
	if m.refused != nil {
		return nil, m.refused
	}
	on, err := m.elsewhere()
	if err != nil {
		return nil, err
	}
	r, err := m.recipe()
	if err != nil && m.maker != nil {
		return map[string]any{"name": m.name, "build": m.maker}, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if m.maker != nil {
		return map[string]any{"name": m.name, "recipe": string(text)}, nil
	}
	// What Compile has refused is compiled anew, to the same error; a model that is yet to
	// be compiled cannot be loaded, which ready says.
	if compileFailed := m.graph == nil && m.optimizer != nil; m.pretrain != nil && !compileFailed {
		if err := m.ready(); err != nil {
			return nil, fmt.Errorf("the weights that it begins with are yet to be loaded: %w", err)
		}
	}
	state := map[string]any{"recipe": string(text)}
	if on != "" {
		state["backend"] = on
	}
	if m.graph == nil {
		return state, nil
	}
	arrays, left, err := m.keptArrays(m.step > 0)
	if errors.Is(err, backend.ErrLost) && m.before != nil { // and with it what this cell has done
		return m.before, nil
	}
	if err != nil {
		return nil, err
	}
	state["arrays"], state["step"], state["epoch"], state["history"] = arrays, m.step, m.epoch, m.history
	if left != nil {
		state["left"] = left
	}
	return state, nil
}

// keptArrays are the numbers of the parameters, and of the optimizer's state if it counts.
// A backend that goes on to have them behind the program's end has them under a ticket that
// begins with left.
func (m *Model) keptArrays(state bool) (arrays [][]float32, left []uint64, err error) {
	host, inMemory := m.backend.(backend.Host)
	read := func() (err error) {
		defer catch("KeepVariable", &err) // where there is no memory for the optimizer's state
		entries := m.entries(state)
		for _, e := range entries {
			if e.slot < 0 && e.param.draw != nil { // drawn anew, to the same numbers
				arrays = append(arrays, nil)
				continue
			}
			if e.slot >= 0 {
				m.makeState(e.param)
			}
			if inMemory {
				arrays = append(arrays, host.Unwrap(*e.buffer())[:e.param.Value.Size()])
				continue
			}
			values := make([]float32, e.param.Value.Size())
			m.backend.Download(values, *e.buffer())
			arrays = append(arrays, values)
		}
		if err := m.backend.Sync(); err != nil {
			return err
		}
		if shelf, ok := m.backend.(backend.Shelf); ok {
			left = []uint64{rand.Uint64(), rand.Uint64()}
			for i, e := range entries {
				if arrays[i] != nil {
					shelf.Leave(ticketOf(left, i), *e.buffer())
				}
			}
		}
		return nil
	}
	if b, ok := m.backend.(backend.Still); ok {
		err = b.Still(read)
	} else {
		err = read()
	}
	return arrays, left, err
}

// ticketOf is that of an array.
func ticketOf(left []uint64, i int) backend.Ticket {
	return backend.Ticket{left[0], left[1], uint64(i)}
}

// bring returns a buffer of an array's numbers: the one that the last cell has left, where it
// is there still, or a new one.
func (m *Model) bring(left []uint64, i int, values []float32) backend.Buffer {
	if shelf, ok := m.backend.(backend.Shelf); ok && len(left) == 2 {
		if b, ok := shelf.Take(ticketOf(left, i), len(values)); ok {
			return b
		}
	}
	b := m.backend.Alloc(len(values))
	m.backend.Upload(b, values)
	return b
}

// ShortVariable is what a notebook's list of variables has of the model (see
// nnlab/vars): "8 camadas, 669 706 parâmetros, 5 épocas".
func (m *Model) ShortVariable() string {
	switch {
	case m == nil:
		return "nil"
	case m.open != nil:
		return fmt.Sprintf("nn.Keep(%q)", m.name)
	case m.refused != nil || m.err != nil:
		return "com um erro"
	case m.graph == nil && m.optimizer == nil:
		return "ainda não compilado"
	case m.graph == nil:
		return "compilado"
	}
	numbers := 0
	for _, p := range m.graph.params {
		numbers += p.Value.Size()
	}
	text := fmt.Sprintf("%d camadas, %s parâmetros", len(m.graph.nodes), thousands(numbers))
	return text + ", " + m.History().ShortVariable()
}

// ShortVariable is the same of a history: "5 épocas".
func (h *History) ShortVariable() string {
	if n := h.Epochs(); n != 1 {
		return fmt.Sprintf("%d épocas", n)
	}
	return "1 época"
}

// RestoreVariable makes the model again of what KeepVariable has returned.
func (m *Model) RestoreVariable(state any) error {
	s, _ := state.(map[string]any)
	text, _ := s["recipe"].(string)
	if name, ok := s["name"].(string); ok {
		build, ok := s["build"].(func() *Model)
		if !ok {
			build = func() *Model { return FromJSON([]byte(text)) }
		}
		*m = *Keep(name, build)
		return nil
	}
	var r modelRecipe
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return fmt.Errorf("not a model: %w", err)
	}
	on, _ := s["backend"].(string)
	var err error
	if r.backend, err = backendOf(on); err != nil {
		return err
	}
	made, err := r.model()
	if err != nil && (made == nil || made.err == nil) { // an error of Compile is the model's, as it was
		return err
	}
	*m = *made
	arrays, _ := s["arrays"].([][]float32)
	if arrays == nil || m.graph == nil {
		return nil
	}
	step, _ := s["step"].(int)
	epoch, _ := s["epoch"].(int)
	history, ok := s["history"].(*History)
	if !ok {
		return errors.New("a model without its history")
	}
	m.goOnFrom(step, epoch, history)
	entries := m.entries(m.step > 0)
	if len(entries) != len(arrays) {
		return fmt.Errorf("a model of %d arrays has %d", len(entries), len(arrays))
	}
	host, inMemory := m.backend.(backend.Host)
	left, _ := s["left"].([]uint64)
	for i, e := range entries {
		if arrays[i] == nil {
			continue
		}
		if len(arrays[i]) != e.param.Value.Size() {
			return fmt.Errorf("%s has %d numbers instead of %d", e.name, len(arrays[i]), e.param.Value.Size())
		}
		if e.slot >= 0 && e.param.slots == nil {
			e.param.slots = make([]backend.Buffer, len(m.optimizer.slots()))
		}
		if e.slot < 0 {
			e.param.draw = nil
		}
		if inMemory {
			*e.buffer() = host.Wrap(arrays[i])
			continue
		}
		*e.buffer() = m.bring(left, i, arrays[i])
	}
	if !inMemory {
		m.before = maps.Clone(s)
		m.before["history"] = history.clone()
	}
	return m.backend.Sync()
}
