package nn

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/google/renameio/v2"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// A safetensors file is the length of its header (8 bytes, little-endian), the
// header as JSON, and the numbers of all arrays one behind the other
// (https://huggingface.co/docs/safetensors, section Format). The only Go module
// for it has no release, so these are our own hundred lines.

// array is one named array of a file.
type array struct {
	name   string
	shape  tensor.Shape
	values []float32
}

type header struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// maxHeader is the limit of the reference implementation.
const maxHeader = 100_000_000

// writeSafetensors writes the arrays and the metadata to a file, all or nothing.
func writeSafetensors(path string, arrays []array, metadata map[string]string) error {
	entries := map[string]any{"__metadata__": metadata}
	at := 0
	for _, a := range arrays {
		end := at + 4*len(a.values)
		entries[a.name] = header{"F32", a.shape, [2]int{at, end}}
		at = end
	}
	head, err := json.Marshal(entries)
	if err != nil {
		return err
	}
	for len(head)%8 != 0 { // the numbers begin aligned
		head = append(head, ' ')
	}
	data := make([]byte, 0, 8+len(head)+at)
	data = binary.LittleEndian.AppendUint64(data, uint64(len(head)))
	data = append(data, head...)
	for _, a := range arrays {
		for _, v := range a.values {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
		}
	}
	return renameio.WriteFile(path, data, 0o666)
}

// readSafetensors reads all arrays of a file, by name, and its metadata. Errors
// name the file, what was expected and what was found.
func readSafetensors(path string) (arrays map[string]array, metadata map[string]string, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	arrays, metadata, err = parseSafetensors(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s is not a safetensors file: %w", path, err)
	}
	return arrays, metadata, nil
}

func parseSafetensors(data []byte) (map[string]array, map[string]string, error) {
	if len(data) < 8 {
		return nil, nil, fmt.Errorf("expected 8 bytes with the header's length, got %d bytes: %w", len(data), io.ErrUnexpectedEOF)
	}
	n := binary.LittleEndian.Uint64(data)
	data = data[8:]
	if n > maxHeader || n > uint64(len(data)) {
		return nil, nil, fmt.Errorf("the header claims %d bytes, %d are there", n, len(data))
	}
	head, data := data[:n], data[n:]
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(head, &entries); err != nil {
		return nil, nil, fmt.Errorf("the header is not JSON: %w", err)
	}
	metadata, arrays := map[string]string{}, map[string]array{}
	for name, raw := range entries {
		if name == "__metadata__" {
			if err := json.Unmarshal(raw, &metadata); err != nil {
				return nil, nil, fmt.Errorf("the metadata are not strings: %w", err)
			}
			continue
		}
		a, err := parseArray(name, raw, data)
		if err != nil {
			return nil, nil, err
		}
		arrays[name] = a
	}
	return arrays, metadata, nil
}

func parseArray(name string, raw json.RawMessage, data []byte) (array, error) {
	var h header
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&h); err != nil {
		return array{}, fmt.Errorf("array %q: %w", name, err)
	}
	if h.DType != "F32" {
		return array{}, fmt.Errorf("array %q: expected numbers of type F32, got %q", name, h.DType)
	}
	size := 1
	for _, axis := range h.Shape {
		if axis < 0 || axis > 0 && size > len(data)/axis {
			return array{}, fmt.Errorf("array %q: the shape %v does not fit in %d bytes", name, h.Shape, len(data))
		}
		size *= axis
	}
	lo, hi := h.Offsets[0], h.Offsets[1]
	if lo < 0 || hi < lo || hi > len(data) || hi-lo != 4*size {
		return array{}, fmt.Errorf("array %q: bytes %d to %d of %d cannot hold the shape %v", name, lo, hi, len(data), h.Shape)
	}
	a := array{name: name, shape: slices.Clone(h.Shape), values: make([]float32, size)}
	for i := range a.values {
		a.values[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[lo+4*i:]))
	}
	return a, nil
}
