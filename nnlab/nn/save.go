package nn

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// progressRecord is the metadata entry "nnlab" of a saved model: all that
// training needs besides the arrays to go on as if it had never stopped.
type progressRecord struct {
	Architecture string  `json:"architecture"`
	Optimizer    string  `json:"optimizer"`
	Seed         uint64  `json:"seed"`
	Step         int     `json:"step"`
	Epoch        int     `json:"epoch"`
	History      History `json:"history"`
}

// recordOf reads the entry "nnlab"; a file of another program has none, and its
// record is empty.
func recordOf(metadata map[string]string) (record progressRecord) {
	json.Unmarshal([]byte(metadata["nnlab"]), &record) // an entry that is not ours counts as none
	return record
}

// Save writes the parameters, the optimizer's state and the history to a file
// in the safetensors format, which Python reads as well: the arrays
// "dense/kernel" [in×out], "dense/bias" [out], …, and the optimizer's
// "optimizer/dense/kernel/momentum", …. The file is written whole or not at all.
func (m *Model) Save(path string) error {
	if err := m.ready(); err != nil {
		return show(err)
	}
	if err := m.save(path); err != nil {
		return show(&Error{Where: "Save", Err: err})
	}
	return nil
}

func (m *Model) save(path string) error {
	record, err := json.Marshal(progressRecord{m.graph.describe(), m.optimizer.String(), m.seed, m.step, m.epoch, m.history})
	if err != nil {
		return err
	}
	var arrays []array
	m.eachArray(m.step > 0, func(name string, shape tensor.Shape, b backend.Buffer) {
		a := array{name, shape, make([]float32, shape.Size())}
		m.backend.Download(a.values, b)
		arrays = append(arrays, a)
	})
	return writeSafetensors(path, arrays, map[string]string{"format": "nnlab", "nnlab": string(record)})
}

// eachArray calls f for each parameter and, if wanted, for each array of the
// optimizer's state.
func (m *Model) eachArray(state bool, f func(name string, shape tensor.Shape, b backend.Buffer)) {
	slots := m.optimizer.slots()
	for _, p := range m.graph.params {
		f(p.Name, p.Value.Shape, p.Value.Buffer)
		if !state || !p.trainable() {
			continue
		}
		m.makeState(p)
		for i, s := range p.slots {
			f("optimizer/"+p.Name+"/"+slots[i].name, p.Value.Shape, s)
		}
	}
}

// Load reads a file that [Model.Save] or another program wrote into this model,
// whose layers must have the arrays of the file. A file of this optimizer
// brings its state and the history too, so that training goes on where it
// stopped; otherwise only the parameters are read. Nothing changes on an error.
func (m *Model) Load(path string) error {
	if err := m.ready(); err != nil {
		return show(err)
	}
	arrays, metadata, err := readSafetensors(path)
	if err == nil {
		err = m.adopt(arrays, metadata)
	}
	if err != nil {
		return show(&Error{Where: "Load", Err: err, Mend: "the model must have the layers of the one that was saved"})
	}
	return nil
}

// adopt takes over the arrays of a file, all or none.
func (m *Model) adopt(arrays map[string]array, metadata map[string]string) error {
	record := recordOf(metadata)
	resumes := record.Optimizer == m.optimizer.String() && record.Step > 0 // else there is no state yet
	var wrong []string
	m.eachArray(resumes, func(name string, shape tensor.Shape, _ backend.Buffer) {
		if a, ok := arrays[name]; !ok {
			wrong = append(wrong, name+" is missing")
		} else if !shape.Equal(a.shape) {
			wrong = append(wrong, fmt.Sprintf("%s is %v instead of %v", name, a.shape, shape))
		}
	})
	if wrong != nil {
		return fmt.Errorf("%s; the file has %s", strings.Join(wrong, ", "), strings.Join(slices.Sorted(maps.Keys(arrays)), ", "))
	}
	for _, p := range m.learning {
		p.slots = nil
	}
	m.eachArray(resumes, func(name string, _ tensor.Shape, b backend.Buffer) {
		m.backend.Upload(b, arrays[name].values)
	})
	m.step, m.epoch, m.history = 0, record.Epoch, record.History
	if resumes {
		m.step = record.Step
	}
	return nil
}
