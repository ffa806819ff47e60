package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Source is a data set as it is published: some files, each known by its
// SHA-256.
type Source struct {
	Name    string   // "mnist", the name of the folder that the files are in
	Mirrors []string // URLs to which a file's name is added, the best first
	Files   []File
}

// File is one file of a [Source].
type File struct {
	Name   string
	Size   int64  // in bytes
	SHA256 string // in hexadecimal digits
}

var sources = []*Source{&mnist, &fashion, &kmnist, &cifar10, &cifar100}

// Lookup returns the source with the given name, "mnist".
func Lookup(name string) (*Source, error) {
	var known []string
	for _, s := range sources {
		if s.Name == name {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return nil, &Error{Where: "Lookup", Expected: fmt.Sprintf("one of %q", known), Got: fmt.Sprintf("%q", name), Mend: fmt.Sprintf("write datasets.Lookup(%q)", known[0])}
}

// CacheDir is the folder of the user's cache that the source's files are
// downloaded to, whether it exists or not.
func (s *Source) CacheDir() (string, error) {
	dir := os.Getenv("NNLAB_CACHE")
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", &Error{Where: "the user's cache", Err: err, Mend: "set NNLAB_CACHE to a folder"}
		}
		dir = filepath.Join(user, "nnlab")
	}
	return filepath.Join(dir, s.Name), nil
}

// Verify reads the file at path and tells whether it is the published one.
func (f *File) Verify(path string) error {
	r, err := os.Open(path)
	if err != nil {
		return &Error{Where: path, Err: err}
	}
	defer r.Close()
	return f.verify(path, r)
}

func (f *File) verify(path string, r io.Reader) error {
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return &Error{Where: path, Err: err}
	}
	if sum := hex.EncodeToString(h.Sum(nil)); n != f.Size || sum != f.SHA256 {
		return &Error{Where: path,
			Expected: fmt.Sprintf("the published file of %d bytes with SHA-256 %s", f.Size, f.SHA256),
			Got:      fmt.Sprintf("%d bytes with SHA-256 %s", n, sum),
			Mend:     mendFile}
	}
	return nil
}

const mendFile = "put the published file there, or delete this one"

// pick returns the source's files with the given names, in their order.
func (s *Source) pick(names []string) []*File {
	var files []*File
	for _, name := range names {
		for i := range s.Files {
			if s.Files[i].Name == name {
				files = append(files, &s.Files[i])
			}
		}
	}
	return files
}

// content is a file that has been read.
type content struct {
	path string
	data []byte
}

// read reads files in a folder, whole.
func read(dir string, files []*File) ([]content, error) {
	var all []content
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, &Error{Where: path, Err: err}
		}
		all = append(all, content{path, data})
	}
	return all, nil
}

// verify tells whether what was read are the published files.
func verify(files []*File, all []content) error {
	for i, c := range all {
		if err := files[i].verify(c.path, bytes.NewReader(c.data)); err != nil {
			return err
		}
	}
	return nil
}
