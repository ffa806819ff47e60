//go:build cuda

package cuda

import (
	"encoding/binary"
	"slices"
	"unsafe"

	"gorgonia.org/cu"

	"github.com/nnlab-go/lab/nnlab/backend"
)

// pending are updates that wait for others of the same kind: those of a step follow each
// other, and all are done in one launch as soon as anything else is asked for.
type pending struct {
	kernel  string
	hyper   []argument // the same of all
	updates []update
}

// update is a parameter with its gradient and up to two arrays of the optimiser's state.
type update struct {
	n     int
	array [4]argument // w, g and two of state
}

// meets tells whether two updates have numbers in common that one of them writes, so that
// they must be done one after the other.
func (u update) meets(o update) bool {
	for i, a := range u.array {
		for j, b := range o.array {
			const gradient = 1 // is only read
			if (i != gradient || j != gradient) && a.memory != nil && a.memory == b.memory &&
				a.bits < b.bits+4*uint64(o.n) && b.bits < a.bits+4*uint64(u.n) {
				return true
			}
		}
	}
	return false
}

// most is how many updates wait at most.
const most = 1024

// tables are lists of updates on the device, which are the same in each step of a model: a
// list is brought there once.
type tables struct {
	at    cu.DevicePtr
	used  int
	known map[string]int // by what the list has, where it begins
}

// entry is how many bytes an update has in a table: struct Update in kernels/updates.cu.
const entry, tableBytes = 6 * 8, 4 * most * entry

// update puts an update to those that wait. The state may be nil.
func (d *device) update(kernel string, n int, hyper []argument, arrays ...argument) {
	u := update{n: n}
	copy(u.array[:], arrays)
	d.mu.Lock()
	defer d.mu.Unlock()
	w := &d.waiting
	if w.kernel != kernel || !slices.Equal(w.hyper, hyper) || len(w.updates) == most || slices.ContainsFunc(w.updates, u.meets) {
		d.flush()
		w.kernel, w.hyper = kernel, append(w.hyper[:0], hyper...)
	}
	w.updates = append(w.updates, u)
}

// flush puts what waits on its way. The device is locked.
func (d *device) flush() {
	w := &d.waiting
	if len(w.updates) == 0 {
		return
	}
	args := slices.Clone(w.hyper)
	if len(w.updates) == 1 {
		u := w.updates[0]
		d.put(w.kernel, grid{x: ceil(u.n, share*threads)}, threads, append(append(args, whole(u.n)), u.array[:]...)...)
	} else if at, blocks := d.table(w.updates); d.err == nil {
		d.put(w.kernel+"_all", grid{x: blocks}, threads, append(args, whole(len(w.updates)), argument{bits: uint64(at)})...)
	}
	clear(w.updates) // else what they point to would stay
	w.updates, w.hyper = w.updates[:0], w.hyper[:0]
	w.kernel = ""
}

// table returns where the list of updates is on the device, and how many blocks they have
// together. It is brought there where it is not.
func (d *device) table(updates []update) (at cu.DevicePtr, blocks int) {
	list := make([]byte, 0, entry*len(updates))
	for _, u := range updates {
		for _, a := range u.array {
			if a.absent() {
				d.release()
				d.keep("update", errAbsent)
				return 0, 0
			}
			list = binary.LittleEndian.AppendUint64(list, a.bits)
		}
		list = binary.LittleEndian.AppendUint64(list, uint64(u.n))
		list = binary.LittleEndian.AppendUint64(list, uint64(blocks))
		blocks += ceil(u.n, share*threads)
	}
	t := &d.tables
	place, known := t.known[string(list)]
	if known || d.err != nil {
		return t.at + cu.DevicePtr(place), blocks
	}
	if t.used+len(list) > tableBytes {
		t.used = 0
		clear(t.known)
	}
	place = t.used
	copy(d.staged, list)
	d.release() // what may read the table that goes
	d.entered("update", func() error {
		return cu.MemcpyHtoD(t.at+cu.DevicePtr(place), unsafe.Pointer(unsafe.SliceData(d.staged)), int64(len(list)))
	})
	t.known[string(list)] = place
	t.used += len(list)
	return t.at + cu.DevicePtr(place), blocks
}

