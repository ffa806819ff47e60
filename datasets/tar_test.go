package datasets

import (
	"archive/tar"
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

// What the standard library writes in any of its formats is read as it is, whole or not.
func TestTarReader(t *testing.T) {
	files := map[string]string{"a/empty.bin": "", "a/one.bin": "x", "a/block.bin": strings.Repeat("b", tarBlock), "two.bin": strings.Repeat("c", 2*tarBlock+1)}
	want := map[string]string{}
	for name, text := range files {
		want[name[strings.LastIndexByte(name, '/')+1:]] = text
	}
	for _, format := range []tar.Format{tar.FormatUSTAR, tar.FormatPAX, tar.FormatGNU} {
		var archive bytes.Buffer
		w := tar.NewWriter(&archive)
		must := func(err error) {
			if err != nil {
				t.Helper()
				t.Fatal(err)
			}
		}
		must(w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "a/", Mode: 0o755, Format: format}))
		for _, name := range slices.Sorted(maps.Keys(files)) {
			h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name])), Uname: "nobody", Format: format}
			if format == tar.FormatPAX {
				h.PAXRecords = map[string]string{"NNLAB.note": "a header of its own"}
			}
			must(w.WriteHeader(h))
			_, err := io.WriteString(w, files[name])
			must(err)
		}
		must(w.Close())
		read := func(from []byte) (map[string]string, error) {
			r, got := &tarReader{from: bytes.NewReader(from)}, map[string]string{}
			for {
				name, err := r.next()
				if err == io.EOF {
					return got, nil
				}
				if err != nil {
					return got, err
				}
				if name == "" {
					continue
				}
				data, err := io.ReadAll(r)
				if err != nil {
					return got, err
				}
				got[name] = string(data)
			}
		}
		got, err := read(archive.Bytes())
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%v: read %d files, %v", format, len(got), err)
		}
		for n := range archive.Len() { // cut off anywhere
			got, err := read(archive.Bytes()[:n])
			if err == nil && n%tarBlock != 0 && n < archive.Len()-tarBlock { // of the two empty blocks at the end the first is enough
				t.Fatalf("%v: the first %d bytes are no archive, and were read", format, n)
			}
			for name, text := range got {
				if text != want[name] {
					t.Fatalf("%v: of the first %d bytes %s has %d", format, n, name, len(text))
				}
			}
		}
		for _, at := range []int{tarName, tarSize, tarSum, tarTypeFlag} { // of the first header
			broken := bytes.Clone(archive.Bytes())
			broken[at] ^= 1
			if _, err := read(broken); err == nil {
				t.Errorf("%v: a header that was changed at %d was read", format, at)
			}
		}
	}
}
