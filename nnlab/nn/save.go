package nn

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
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
	if err := ofAFile("Save", "model.Save", path); err != nil {
		return show(err)
	}
	if err := m.save(path, 0o666); err != nil {
		return show(&Error{Where: "Save", Err: err})
	}
	return nil
}

// ofAFile says that a path is no name of a file to be written; call is what is told one.
func ofAFile(where, call, path string) error {
	if info, err := os.Stat(path); path == "" || err == nil && info.IsDir() {
		return &Error{Where: where, Expected: "the name of a file", Got: fmt.Sprintf("%q", path),
			Mend: fmt.Sprintf("write %s(%q)", call, filepath.Join(path, "model.safetensors"))}
	}
	return nil
}

func (m *Model) save(path string, most fs.FileMode) (err error) {
	defer catch("", &err)
	record, err := json.Marshal(progressRecord{m.graph.describe(), m.optimizer.String(), m.seed, m.step, m.epoch, *m.history})
	if err != nil {
		return err
	}
	metadata := map[string]string{"format": "nnlab", "nnlab": string(record)}
	if model, err := m.MarshalJSON(); err == nil { // else only a model that is made anew can Load it
		metadata[modelEntry] = string(model)
	} else {
		metadata[whyNoModel] = err.Error()
	}
	return safetensors.Write(path, most, m.arrays(m.step > 0), metadata)
}

// arrays are the parameters and, if wanted, the arrays of the optimizer's state.
func (m *Model) arrays(state bool) (all []safetensors.Named) {
	for _, e := range m.entries(state) {
		if e.slot >= 0 {
			m.makeState(e.param)
		}
		all = append(all, safetensors.Named{Name: e.name, Tensor: &tensor.Tensor{Backend: m.backend, Buffer: *e.buffer(), Shape: e.param.Value.Shape}})
	}
	return all
}

// entry is an array of a saved model: a parameter's values, or a slot of its
// optimizer's state.
type entry struct {
	name  string
	param *Param
	slot  int // -1: the values
}

// entries are what a file of this model has, with the optimizer's state or without.
func (m *Model) entries(state bool) (all []entry) {
	slots := m.optimizer.slots()
	for _, p := range m.graph.params {
		all = append(all, entry{p.Name, p, -1})
		if !state || !p.trainable() {
			continue
		}
		for i, s := range slots {
			all = append(all, entry{"optimizer/" + p.Name + "/" + s.name, p, i})
		}
	}
	return all
}

// buffer is where the entry's numbers are.
func (e entry) buffer() *backend.Buffer {
	if e.slot >= 0 {
		return &e.param.slots[e.slot]
	}
	return &e.param.Value.Buffer
}

// Load reads a file that [Model.Save] or another program wrote into this model,
// which must find the arrays of its layers there. Numbers of other floating-point types
// are converted to float32; that, and which arrays of the file no layer has, is said once.
// A file of this kind of optimizer, whatever its rate, brings the optimizer's state, so that
// training goes on where it stopped; of a state of another kind only that it begins anew is said.
// [LoadModel] makes the model, too. Nothing changes on an error, save that of a disk that
// fails in the middle, or of a float64 there that float32 has no room for.
func (m *Model) Load(path string) error {
	if err := m.readyForWeights(); err != nil {
		return show(err)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		return show(&Error{Where: "Load", Err: err, Mend: mendPath})
	}
	defer f.Close()
	if err := m.adopt(f, false); err != nil {
		return show(&Error{Where: "Load", Err: err, Mend: "the model must have the layers of the one that was saved"})
	}
	m.sayUnlike(path, f)
	return nil
}

const mendPath = "give the path of a file that Save wrote; one that begins with no / starts in the notebook's folder"

