// Package state lists what nn.Keep keeps of a notebook, and forgets it.
package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/kernel/internal/pt"
)

// ending is that of a kept model's file.
const ending = ".safetensors"

// Kept is a model that is kept, or what is left of it.
type Kept struct {
	Name  string
	Left  bool // by a program that was killed while it wrote the model: never read
	Bytes int64
	Time  time.Time // when it was last written
}

// List lists what a folder keeps, by name, and what killed programs have left there. A
// folder that is not there keeps nothing.
func List(folder string) ([]Kept, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, pt.Error(err)
	}
	var all []Kept
	for _, e := range entries {
		name, left := whole.Of(e.Name())
		if !left {
			name = e.Name()
		} else if !whole.Abandoned(filepath.Join(folder, e.Name())) {
			continue // it is being written
		}
		name, ok := strings.CutSuffix(name, ending)
		info, err := e.Info()
		if ok && err == nil && info.Mode().IsRegular() {
			all = append(all, Kept{name, left, info.Size(), info.ModTime()})
		}
	}
	slices.SortStableFunc(all, func(a, b Kept) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Drop forgets a model, and what was put aside or left of one of its name.
func Drop(folder, name string) error {
	if name != filepath.Base(name) {
		return fmt.Errorf("%q não é o nome de um modelo", name)
	}
	path := filepath.Join(folder, name+ending)
	left := whole.Abandoned(whole.Part(path))
	var failed error
	if err := whole.RemovePart(whole.Part(path)); errors.Is(err, whole.ErrBusy) {
		return fmt.Errorf("%q está sendo gravado neste momento; pare a célula que o treina, ou tente de novo", name)
	} else if err != nil {
		failed = err
	}
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		if left {
			return failed
		}
		return errors.Join(fmt.Errorf("não há um modelo guardado com o nome %q", name), failed)
	}
	if old := os.Remove(path + ".old"); !errors.Is(old, fs.ErrNotExist) {
		failed = errors.Join(failed, old)
	}
	return errors.Join(pt.Error(err), pt.Error(failed))
}

// Order does what a student orders with %state, and returns what it says.
func Order(folder string, words []string, now time.Time) (string, error) {
	switch {
	case len(words) == 0:
		all, err := List(folder)
		return table(all, now), err
	case words[0] == "drop" && len(words) > 1:
		said := ""
		for _, name := range words[1:] {
			if err := Drop(folder, name); err != nil {
				return said, err
			}
			said += fmt.Sprintf("%s foi esquecido\n", plain.Line(name))
		}
		return said, nil
	}
	return "", errors.New("escreva %state, ou %state drop NOME")
}

// table is a list in words.
func table(all []Kept, now time.Time) string {
	if len(all) == 0 {
		return "nada está guardado\n"
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "nome\ttamanho\tguardado há")
	for _, k := range all {
		name := plain.Line(k.Name)
		if k.Left {
			name += " (sobra de uma gravação interrompida)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", name, size(k.Bytes), age(now.Sub(k.Time)))
	}
	w.Flush()
	return b.String()
}

func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000_000:
		return pt.Number(float64(n)/1000, 1) + " kB"
	case n < 1000_000_000:
		return pt.Number(float64(n)/1000_000, 1) + " MB"
	}
	return pt.Number(float64(n)/1000_000_000, 1) + " GB"
}

func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(max(d, 0).Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d dias", int(d.Hours()/24))
}
