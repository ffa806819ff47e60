package nn

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/nnlab-go/lab/nnlab/internal/safetensors"
)

// kept is where a model's state outlives its process.
type kept struct{ path string }

// validName tells whether a name may be a file's everywhere.
func validName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return name != "" && len(name) <= 100 && strings.ContainsRune(letters, rune(name[0])) && strings.Trim(name, letters+"._-") == ""
}

// inUse are the models of this process, which is one cell, by the path of their state.
var inUse sync.Map

// Keep returns the model that build makes, with the weights, the optimizer's
// state, the position in the random sequence and the history that it had in the
// cells before, or before the kernel was started anew. The state belongs to the
// notebook and to the name; a model of another architecture or seed starts anew
// and says so, and the old state stays beside it with the ending .old. In one cell a
// name is that of one model.
//
// Nothing is built or read before the model is used, and then of the state only
// what is used: it stays in its file, which is never written to again but
// replaced by a new one, until training changes it in memory. Outside a notebook, where
// the environment variable NNLAB_STATE names no folder, nothing is kept.
func Keep(name string, build func() *Model) *Model {
	return &Model{name: name, maker: build, open: func(m *Model) {
		var made *Model
		if build != nil {
			made = build()
		}
		if made == nil {
			made = Refused(name, &Error{Where: fmt.Sprintf("Keep %q", name), Expected: "a function that returns a model", Got: "nil",
				Mend: fmt.Sprintf("write nn.Keep(%q, func() *nn.Model { return nn.Sequential(…).Compile(…) })", name)})
		}
		*m = *made
		m.name, m.maker = name, build
		if m.open != nil || m.err != nil || m.graph == nil || stateFolder() == "" {
			return
		}
		if !validName(name) {
			m.err = &Error{Where: "Keep", Expected: "a name of letters, digits, '.', '_' and '-'", Got: fmt.Sprintf("%q", name),
				Mend: `write nn.Keep("mlp", …)`}
			return
		}
		path := filepath.Join(stateFolder(), name+".safetensors")
		if other, _ := inUse.LoadOrStore(path, m); other != m {
			m.err = &Error{Where: "Keep", Expected: "one model of a name in a cell", Got: fmt.Sprintf("a second of the name %q, which would write over the state of the first", name),
				Mend: fmt.Sprintf("write nn.Keep(%q, …) for the other, or use the first one's variable", name+"-2")}
			return
		}
		m.kept = &kept{path}
		if err := m.resume(); err != nil {
			m.err = &Error{Where: fmt.Sprintf("Keep %q", name), Err: err}
		}
	}}
}

// resume reads the kept state, if it fits.
func (m *Model) resume() error {
	f, err := safetensors.Open(m.kept.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	why := ""
	if err != nil {
		why = "its state cannot be read (" + err.Error() + ")"
	} else if was, is := recordOf(f.Metadata), m.graph.describe(); was.Architecture != is {
		why = fmt.Sprintf("its architecture has changed from\n%sto\n%s", was.Architecture, is)
	} else if was.Seed != m.seed {
		why = fmt.Sprintf("its seed has changed from %d to %d", was.Seed, m.seed)
	} else if err := m.adopt(f, true); err != nil {
		why = "its state does not fit (" + err.Error() + ")"
		m.err = m.build()
	}
	if f != nil {
		f.Close()
	}
	if why == "" {
		return nil
	}
	fmt.Fprintf(os.Stderr, "nnlab: the model %q starts anew: %s\n", m.name, why)
	return os.Rename(m.kept.path, m.kept.path+".old")
}

// keep saves a kept model's state, for its user alone to see.
func (m *Model) keep() error {
	if m.kept == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(m.kept.path), 0o700); err != nil {
		return &Error{Where: fmt.Sprintf("Keep %q", m.name), Err: err}
	}
	if err := m.save(m.kept.path, 0o600); err != nil {
		return &Error{Where: fmt.Sprintf("Keep %q", m.name), Err: err}
	}
	return nil
}
