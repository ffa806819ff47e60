package datasets

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
)

// cifarFormat is the "binary version" of <https://www.cs.toronto.edu/~kriz/cifar.html>:
// a tar of files that are examples one after the other, each its labels in a byte
// each, and then 32·32 bytes of red, of green and of blue.
type cifarFormat struct {
	labels      int // bytes of labels in front of the pixels; the last one counts
	train, test []string
}

var (
	cifar10Format = cifarFormat{labels: 1, test: []string{"test_batch.bin"},
		train: []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"}}
	cifar100Format = cifarFormat{labels: 2, train: []string{"train.bin"}, test: []string{"test.bin"}} // coarse, fine
)

const cifarPlane = 32 * 32

// decode takes the examples of the members, in their order, out of the archive.
func (f cifarFormat) decode(p *part, c content, members []string) (pixels, labels []byte, err error) {
	batches, err := f.unpack(c, members)
	if err != nil {
		return nil, nil, err
	}
	size := f.labels + 3*cifarPlane
	for _, name := range members {
		for record := range slices.Chunk(batches[name], size) {
			class := record[f.labels-1]
			if int(class) >= p.classes {
				return nil, nil, &Error{Where: c.path + ": " + name, Expected: fmt.Sprintf("labels from 0 to %d", p.classes-1), Got: fmt.Sprint(class), Mend: mendFile}
			}
			labels = append(labels, class)
			planes := record[f.labels:]
			for i := range cifarPlane { // channels last
				pixels = append(pixels, planes[i], planes[cifarPlane+i], planes[2*cifarPlane+i])
			}
		}
	}
	return pixels, labels, nil
}

// unpack reads the members of the archive; each must be there, and hold whole
// examples.
func (f cifarFormat) unpack(c content, members []string) (map[string][]byte, error) {
	fail := func(expected, got string) (map[string][]byte, error) {
		return nil, &Error{Where: c.path, Expected: expected, Got: got, Mend: mendFile}
	}
	z, err := gzip.NewReader(bytes.NewReader(c.data))
	if err != nil {
		return fail("a gzip file, which begins with 1f 8b", fmt.Sprintf("%d bytes that begin with % x", len(c.data), c.data[:min(4, len(c.data))]))
	}
	size, found := f.labels+3*cifarPlane, map[string][]byte{}
	archive := tar.NewReader(z)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fail("an intact tar archive to the end", err.Error())
		}
		name := path.Base(h.Name)
		if !slices.Contains(members, name) {
			continue
		}
		data, err := io.ReadAll(archive) // no longer than what the archive holds
		if err != nil {
			return fail("an intact "+name, err.Error())
		}
		if len(data) == 0 || len(data)%size != 0 {
			return fail(fmt.Sprintf("%s of whole examples of %d bytes", name, size), fmt.Sprintf("%d bytes", len(data)))
		}
		found[name] = data
	}
	for _, name := range members {
		if found[name] == nil {
			return fail("an archive that holds "+name, "one that does not")
		}
	}
	return found, nil
}
