package vars

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// encoded are the encodings of some examples, with how to make room for their values.
func encoded(t testing.TB, dir string) (all [][]byte, rooms []func() map[string]Variable) {
	t.Helper()
	for i, x := range examples {
		if x.name == "large" || x.name == "long list" || x.name == "large array variable" || x.name == "rand" {
			continue
		}
		list, _ := variablesOf(x.make())
		folder := filepath.Join(dir, x.name)
		f := newFiles(dir, fileName("b", i), 0)
		if err := put(folder, list, f); err != nil {
			t.Fatal(x.name, err)
		}
		f.close()
		found, err := filepath.Glob(filepath.Join(folder, "v*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data)
			rooms = append(rooms, func() map[string]Variable {
				_, by := variablesOf(reflect.New(reflect.TypeOf(x.make()).Elem()).Interface())
				return by
			})
		}
	}
	return all, rooms
}

func namesWith(by map[string]Variable) *names {
	c := *testCell
	for _, v := range by {
		c.Variables = append(c.Variables, v)
	}
	return newNames(&c)
}

// A file that has been torn off or in which a bit is wrong is not read.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	all, rooms := encoded(t, dir)
	for i, data := range all {
		by := rooms[i]()
		n := namesWith(by)
		for at := 0; at < len(data); at += 1 + len(data)/100 {
			if err := decode(data[:at], n, by, newFiles(dir, "", 0)); err == nil {
				t.Fatalf("%d: %d of %d bytes are taken for all", i, at, len(data))
			}
			wrong := append([]byte(nil), data...)
			wrong[at] ^= 4
			if err := decode(wrong, n, by, newFiles(dir, "", 0)); err == nil {
				t.Fatalf("%d: a wrong bit in byte %d is not noticed", i, at)
			}
		}
	}
}

// sealed gives a text the beginning and the checksum of an encoding.
func sealed(body []byte) []byte {
	out := append([]byte(magic), 0, 0, 0, 0)
	out = append(out, body...)
	binary.LittleEndian.PutUint32(out[len(magic):], crc32.Checksum(body, castagnoli))
	return out
}

// FuzzDecode decodes what has the right checksum and is wrong: it may be refused or
// give values, which must be such that they can be encoded.
func FuzzDecode(f *testing.F) {
	dir := f.TempDir()
	all, rooms := encoded(f, dir)
	for i, data := range all {
		f.Add(data[len(magic)+4:], i)
	}
	f.Fuzz(func(t *testing.T, body []byte, i int) {
		if i < 0 || i >= len(rooms) {
			return
		}
		by := rooms[i]()
		if decode(sealed(body), namesWith(by), by, newFiles(dir, "", 0)) != nil {
			return
		}
		var list []Variable
		for _, v := range by {
			list = append(list, v)
		}
		s := newScan(namesWith(by), list)
		s.run()
	})
}

// Each byte of an encoding is replaced by others: the decoder must survive it.
func TestForged(t *testing.T) {
	dir := t.TempDir()
	all, rooms := encoded(t, dir)
	for i, data := range all {
		body := data[len(magic)+4:]
		for at := 0; at < len(body); at += 1 + len(body)/300 {
			for _, b := range []byte{0, 1, body[at] + 1, 0x7f, 0xff} {
				wrong := append([]byte(nil), body...)
				wrong[at] = b
				by := rooms[i]()
				if decode(sealed(wrong), namesWith(by), by, newFiles(dir, "", 0)) == nil {
					var list []Variable
					for _, v := range by {
						list = append(list, v)
					}
					newScan(namesWith(by), list).run()
				}
			}
		}
	}
}

func TestManifest(t *testing.T) {
	dir := t.TempDir()
	if m, err := ReadManifest(dir); err != nil || m.Next != 1 || m.Entries != nil {
		t.Errorf("of an empty folder: %+v, %v", m, err)
	}
	m := Manifest{7, []Entry{{Name: "x", ID: 3, File: "v1", Blocks: []string{"b2"}, Needs: []string{"type main.T"}, Bytes: 8, Short: "5", Value: "=5"},
		{Name: "y", Refused: "um canal"}}, []Move{{"", "/a", "/b"}, {"HOME", "=/a", ""}}}
	if err := m.Write(dir); err != nil {
		t.Fatal(err)
	}
	got, err := ReadManifest(dir)
	if err != nil || !reflect.DeepEqual(got, m) {
		t.Errorf("got %+v, %v", got, err)
	}
	path := filepath.Join(dir, manifestFile)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the manifest's mode is %v, %v", info.Mode(), err)
	}
	for at := range data {
		if err := os.WriteFile(path, data[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadManifest(dir); err == nil {
			t.Fatalf("%d of %d bytes are taken for all", at, len(data))
		}
	}
	if err := m.Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"v1", "b2", "v3", "b4", "manifest.new"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Sweep(dir); err != nil {
		t.Fatal(err)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	if got := strings.ReplaceAll(strings.Join(left, " "), dir+"/", ""); got != "b2 manifest v1" {
		t.Errorf("left: %s", got)
	}
}

// What has taken the place of a file keeps nobody waiting: a pipe, a link to what has no
// end, a folder.
func TestNoFile(t *testing.T) {
	for what, put := range map[string]func(path string) error{
		"a pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a link":   func(path string) error { return os.Symlink("/dev/zero", path) },
		"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
	} {
		dir := t.TempDir()
		for _, name := range []string{manifestFile, failureFile} {
			if err := put(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		if m, err := ReadManifest(dir); err == nil || m.Entries != nil {
			t.Errorf("%s is a manifest: %v, %v", what, m, err)
		}
		if f, ok := TakeFailure(dir); ok {
			t.Errorf("%s is a failure: %v", what, f)
		}
	}
}
