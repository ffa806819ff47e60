package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
)

// tarBlock is the unit of a tar archive: each file is a header of one block, and its bytes in
// whole blocks.
const tarBlock = 512

// The fields of a header (POSIX.1-1988, ustar) that are read here, by their offsets.
const (
	tarName     = 0
	tarNameEnd  = 100
	tarSize     = 124
	tarSizeEnd  = 136
	tarSum      = 148
	tarSumEnd   = 156
	tarTypeFlag = 156
)

// tarReader reads the files of a tar archive whose last elements of names are short and whose
// files have less than 8 GiB, as a publisher's have. The standard library's reader knows all
// kinds of archives; with it, and os/user behind it, every cell that names a data set would
// take some milliseconds longer to link (docs/speed.md).
type tarReader struct {
	from io.Reader
	left int64 // of the present file
	fill int64 // behind it, to a whole block
}

// next goes to the next file, whose last element of its name it returns; "" for what is no
// file. The end is io.EOF.
func (t *tarReader) next() (string, error) {
	if _, err := io.CopyN(io.Discard, t.from, t.left+t.fill); err != nil {
		return "", tooEarly(err)
	}
	t.left, t.fill = 0, 0
	var h [tarBlock]byte
	if _, err := io.ReadFull(t.from, h[:]); err != nil {
		return "", err // io.EOF where a writer has left the end out
	}
	if h == [tarBlock]byte{} {
		return "", io.EOF
	}
	sum, err := octal(h[tarSum:tarSumEnd])
	if is := tarSumOf(&h); err != nil || sum != is {
		return "", fmt.Errorf("a header whose bytes add up to %d and which says %q", is, h[tarSum:tarSumEnd])
	}
	size, err := octal(h[tarSize:tarSizeEnd])
	if err != nil {
		return "", fmt.Errorf("a file of %q bytes", h[tarSize:tarSizeEnd])
	}
	t.left, t.fill = size, -size&(tarBlock-1)
	if kind := h[tarTypeFlag]; kind != '0' && kind != 0 {
		return "", nil
	}
	name, _, _ := bytes.Cut(h[tarName:tarNameEnd], []byte{0})
	return path.Base(string(name)), nil
}

// Read reads on in the present file.
func (t *tarReader) Read(p []byte) (int, error) {
	if t.left == 0 {
		return 0, io.EOF
	}
	n, err := t.from.Read(p[:min(int64(len(p)), t.left)])
	t.left -= int64(n)
	if t.left > 0 {
		err = tooEarly(err)
	}
	return n, err
}

// tooEarly is the error of an end that comes too early.
func tooEarly(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// octal is a number of a header.
func octal(field []byte) (int64, error) {
	digits, _, _ := bytes.Cut(bytes.TrimLeft(field, " "), []byte{0})
	n, err := strconv.ParseUint(string(bytes.TrimRight(digits, " ")), 8, 63)
	return int64(n), err
}

// tarSumOf is the sum of a header's bytes, with blanks in the place of that sum.
func tarSumOf(h *[tarBlock]byte) (sum int64) {
	for i, b := range h {
		if i >= tarSum && i < tarSumEnd {
			b = ' '
		}
		sum += int64(b)
	}
	return sum
}
