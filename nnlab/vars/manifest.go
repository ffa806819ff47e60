package vars

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Manifest tells which variables a notebook has and which files keep them. It is
// replaced as a whole, so that at any moment all variables are those of before a
// cell or those of after it.
type Manifest struct {
	Next    int // the number of the next file
	Entries []Entry
	Moves   []Move // what cells have changed of their process
}

// Entry is a variable of a manifest.
type Entry struct {
	Name    string
	ID      int      // which declaration of this name it is, by the kernel's count
	File    string   // with the variables that it shares memory with; "" when it could not be kept
	Blocks  []string // files with the numbers of these
	Needs   []string // what a program must have to read File: "type main.T", "func f", "name io.EOF"
	Bytes   int64    // in memory
	Short   string   // the value in a few letters
	Value   string   // behind "=" the value itself, where a few letters say it exactly
	Refused string   // why it could not be kept, with the place in it
}

func (e Entry) equal(f Entry) bool {
	return e.Name == f.Name && e.ID == f.ID && e.File == f.File && slices.Equal(e.Blocks, f.Blocks) && slices.Equal(e.Needs, f.Needs) &&
		e.Bytes == f.Bytes && e.Short == f.Short && e.Value == f.Value && e.Refused == f.Refused
}

const (
	manifestMagic = "nnlab manifest 3\n"
	manifestFile  = "manifest"
)

func readFile(path string) ([]byte, error) {
	f, size, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, size)
	_, err = f.ReadAt(data, 0)
	return data, err
}

// ReadManifest reads the manifest of a folder; of one without it is empty. The error
// is that of a damaged one: nothing of it can be trusted.
func ReadManifest(folder string) (m Manifest, err error) {
	data, err := readFile(filepath.Join(folder, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{Next: 1}, nil
	}
	if err != nil {
		return Manifest{Next: 1}, err
	}
	head := len(manifestMagic) + 4
	if len(data) < head || string(data[:len(manifestMagic)]) != manifestMagic ||
		binary.LittleEndian.Uint32(data[len(manifestMagic):]) != crc32.Checksum(data[head:], castagnoli) {
		return Manifest{Next: 1}, errDamaged
	}
	defer func() {
		if e := recover(); e != nil {
			if e != any(errDamaged) {
				panic(e)
			}
			m, err = Manifest{Next: 1}, errDamaged
		}
	}()
	r := &reader{data: data[head:]}
	m.Next = r.number()
	m.Entries = make([]Entry, r.count(9))
	for i := range m.Entries {
		m.Entries[i] = Entry{Name: r.text(), ID: r.number(), File: r.text(), Blocks: r.texts(), Needs: r.texts(),
			Bytes: int64(r.number()), Short: r.text(), Value: r.text(), Refused: r.text()}
	}
	m.Moves = make([]Move, r.count(3))
	for i := range m.Moves {
		m.Moves[i] = Move{r.text(), r.text(), r.text()}
	}
	return m, nil
}

func (r *reader) texts() (all []string) {
	for range r.count(1) {
		all = append(all, r.text())
	}
	return all
}

func texts(out []byte, all []string) []byte {
	out = number(out, len(all))
	for _, s := range all {
		out = text(out, s)
	}
	return out
}

// Write replaces the manifest of a folder.
func (m Manifest) Write(folder string) error {
	out := make([]byte, len(manifestMagic)+4)
	copy(out, manifestMagic)
	out = number(number(out, m.Next), len(m.Entries))
	for _, e := range m.Entries {
		out = text(number(text(out, e.Name), e.ID), e.File)
		out = texts(texts(out, e.Blocks), e.Needs)
		out = text(text(text(number(out, int(e.Bytes)), e.Short), e.Value), e.Refused)
	}
	out = number(out, len(m.Moves))
	for _, v := range m.Moves {
		out = text(text(text(out, v.Name), v.From), v.To)
	}
	binary.LittleEndian.PutUint32(out[len(manifestMagic):], crc32.Checksum(out[len(manifestMagic)+4:], castagnoli))
	path := filepath.Join(folder, manifestFile)
	if err := os.WriteFile(path+".new", out, 0o600); err != nil {
		return err
	}
	if err := syscall.Rename(path+".new", path); err != nil { // os.Rename asks for the file's information
		return &os.LinkError{Op: "rename", Old: path + ".new", New: path, Err: err}
	}
	return nil
}

// Find is the entry of a name, nil if there is none.
func (m Manifest) Find(name string) *Entry {
	for i := range m.Entries {
		if m.Entries[i].Name == name {
			return &m.Entries[i]
		}
	}
	return nil
}

// Sweep removes the files of a folder that no entry needs: those of variables that
// have changed, and what a killed program has left.
func (m Manifest) Sweep(folder string) error {
	found, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	needed := map[string]bool{manifestFile: true}
	for _, e := range m.Entries {
		needed[e.File] = true
		for _, b := range e.Blocks {
			needed[b] = true
		}
	}
	for _, f := range found {
		if !needed[f.Name()] {
			err = errors.Join(err, os.Remove(filepath.Join(folder, f.Name())))
		}
	}
	return err
}

// fileName names a file of variables (v) or of blocks (b).
func fileName(kind string, n int) string { return kind + strconv.Itoa(n) }

// ours tells whether a name is one of those.
func ours(kind, name string) bool {
	rest, ok := strings.CutPrefix(name, kind)
	_, err := strconv.Atoi(rest)
	return ok && err == nil
}
