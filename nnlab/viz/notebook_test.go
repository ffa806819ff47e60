package viz

import (
	"encoding/gob"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"github.com/nnlab-go/lab/nnlab/notebook"
)

// A notebook's end of the line, which a process has one of.
var (
	tied   sync.Once
	hears  sync.Mutex
	heard  []protocol.DisplayData
	toHere struct{ out, back string }
)

// inNotebook has figures shown as in a cell, and returns what was shown since then.
func inNotebook(t *testing.T) func() []protocol.DisplayData {
	t.Helper()
	tied.Do(func() {
		dir, err := os.MkdirTemp("", "viz")
		if err != nil {
			t.Fatal(err)
		}
		toHere.out, toHere.back = filepath.Join(dir, "out"), filepath.Join(dir, "back")
		for _, p := range []string{toHere.out, toHere.back} {
			if err := syscall.Mkfifo(p, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		go func() {
			r, err := os.Open(toHere.out)
			if err != nil {
				return
			}
			w, err := os.OpenFile(toHere.back, os.O_WRONLY, 0)
			os.RemoveAll(dir)
			if err != nil {
				return
			}
			d, e := gob.NewDecoder(r), gob.NewEncoder(w)
			for {
				var data protocol.DisplayData
				if err := d.Decode(&data); err != nil {
					return
				}
				if v, ok := data.Data[protocol.MIMECommValue]; ok {
					e.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: v.(protocol.CommValue).Value})
					continue
				}
				hears.Lock()
				heard = append(heard, data)
				hears.Unlock()
			}
		}()
	})
	t.Setenv(protocol.GONB_PIPE_ENV, toHere.out)
	t.Setenv(protocol.GONB_PIPE_BACK_ENV, toHere.back)
	hears.Lock()
	heard = nil
	hears.Unlock()
	return func() []protocol.DisplayData {
		hears.Lock()
		defer hears.Unlock()
		return heard
	}
}

// last are the displays as they stand at last, in the order in which they came.
func last(displays []protocol.DisplayData) (bundles []notebook.Bundle) {
	at := map[string]int{}
	for _, d := range displays {
		b := notebook.Bundle{}
		for mime, content := range d.Data {
			b[string(mime)] = content
		}
		if i, known := at[d.DisplayID]; known {
			bundles[i] = b
			continue
		}
		at[d.DisplayID] = len(bundles)
		bundles = append(bundles, b)
	}
	return bundles
}
