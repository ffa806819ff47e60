package vars

import (
	"bytes"
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// session is the variables of a notebook while the program of one cell runs.
type session struct {
	*Cell
	folder   string
	manifest Manifest // as it was when the program began
	names    *names
	files    *files
	read     map[string][]byte // the files that have been read
	began    map[string]string // the process as it was
}

// open reads the manifest and restores the variables that the program uses, with all
// that share memory with them.
func open(c *Cell, folder string, quota int64) (*session, error) {
	s := &session{Cell: c, folder: folder, names: newNames(c), read: map[string][]byte{}}
	var err error
	if s.manifest, err = ReadManifest(folder); err != nil {
		return nil, err
	}
	s.began = process()
	for _, said := range move(s.manifest.Moves, s.began) {
		os.Stderr.WriteString("nnlab: " + said + "\n")
	}
	s.files = newFiles(folder, fileName("b", s.manifest.Next), quota)
	var files []string
	in := map[string][]Variable{} // of each file; what has a name there may be an older variable of it
	for _, v := range c.Variables {
		if e := s.manifest.Find(v.Name); v.Restore && e != nil && e.File != "" {
			if in[e.File] == nil {
				files = append(files, e.File)
			}
			in[e.File] = append(in[e.File], v)
		}
	}
	for _, file := range files {
		if !ours("v", file) {
			return nil, errDamaged
		}
		data, err := readFile(filepath.Join(folder, file))
		if err != nil {
			return nil, errors.Join(errDamaged, err)
		}
		s.read[file] = data
		by := map[string]Variable{}
		for _, v := range in[file] {
			by[v.Name] = v
		}
		if err := decode(data, s.names, by, s.files); err != nil {
			return nil, &lost{in[file][0].Name, err}
		}
	}
	return s, nil
}

// lost is a variable that cannot be restored.
type lost struct {
	name string
	err  error
}

func (l *lost) Error() string {
	if r, ok := errors.AsType[*refusal](l.err); ok {
		return "a variável " + l.name + " não pode ser recuperada: " + r.why
	}
	return "a variável " + l.name + " não pode ser recuperada: " + l.err.Error()
}

func (l *lost) Unwrap() error { return l.err }

// alive are the variables that the notebook has from now on, of those of this
// program.
func (s *session) alive() (all []Variable) {
	for _, v := range s.Variables {
		if (v.Restore && s.manifest.Find(v.Name) != nil || anySet(v.Made)) && !anySet(v.Until) {
			all = append(all, v)
		}
	}
	return all
}

func anySet(all []*bool) bool {
	return slices.ContainsFunc(all, func(b *bool) bool { return *b })
}

// saved is what is going to be in the files, before they are written.
type saved struct {
	manifest Manifest
	files    map[string][]byte
	said     []string // to the student
}

// save encodes what has changed. Nothing else of the program runs meanwhile, and the
// system is only called for blocks.
func (s *session) save() (*saved, error) {
	all := s.alive()
	sc := newScan(s.names, all)
	sc.run()
	out := &saved{manifest: Manifest{Next: s.manifest.Next}, files: map[string][]byte{}}
	mine := map[string]bool{}
	for _, v := range all {
		mine[v.Name] = true
	}
	for _, e := range s.manifest.Entries {
		if !mine[e.Name] {
			out.manifest.Entries = append(out.manifest.Entries, e)
		}
	}
	groups := map[int][]int{}
	var order []int
	for i, v := range all {
		if r := sc.refused[i]; r != nil {
			if r.path == "" || r.path == v.Name {
				r = cmp.Or(explain(s.names, v), r)
			}
			s.keepOld(out, v, r)
			continue
		}
		g := sc.group(i)
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], i)
	}
	for _, g := range order {
		if err := s.group(out, sc, groups[g]); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out.manifest.Entries, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// keepOld notes that a variable could not be kept. One that was being written keeps
// its older value, if there is one.
func (s *session) keepOld(out *saved, v Variable, r *refusal) {
	old := s.manifest.Find(v.Name)
	if r.why == errTorn.Error() && old != nil && old.ID == v.ID {
		out.manifest.Entries = append(out.manifest.Entries, *old)
		out.said = append(out.said, "a variável "+v.Name+" fica com o valor que tinha antes da célula: "+r.why)
		return
	}
	out.manifest.Entries = append(out.manifest.Entries, Entry{Name: v.Name, ID: v.ID, Refused: r.Error()})
}

// group encodes variables that share memory, unless they are as they were.
func (s *session) group(out *saved, sc *scan, group []int) error {
	slices.SortFunc(group, func(a, b int) int { return cmp.Compare(sc.roots[a].Name, sc.roots[b].Name) })
	s.files.begin(fileName("b", out.manifest.Next))
	data, needs, err := encode(sc, group, s.files)
	if err == nil && s.files.compact() {
		if data, needs, err = encode(sc, group, s.files); err != nil { // there is no room for both
			s.files.rewind()
			data, needs, err = encode(sc, group, s.files)
		}
	}
	if errors.Is(err, errTorn) {
		s.files.rewind()
		for _, i := range group {
			v := sc.roots[i]
			s.keepOld(out, v, &refusal{path: v.Name, typ: planOfVariable(v).t.String(), why: errTorn.Error()})
		}
		return nil
	}
	if err != nil {
		return s.full(sc, err)
	}
	if s.files.size > 0 {
		out.manifest.Next++
	}
	entry := Entry{Needs: needs}
	for name, old := range s.read {
		if bytes.Equal(old, data) {
			entry.File = name
		}
	}
	if entry.File == "" {
		entry.File = fileName("v", out.manifest.Next)
		out.manifest.Next++
		out.files[entry.File] = data
		if err := s.files.spend(int64(len(data))); err != nil {
			return s.full(sc, err)
		}
	}
	for name := range s.files.used {
		entry.Blocks = append(entry.Blocks, name)
	}
	slices.Sort(entry.Blocks)
	for _, i := range group {
		v := sc.roots[i]
		e := entry
		e.Name, e.ID, e.Bytes, e.Short, e.Value = v.Name, v.ID, sc.bytes[i], shortOf(v), exactly(v)
		out.manifest.Entries = append(out.manifest.Entries, e)
	}
	return nil
}

// full is the error of variables that do not fit, with the largest one.
func (s *session) full(sc *scan, err error) error {
	if !errors.Is(err, errQuota) && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT) {
		return err
	}
	largest := 0
	for i, n := range sc.bytes {
		if n > sc.bytes[largest] {
			largest = i
		}
	}
	return errors.New(err.Error() + "; a maior é " + sc.roots[largest].Name + " (" + megabytes(sc.bytes[largest]) + "); todas ficam como antes da célula")
}

// write makes what has been saved the notebook's.
func (s *session) write(out *saved) error {
	s.files.close()
	for name, data := range out.files {
		f, err := os.OpenFile(filepath.Join(s.folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	now := process()
	if now[""] == "" && s.began[""] != "" {
		out.said = append(out.said, goneFolder("da célula", s.began[""]))
	}
	out.manifest.Moves = moved(s.began, now)
	if len(out.files) == 0 && slices.EqualFunc(out.manifest.Entries, s.manifest.Entries, Entry.equal) && slices.Equal(out.manifest.Moves, s.manifest.Moves) {
		return nil
	}
	return out.manifest.Write(s.folder)
}
