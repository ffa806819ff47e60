package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// A wheel has what it was given, its record the sums of all, and twice the same bytes.
func TestArchive(t *testing.T) {
	from := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(from, bytes.Repeat([]byte("program "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	files := []file{{name: "pkg/__init__.py", text: "x = 1\n"}, {name: "pkg/programs/p", from: from, program: true}, {name: "pkg/m.zip", text: "PK"}}
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := archive(b, files, "pkg.dist-info/RECORD"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same files give other bytes")
	}
	z, err := zip.NewReader(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{} // as a line of the record
	var record []byte
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if program := f.Mode()&0o111 != 0; program != (f.Name == "pkg/programs/p") {
			t.Errorf("%s has mode %v", f.Name, f.Mode())
		}
		if f.Name == "pkg.dist-info/RECORD" {
			record = data
			got[f.Name] = []string{f.Name, "", ""}
			continue
		}
		sum := sha256.Sum256(data)
		got[f.Name] = []string{f.Name, "sha256=" + base64.RawURLEncoding.EncodeToString(sum[:]), strconv.Itoa(len(data))}
	}
	lines, err := csv.NewReader(bytes.NewReader(record)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != len(got) || len(got) != len(files)+1 {
		t.Errorf("%d files, %d in the record", len(got), len(lines))
	}
	for _, line := range lines {
		for i, want := range got[line[0]] {
			if line[i] != want {
				t.Errorf("the record of %s has %q, want %q", line[0], line[i], want)
			}
		}
	}
	if err := archive(io.Discard, []file{{name: "a", from: from + ".none"}}, "RECORD"); err == nil {
		t.Error("a file that is not there is in the wheel")
	}
}