func (d *device) SGD(p backend.SGD, n int, w, g, v backend.Buffer) {
	backend.Check("SGD", n)
	p.Check(v)
	d.update("sgd", n, []argument{float(p.LearningRate), float(p.Momentum), truth(p.Nesterov), controlOf("SGD", p.Control)},
		of("SGD", w, n), of("SGD", g, n), optional("SGD", v, n))
}

func (d *device) RMSprop(p backend.RMSprop, n int, w, g, s, v backend.Buffer) {
	backend.Check("RMSprop", n)
	p.Check(v)
	d.update("rmsprop", n, []argument{float(p.LearningRate), float(p.Rho), float(p.Momentum), float(p.Epsilon), controlOf("RMSprop", p.Control)},
		of("RMSprop", w, n), of("RMSprop", g, n), of("RMSprop", s, n), optional("RMSprop", v, n))
}

func (d *device) Adam(p backend.Adam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Adam", n)
	if p.Control == nil {
		p.Check()
	}
	d.update("adam", n, []argument{float(p.LearningRate), float(p.Beta1), float(p.Beta2), float(p.Epsilon), float(p.WeightDecay), whole(p.Step), controlOf("Adam", p.Control)},
		of("Adam", w, n), of("Adam", g, n), of("Adam", m, n), of("Adam", v, n))
}

func (d *device) Nadam(p backend.Nadam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Nadam", n)
	if p.Control == nil {
		p.Check()
	}
	d.update("nadam", n, []argument{float(p.LearningRate), float(p.Beta1), float(p.Beta2), float(p.Epsilon), whole(p.Step), controlOf("Nadam", p.Control)},
		of("Nadam", w, n), of("Nadam", g, n), of("Nadam", m, n), of("Nadam", v, n))
}

func (d *device) Adagrad(p backend.Adagrad, n int, w, g, s backend.Buffer) {
	backend.Check("Adagrad", n)
	d.update("adagrad", n, []argument{float(p.LearningRate), float(p.Epsilon), controlOf("Adagrad", p.Control)},
		of("Adagrad", w, n), of("Adagrad", g, n), of("Adagrad", s, n))
}

func (d *device) Adadelta(p backend.Adadelta, n int, w, g, s, u backend.Buffer) {
	backend.Check("Adadelta", n)
	d.update("adadelta", n, []argument{float(p.LearningRate), float(p.Rho), float(p.Epsilon), controlOf("Adadelta", p.Control)},
		of("Adadelta", w, n), of("Adadelta", g, n), of("Adadelta", s, n), of("Adadelta", u, n))
}

func (d *device) Clip(n int, limit float64, g backend.Buffer) {
	backend.Check("Clip", n)
	d.each("clip", n, whole(n), float(limit), of("Clip", g, n))
}

func (d *device) Regularize(n int, l1, l2 float64, w, g backend.Buffer) {
	backend.Check("Regularize", n)
	d.each("regularize", n, whole(n), float(l1), float(l2), of("Regularize", w, n), of("Regularize", g, n))
}

func (d *device) Shorten(n int, limit float64, squares backend.Scalars, g backend.Buffer) {
	backend.Check("Shorten", n)
	d.each("shorten", n, whole(n), float(limit), scalarsOf("Shorten", squares, 1), of("Shorten", g, n))
}

func (d *device) Mix(n int, share float64, x, y backend.Buffer, control backend.Scalars) {
	backend.Check("Mix", n)
	d.each("mix", n, whole(n), float(share), of("Mix", x, n), of("Mix", y, n), controlOf("Mix", control))
}
