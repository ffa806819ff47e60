package main

import (
	"archive/zip"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nnlab-go/lab/internal/whole"
)

const summary = "A Jupyter kernel and deep-learning laboratory in Go"

// wheel writes the wheel of a system, and returns its path.
func (b *builder) wheel(ctx context.Context, p platform, dir string) (string, error) {
	programs, err := b.programs(ctx, p)
	if err != nil {
		return "", err
	}
	goBin, err := b.goBin(ctx)
	if err != nil {
		return "", err
	}
	info := b.prefix() + ".dist-info/"
	tag := "py3-none-" + p.tag
	files := slices.Concat(b.files, programs, []file{
		{name: info + "METADATA", text: "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + b.version + "\nSummary: " + summary +
			"\nLicense-File: LICENSE\nRequires-Python: >=3.10\nRequires-Dist: " + goBin + "\n"},
		{name: info + "WHEEL", text: "Wheel-Version: 1.0\nGenerator: nnlab\nRoot-Is-Purelib: false\nTag: " + tag + "\n"},
		{name: info + "entry_points.txt", text: "[console_scripts]\nnnlab-kernel = " + pkg + ":main\n"},
		{name: info + "LICENSE", from: filepath.Join(b.root, "LICENSE")},
	})
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	path := filepath.Join(dir, b.prefix()+"-"+tag+".whl")
	return path, whole.Write(path, 0o644, func(w io.Writer) error { return archive(w, files, info+"RECORD") })
}

// archive writes the files, and last the record of their names, sums and sizes. The same
// files give the same bytes.
func archive(w io.Writer, files []file, recordName string) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	var record strings.Builder
	for _, f := range files {
		content := io.Reader(strings.NewReader(f.text))
		if f.from != "" {
			from, err := os.Open(f.from)
			if err != nil {
				return err
			}
			defer from.Close()
			content = from
		}
		entry, err := create(z, f.name, f.program)
		if err != nil {
			return err
		}
		sum := sha256.New()
		n, err := io.Copy(io.MultiWriter(entry, sum), content)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		fmt.Fprintf(&record, "%s,sha256=%s,%d\n", f.name, base64.RawURLEncoding.EncodeToString(sum.Sum(nil)), n)
	}
	entry, err := create(z, recordName, false)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(entry, record.String()+recordName+",,\n"); err != nil {
		return err
	}
	return z.Close()
}

// create begins a file of an archive, with the earliest time that one can say.
func create(z *zip.Writer, name string, program bool) (io.Writer, error) {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	switch filepath.Ext(name) {
	case ".zip", ".gz", ".png":
		h.Method = zip.Store
	}
	mode := os.FileMode(0o644)
	if program {
		mode = 0o755 // which pip keeps
	}
	h.SetMode(mode)
	return z.CreateHeader(h)
}
