// Package safetensors reads and writes arrays in files of the safetensors format: the
// length of a header (8 bytes, little-endian), the header as JSON, and the numbers of
// all arrays one behind the other (https://huggingface.co/docs/safetensors, section
// Format). What that page forbids is refused. The only Go module for it has no release,
// so these are our own few hundred lines.
package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"unsafe"

	"github.com/nnlab-go/lab/internal/mapped"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Array is one named array of a file.
type Array struct {
	Name  string
	DType string // as the format calls it, "F32"
	Shape tensor.Shape

	at int64 // where its numbers begin
}

// File is a file that is being read. Its numbers stay where they are until they are
// asked for: a file may be as large as the memory.
type File struct {
	Arrays   map[string]Array
	Metadata map[string]string

	from io.ReaderAt
	file *os.File
	size int64
}

// Open reads what a file holds, but not yet the numbers. Errors name the file, what was
// expected and what was found.
func Open(path string) (*File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // a pipe would be waited for
		return nil, fmt.Errorf("%s is not a safetensors file: expected a regular file, got %v", path, info.Mode().Type())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	s, err := Parse(f, info.Size())
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is not a safetensors file: %w", path, err)
	}
	s.file = f
	return s, nil
}

// Close closes the file. What is mapped stays.
func (f *File) Close() { f.file.Close() }

// Map maps the file and returns a function that gives the numbers of those arrays
// where they are: they may be changed, and the file does not change with them. The
// memory is the file's own, shared by all who have mapped it, page by page until a
// page is written to. It stays when the file is closed, replaced by another or
// removed; only one that is cut short while it is in use would take it away, which
// nothing here does. False where a file cannot be mapped, where a machine has the
// bytes of a number in another order, or the numbers are not float32.
func (f *File) Map(arrays []Array) (numbers func(Array) []float32, ok bool) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 || f.file == nil {
		return nil, false
	}
	for _, a := range arrays {
		if a.DType != "F32" || a.at%4 != 0 {
			return nil, false
		}
	}
	data, err := mapped.File(f.file, f.size)
	if err != nil {
		return nil, false
	}
	return func(a Array) []float32 {
		return unsafe.Slice((*float32)(unsafe.Pointer(&data[a.at])), a.Shape.Size())
	}, true
}

// Read copies the numbers of an array to a tensor of its shape, converted to float32.
// A number that float32 has no room for is an error.
func (f *File) Read(a Array, t *tensor.Tensor) error {
	convert, width := converterOf(a.DType)
	if convert == nil {
		return fmt.Errorf("array %q: expected floating-point numbers, got %s", a.Name, a.DType)
	}
	var bytes []byte
	at := a.at
	return t.SetParts(func(part []float32) error {
		bytes = sized(bytes, width*len(part))
		if n, err := f.from.ReadAt(bytes, at); n < len(bytes) {
			return fmt.Errorf("array %q: %w", a.Name, err)
		}
		at += int64(len(bytes))
		if err := convert(part, bytes); err != nil {
			return fmt.Errorf("array %q: %w", a.Name, err)
		}
		return nil
	})
}

func sized(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}
