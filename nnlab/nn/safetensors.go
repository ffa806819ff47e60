package nn

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"unsafe"

	"github.com/google/renameio/v2"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// A safetensors file is the length of its header (8 bytes, little-endian), the
// header as JSON, and the numbers of all arrays one behind the other
// (https://huggingface.co/docs/safetensors, section Format). The only Go module
// for it has no release, so these are our own hundred lines.

// array is one named array of a file.
type array struct {
	name  string
	shape tensor.Shape
	at    int64 // where its numbers begin
}

// safetensors is a file that is being read. Its numbers stay where they are until
// they are asked for: a file may be as large as the memory.
type safetensors struct {
	arrays   map[string]array
	metadata map[string]string
	from     io.ReaderAt
	file     *os.File
	size     int64
}

type header struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// maxHeader is the limit of the reference implementation.
const maxHeader = 100_000_000

// namedTensor is an array to write.
type namedTensor struct {
	name string
	*tensor.Tensor
}

// pageSize is what the numbers in a file are aligned to, so that a file can be
// mapped and its arrays begin at cache lines. Where pages are larger, they still do.
const pageSize = 4096

// writeSafetensors writes the arrays and the metadata to a file, all or nothing.
func writeSafetensors(path string, arrays []namedTensor, metadata map[string]string) error {
	// What fills cache lines comes first: what comes behind begins with one, too.
	slices.SortStableFunc(arrays, func(a, b namedTensor) int { return min(1, a.Size()%line) - min(1, b.Size()%line) })
	entries := map[string]any{"__metadata__": metadata}
	at := 0
	for _, a := range arrays {
		end := at + 4*a.Size()
		entries[a.name] = header{"F32", a.Shape, [2]int{at, end}}
		at = end
	}
	head, err := json.Marshal(entries)
	if err != nil {
		return err
	}
	if rest := (8 + len(head)) % pageSize; rest > 0 {
		head = append(head, strings.Repeat(" ", pageSize-rest)...)
	}
	f, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o666), renameio.WithExistingPermissions())
	if err != nil {
		return err
	}
	defer f.Cleanup()
	w := bufio.NewWriterSize(f, 1<<16)
	w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(head)))) // Flush has the first error
	w.Write(head)
	var bytes []byte
	for _, a := range arrays {
		err := a.Parts(func(part []float32) error {
			bytes = slices.Grow(bytes[:0], 4*len(part))[:4*len(part)]
			for i, v := range part {
				binary.LittleEndian.PutUint32(bytes[4*i:], math.Float32bits(v))
			}
			_, err := w.Write(bytes)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}

// openSafetensors reads what a file holds, but not yet the numbers. Errors name the
// file, what was expected and what was found.
func openSafetensors(path string) (*safetensors, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	s, err := parseSafetensors(f, info.Size())
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is not a safetensors file: %w", path, err)
	}
	s.file, s.size = f, info.Size()
	return s, nil
}

func (s *safetensors) close() { s.file.Close() }

// mapped maps the file and returns a function that gives the numbers of an array
// where they are: they may be changed, and the file does not change with them. The
// memory is the file's own, shared by all who have mapped it, page by page until a
// page is written to. It stays when the file is closed, replaced by another or
// removed; only one that is cut short while it is in use would take it away, which
// nothing here does. False where a file cannot be mapped, or a machine has the
// bytes of a number in another order.
func (s *safetensors) mapped() (numbers func(array) []float32, ok bool) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 || s.file == nil {
		return nil, false
	}
	data, err := mapFile(s.file, s.size)
	if err != nil {
		return nil, false
	}
	for _, a := range s.arrays {
		if a.at%4 != 0 {
			return nil, false
		}
	}
	return func(a array) []float32 {
		return unsafe.Slice((*float32)(unsafe.Pointer(&data[a.at])), a.shape.Size())
	}, true
}

// read copies the numbers of an array to a tensor of its shape.
func (s *safetensors) read(a array, t *tensor.Tensor) error {
	var bytes []byte
	at := a.at
	return t.SetParts(func(part []float32) error {
		bytes = slices.Grow(bytes[:0], 4*len(part))[:4*len(part)]
		if n, err := s.from.ReadAt(bytes, at); n < len(bytes) {
			return fmt.Errorf("array %q: %w", a.name, err)
		}
		at += int64(len(bytes))
		for i := range part {
			part[i] = math.Float32frombits(binary.LittleEndian.Uint32(bytes[4*i:]))
		}
		return nil
	})
}

func parseSafetensors(r io.ReaderAt, size int64) (*safetensors, error) {
	var length [8]byte
	if size < 8 {
		return nil, fmt.Errorf("expected 8 bytes with the header's length, got %d bytes: %w", size, io.ErrUnexpectedEOF)
	} else if n, err := r.ReadAt(length[:], 0); n < 8 {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n > maxHeader || int64(n) > size-8 {
		return nil, fmt.Errorf("the header claims %d bytes, %d are there", n, size-8)
	}
	head := make([]byte, n)
	if n, err := r.ReadAt(head, 8); n < len(head) {
		return nil, err
	}
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(head, &entries); err != nil {
		return nil, fmt.Errorf("the header is not JSON: %w", err)
	}
	s := &safetensors{arrays: map[string]array{}, metadata: map[string]string{}, from: r}
	for name, raw := range entries {
		if name == "__metadata__" {
			if err := json.Unmarshal(raw, &s.metadata); err != nil {
				return nil, fmt.Errorf("the metadata are not strings: %w", err)
			}
			continue
		}
		a, err := parseArray(name, raw, int(size)-8-len(head))
		if err != nil {
			return nil, err
		}
		a.at += 8 + int64(len(head))
		s.arrays[name] = a
	}
	return s, nil
}

// parseArray reads the entry of an array, whose numbers begin at a.at of so many
// bytes behind the header.
func parseArray(name string, raw json.RawMessage, bytes int) (array, error) {
	var h header
	if err := json.Unmarshal(raw, &h); err != nil {
		return array{}, fmt.Errorf("array %q: %w", name, err)
	}
	if h.DType != "F32" {
		return array{}, fmt.Errorf("array %q: expected numbers of type F32, got %q", name, h.DType)
	}
	size := 1
	for _, axis := range h.Shape {
		if axis < 0 || axis > 0 && size > bytes/axis {
			return array{}, fmt.Errorf("array %q: the shape %v does not fit in %d bytes", name, h.Shape, bytes)
		}
		size *= axis
	}
	lo, hi := h.Offsets[0], h.Offsets[1]
	if lo < 0 || hi < lo || hi > bytes || hi-lo != 4*size {
		return array{}, fmt.Errorf("array %q: bytes %d to %d of %d cannot hold the shape %v", name, lo, hi, bytes, h.Shape)
	}
	return array{name, h.Shape, int64(lo)}, nil
}
