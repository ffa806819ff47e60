package datasets

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// readIDX unpacks a file in the IDX format of the MNIST page, compressed with
// gzip: 00 00 08 and the number of axes, the length of each axis in 4 bytes, and
// the elements as unsigned bytes; see mnist/README.md. It accepts exactly that.
func readIDX(c content, axes int) (shape []int, data []byte, err error) {
	fail := func(expected, got string) ([]int, []byte, error) {
		return nil, nil, &Error{Where: c.path, Expected: expected, Got: got, Mend: mendFile}
	}
	z, err := gzip.NewReader(bytes.NewReader(c.data))
	if err != nil {
		return fail("a gzip file, which begins with 1f 8b", fmt.Sprintf("%d bytes that begin with % x", len(c.data), c.data[:min(4, len(c.data))]))
	}
	header := make([]byte, 4+4*axes)
	if n, err := io.ReadFull(z, header); err != nil {
		return fail(fmt.Sprintf("an IDX header of %d bytes", len(header)), fmt.Sprintf("%d bytes: %v", n, err))
	}
	if want := [4]byte{2: 8, 3: byte(axes)}; want != [4]byte(header) {
		return fail(fmt.Sprintf("the IDX magic number % x (unsigned bytes, axes: %d)", want, axes), fmt.Sprintf("% x", header[:4]))
	}
	for b := header[4:]; len(b) > 0; b = b[4:] {
		shape = append(shape, int(binary.BigEndian.Uint32(b)))
	}
	size, ok := volume(shape, int64(len(c.data))*maxDeflateRatio)
	if !ok {
		return fail("an IDX header that fits the file", fmt.Sprintf("axes %v in a file of %d bytes", shape, len(c.data)))
	}
	data = make([]byte, size)
	if n, err := io.ReadFull(z, data); err != nil {
		return fail(fmt.Sprintf("%d bytes of data for axes %v", size, shape), fmt.Sprintf("%d bytes: %v", n, err))
	}
	// Only reading to the end makes gzip compare its checksum.
	switch n, err := z.Read(make([]byte, 1)); {
	case n > 0:
		return fail(fmt.Sprintf("the end of the file after %d bytes of data for axes %v", size, shape), "more data")
	case !errors.Is(err, io.EOF):
		return fail("intact gzip data to the end", err.Error())
	}
	return shape, data, nil
}

// maxDeflateRatio is the most bytes that one byte of gzip can unpack to (zlib's
// technical details give 1032:1). A header that asks for more lies, and must not
// make us allocate it.
const maxDeflateRatio = 1032

// volume is the product of the axes, and whether all are at least 1 and the
// product at most limit.
func volume(axes []int, limit int64) (int64, bool) {
	n := int64(1)
	for _, d := range axes {
		if d < 1 || n > limit/int64(d) {
			return 0, false
		}
		n *= int64(d)
	}
	return n, true
}

// decodeIDX decodes a pair of IDX files: pictures, and their class indices.
func decodeIDX(p *part, files []content) (pixels, labels []byte, err error) {
	axes, pixels, err := readIDX(files[0], 3)
	if err != nil {
		return nil, nil, err
	}
	if axes[1] != p.shape[0] || axes[2] != p.shape[1] {
		return nil, nil, &Error{Where: files[0].path, Expected: fmt.Sprintf("pictures of %v", p.shape[:2]), Got: fmt.Sprint(axes[1:]), Mend: mendFile}
	}
	count, labels, err := readIDX(files[1], 1)
	if err != nil {
		return nil, nil, err
	}
	if count[0] != axes[0] {
		return nil, nil, &Error{Where: files[1].path, Expected: fmt.Sprintf("%d labels, one for each picture in %s", axes[0], files[0].path),
			Got: fmt.Sprint(count[0]), Mend: mendFile}
	}
	for i, c := range labels {
		if int(c) >= p.classes {
			return nil, nil, &Error{Where: files[1].path, Expected: fmt.Sprintf("labels from 0 to %d", p.classes-1),
				Got: fmt.Sprintf("%d for picture %d", c, i), Mend: mendFile}
		}
	}
	return pixels, labels, nil
}