// adopt takes over the arrays of a file, all or none. Where the backend can and
// the file may be mapped, they stay in the file until they are looked at.
func (m *Model) adopt(f *safetensors.File, mapped bool) (err error) {
	defer catch("", &err)
	record := recordOf(f.Metadata)
	resumes := m.resumes(record, f)
	all := m.entries(resumes)
	var wrong []string
	for _, e := range all {
		if a, ok := f.Arrays[e.name]; !ok {
			wrong = append(wrong, e.name+" is missing")
		} else if shape := e.param.Value.Shape; !shape.Equal(a.Shape) {
			wrong = append(wrong, fmt.Sprintf("%s is %v instead of %v", e.name, a.Shape, shape))
		} else if !a.Reads() {
			wrong = append(wrong, fmt.Sprintf("%s has numbers of type %s instead of floating-point ones", e.name, a.DType))
		}
	}
	if wrong != nil {
		return fmt.Errorf("%s; the file has %s", strings.Join(wrong, ", "), listed(slices.Sorted(maps.Keys(f.Arrays))))
	}
	if record.Step > 0 && !resumes {
		fmt.Fprintf(os.Stderr, "nnlab: %v begins without the state that %s has left\n", m.optimizer, plain.Line(record.Optimizer))
	}
	if !mapped || !m.share(f, all) {
		for _, e := range all {
			if e.slot >= 0 {
				m.makeState(e.param)
			}
		}
		makeRoom(m.graph.params...) // last: from here on nothing is drawn any more
		for _, t := range m.arrays(resumes) {
			if err := f.Read(f.Arrays[t.Name], t.Tensor); err != nil {
				return err
			}
		}
	}
	if !resumes {
		record.Step = 0
	}
	m.goOnFrom(record.Step, record.Epoch, &record.History)
	return nil
}

// resumes tells whether the file has a state that this optimizer can go on with: its own
// kind's, and every array of it. Whether its constants have changed does not matter.
func (m *Model) resumes(record progressRecord, f *safetensors.File) bool {
	if record.Step == 0 { // there is no state yet
		return false
	}
	kind := func(optimizer string) string {
		name, _, _ := strings.Cut(optimizer, "(")
		return name
	}
	complete := kind(record.Optimizer) == kind(m.optimizer.String())
	for _, e := range m.entries(true) {
		_, there := f.Arrays[e.name]
		complete = complete && (there || e.slot < 0)
	}
	return complete
}

// share makes the arrays of a file the model's own, without reading them; false
// where that cannot be.
func (m *Model) share(f *safetensors.File, all []entry) bool {
	host, ok := m.backend.(backend.Host)
	if !ok {
		return false
	}
	arrays := make([]safetensors.Array, len(all))
	for i, e := range all {
		arrays[i] = f.Arrays[e.name]
	}
	numbers, ok := f.Map(arrays)
	if !ok {
		return false
	}
	for i, e := range all {
		if e.slot >= 0 && e.param.slots == nil {
			e.param.slots = make([]backend.Buffer, len(m.optimizer.slots()))
		}
		e.param.draw = nil
		*e.buffer() = host.Wrap(numbers(arrays[i]))
	}
	return true
}

// sayUnlike says what of a file was not taken as it stands: types that were converted,
// and arrays that are not the model's, as PyTorch's "num_batches_tracked". An optimizer's
// state that is another's is no surprise.
func (m *Model) sayUnlike(path string, f *safetensors.File) {
	own := map[string]bool{}
	for _, p := range m.graph.params {
		own[p.Name] = true
	}
	converted := map[string]bool{}
	var surplus, said []string
	for _, name := range slices.Sorted(maps.Keys(f.Arrays)) {
		if a := f.Arrays[name]; own[name] && a.DType != "F32" {
			converted[a.DType] = true
		} else if !own[name] && !strings.HasPrefix(name, "optimizer/") {
			surplus = append(surplus, name+" ("+a.DType+")")
		}
	}
	if len(converted) > 0 {
		said = append(said, strings.Join(slices.Sorted(maps.Keys(converted)), ", ")+" is converted to F32")
	}
	if surplus != nil {
		said = append(said, "no layer has, and so was passed over, "+listed(surplus))
	}
	if said != nil {
		sayOf(path, strings.Join(said, "; "))
	}
}

func sayOf(path, what string) {
	fmt.Fprintf(os.Stderr, "nnlab: %s: %s\n", plain.Line(path), plain.Text(what))
}

// listed is the first names of many, safe to be shown.
func listed(names []string) string {
	const most = 20
	var b strings.Builder
	for i, name := range names[:min(most, len(names))] {
		if i > 0 {
			b.WriteString(", ")
		}
		quoted := strconv.Quote(name)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	if more := len(names) - most; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}
