package datasets_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/datasets/fetch"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// record is an example of CIFAR's: labels, and planes whose pixels are all of one value.
func record(labels []byte, red, green, blue byte) []byte {
	return slices.Concat(labels, bytes.Repeat([]byte{red}, 1024), bytes.Repeat([]byte{green}, 1024), bytes.Repeat([]byte{blue}, 1024))
}

// archive is a tar of files, compressed with gzip.
func archive(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := w.WriteHeader(&tar.Header{Name: "cifar-batches-bin/" + name, Mode: 0o644, Size: int64(len(files[name]))}); err != nil {
			t.Fatal(err)
		}
		w.Write(files[name])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return b.Bytes()
}

func idxFile(t *testing.T, header []byte, data ...byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(append(header, data...))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// madeCIFAR10 is an archive as the published one, with an example a file.
func madeCIFAR10(t *testing.T) map[string][]byte {
	files := map[string][]byte{"test_batch.bin": record([]byte{9}, 51, 102, 255), "readme.html": []byte("<html>")}
	for i := range 5 {
		files[fmt.Sprintf("data_batch_%d.bin", i+1)] = record([]byte{byte(i)}, byte(i), 0, 255)
	}
	return files
}

// made are files of a published set's kind, small.
func made(t *testing.T, name string) map[string][]byte {
	switch name {
	case "cifar10":
		return map[string][]byte{"cifar-10-binary.tar.gz": archive(t, madeCIFAR10(t))}
	case "cifar100":
		return map[string][]byte{"cifar-100-binary.tar.gz": archive(t, map[string][]byte{
			"train.bin": slices.Concat(record([]byte{19, 99}, 1, 2, 3), record([]byte{0, 7}, 0, 0, 0)),
			"test.bin":  record([]byte{4, 42}, 51, 102, 255)})}
	}
	pictures, classes := []byte{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28}, []byte{0, 0, 8, 1, 0, 0, 0, 2}
	x := slices.Repeat([]byte{51}, 2*28*28)
	return map[string][]byte{
		"train-images-idx3-ubyte.gz": idxFile(t, pictures, x...), "train-labels-idx1-ubyte.gz": idxFile(t, classes, 9, 0),
		"t10k-images-idx3-ubyte.gz": idxFile(t, pictures, x...), "t10k-labels-idx1-ubyte.gz": idxFile(t, classes, 1, 2),
	}
}

// Each set that is no part of the repository comes from its second mirror when the first
// has a damaged file, counts only with the right sum, and is there without a network afterwards.
func TestPublished(t *testing.T) {
	for _, c := range []struct {
		name        string
		open        func() (train, test *datasets.Set)
		shape       tensor.Shape
		classes     int
		train, test []int     // labels
		first       []float32 // numbers of the first test example
		last        string    // the last class's name
	}{
		{"fashion-mnist", datasets.FashionMNIST, tensor.Shape{28, 28, 1}, 10, []int{9, 0}, []int{1, 2}, []float32{0.2, 0.2}, "bota"},
		{"kmnist", datasets.KMNIST, tensor.Shape{28, 28, 1}, 10, []int{9, 0}, []int{1, 2}, []float32{0.2, 0.2}, "を"},
		{"cifar10", datasets.CIFAR10, tensor.Shape{32, 32, 3}, 10, []int{0, 1, 2, 3, 4}, []int{9}, []float32{0.2, 0.4, 1, 0.2, 0.4, 1}, "caminhão"},
		{"cifar100", datasets.CIFAR100, tensor.Shape{32, 32, 3}, 100, []int{99, 7}, []int{42}, []float32{0.2, 0.4, 1}, "worm"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := made(t, c.name)
			serve := func(change func([]byte) []byte) string {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Write(change(files[strings.TrimPrefix(r.URL.Path, "/")]))
				}))
				t.Cleanup(server.Close)
				return server.URL + "/"
			}
			damaged := serve(func(b []byte) []byte { b = bytes.Clone(b); b[len(b)/2]++; return b })
			good := serve(func(b []byte) []byte { return b })
			datasets.Republish(t, c.name, []string{damaged, good}, files)
			cache := t.TempDir()
			t.Setenv("NNLAB_CACHE", cache)
			datasets.SetDownloaderFor(t, func(s *datasets.Source) error { return fetch.Fetch(t.Context(), s, io.Discard) })
			train, test := c.open()
			for _, s := range []*datasets.Set{train, test} {
				if err := s.Open(); err != nil {
					t.Fatal(err)
				}
			}
			if !train.Shape().Equal(c.shape) || train.Classes() != c.classes || !slices.Equal(train.Labels(), c.train) || !slices.Equal(test.Labels(), c.test) {
				t.Errorf("%v, %d classes, labels %v and %v", train.Shape(), train.Classes(), train.Labels(), test.Labels())
			}
			if got := test.Example(0)[:len(c.first)]; !slices.Equal(got, c.first) {
				t.Errorf("the first numbers are %v, want %v", got, c.first)
			}
			if names := test.ClassNames(); len(names) != c.classes || names[c.classes-1] != c.last {
				t.Errorf("names %q", names)
			}
			for name, data := range files {
				if got, err := os.ReadFile(filepath.Join(cache, c.name, name)); err != nil || !bytes.Equal(got, data) {
					t.Errorf("%s in the cache: %d bytes, %v", name, len(got), err)
				}
			}
		})
	}
}

func TestCIFARRefuses(t *testing.T) {
	cut := madeCIFAR10(t)
	cut["data_batch_3.bin"] = cut["data_batch_3.bin"][1:]
	wrong := madeCIFAR10(t)
	wrong["test_batch.bin"] = record([]byte{10}, 0, 0, 0)
	missing := madeCIFAR10(t)
	delete(missing, "data_batch_5.bin")
	good := archive(t, madeCIFAR10(t))
	for name, c := range map[string]struct {
		data  []byte
		words []string
	}{
		"no archive":       {[]byte("<html>"), []string{"a gzip file", "3c 68 74 6d"}},
		"cut":              {good[:len(good)-200], []string{"intact"}},
		"half an example":  {archive(t, cut), []string{"data_batch_3.bin of whole examples of 3073 bytes", "got 3072"}},
		"a class too high": {archive(t, wrong), []string{"test_batch.bin", "labels from 0 to 9, got 10"}},
		"without a batch":  {archive(t, missing), []string{"an archive that holds data_batch_5.bin"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string][]byte{"cifar-10-binary.tar.gz": c.data}
			datasets.Republish(t, "cifar10", nil, files)
			dir := t.TempDir()
			t.Setenv("NNLAB_CACHE", t.TempDir())
			t.Setenv("NNLAB_DATA", dir)
			os.MkdirAll(filepath.Join(dir, "cifar10"), 0o755)
			if err := os.WriteFile(filepath.Join(dir, "cifar10", "cifar-10-binary.tar.gz"), c.data, 0o644); err != nil {
				t.Fatal(err)
			}
			train, test := datasets.CIFAR10()
			err := train.Open()
			if err == nil {
				err = test.Open()
			}
			for _, w := range c.words {
				if err == nil || !strings.Contains(err.Error(), w) {
					t.Errorf("%q is not in: %v", w, err)
				}
			}
		})
	}
}
