// Package gocache lets a Go tool that may not write to the user's build cache read
// it: what the tool compiles goes to a cache of its own, what it looks for comes
// from either. It speaks the protocol of GOCACHEPROG (go doc cmd/go/internal/cacheprog).
package gocache

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nnlab-go/lab/internal/whole"
)

// Command is the word by which this program is started as the Go tool's cache.
const Command = "gocache"

// Program is the setting GOCACHEPROG by which the Go tool keeps what it compiles in
// own, and looks also in shared. kernel is this program.
func Program(kernel, own, shared string) (string, error) {
	return quoted(kernel, Command, own, shared)
}

// quoted is a command as Go reads one from a setting: words apart by blanks, those with
// blanks in them between signs of which they have none (go help environment).
func quoted(words ...string) (string, error) {
	for i, w := range words {
		switch {
		case w != "" && !strings.ContainsAny(w, " \t\n\r'\""):
		case !strings.Contains(w, "'"):
			words[i] = "'" + w + "'"
		case !strings.Contains(w, `"`):
			words[i] = `"` + w + `"`
		default:
			return "", fmt.Errorf("%s: o nome de uma pasta não pode ter ' e \" ao mesmo tempo", w)
		}
	}
	return strings.Join(words, " "), nil
}

// request is what the Go tool asks.
type request struct {
	ID       int64
	Command  string
	ActionID []byte
	OutputID []byte
	BodySize int64
}

// response is what it is told.
type response struct {
	ID            int64
	Err           string     `json:",omitempty"`
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

// Serve answers one Go tool until it closes its end. Own is the cache that is
// written to, shared another that is only read; both are as GOCACHE is.
func Serve(own, shared string, in io.Reader, out io.Writer) error {
	if err := prune(own, time.Now()); err != nil {
		return err
	}
	questions, answers := json.NewDecoder(in), json.NewEncoder(out)
	if err := answers.Encode(response{KnownCommands: []string{"get", "put", "close"}}); err != nil {
		return err
	}
	for {
		var q request
		if err := questions.Decode(&q); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		a := response{}
		var err error
		switch q.Command {
		case "get":
			if a = get(own, q.ActionID); a.Miss {
				a = get(shared, q.ActionID)
			} else {
				used(own, q.ActionID, a.OutputID, time.Now())
			}
		case "put":
			var body []byte
			if q.BodySize > 0 {
				if err := questions.Decode(&body); err != nil {
					return err
				}
			}
			a.DiskPath, err = put(own, q.ActionID, q.OutputID, body)
		case "close":
		default:
			err = fmt.Errorf("unknown command %q", q.Command)
		}
		if a.ID = q.ID; err != nil {
			a.Err = err.Error()
		}
		if err := answers.Encode(a); err != nil {
			return err
		}
	}
}

// entry is how a cache writes down what an action gave: the action, the output, its
// bytes and when that was, in nanoseconds.
const entry = "v1 %x %x %20d %20d\n"

// file is where a cache keeps something: of kind a, what an action gave, or d, an
// output.
func file(dir string, id []byte, kind string) string {
	name := hex.EncodeToString(id)
	return filepath.Join(dir, name[:min(2, len(name))], name+"-"+kind)
}

func get(dir string, action []byte) response {
	miss := response{Miss: true}
	text, err := os.ReadFile(file(dir, action, "a"))
	if err != nil {
		return miss
	}
	var id, output []byte
	var size, at int64
	if _, err := fmt.Sscanf(string(text), entry, &id, &output, &size, &at); err != nil || string(id) != string(action) {
		return miss
	}
	path := file(dir, output, "d")
	if info, err := os.Stat(path); err != nil || info.Size() != size {
		return miss
	}
	when := time.Unix(0, at)
	return response{OutputID: output, Size: size, Time: &when, DiskPath: path}
}

// put keeps an output before what tells of it.
func put(dir string, action, output, body []byte) (path string, err error) {
	path = file(dir, output, "d")
	for _, f := range []struct {
		path string
		text []byte
	}{{path, body}, {file(dir, action, "a"), fmt.Appendf(nil, entry, action, output, len(body), time.Now().UnixNano())}} {
		if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
			return "", err
		}
		if err := whole.WriteFile(f.path, f.text, 0o600); err != nil {
			return "", err
		}
	}
	return path, nil
}
