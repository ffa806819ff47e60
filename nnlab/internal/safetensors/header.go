package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"
)

// maxHeader is the limit of the reference implementation.
const maxHeader = 100_000_000

// Parse reads what size bytes hold, but not yet the numbers.
func Parse(r io.ReaderAt, size int64) (*File, error) {
	head, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	entries, err := members(head)
	if err != nil {
		return nil, fmt.Errorf("the header: %w", err)
	}
	f := &File{Arrays: map[string]Array{}, Metadata: map[string]string{}, from: r, size: size}
	begin := 8 + int64(len(head))
	var ranges []span
	for name, raw := range entries {
		if name == metadataName {
			if f.Metadata, err = parseMetadata(raw); err != nil {
				return nil, fmt.Errorf("the metadata: %w", err)
			}
			continue
		}
		a, s, err := parseArray(raw, size-begin)
		if err != nil {
			return nil, fmt.Errorf("array %q: %w", name, err)
		}
		a.Name, s.name, a.at = name, name, begin+s.from
		f.Arrays[name] = a
		ranges = append(ranges, s)
	}
	if err := covered(ranges, size-begin); err != nil {
		return nil, err
	}
	return f, nil
}

func readHeader(r io.ReaderAt, size int64) ([]byte, error) {
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
	if n == 0 || head[0] != '{' { // JSON would allow blanks before it
		return nil, fmt.Errorf("expected the header to begin with {, got %.60q", head)
	}
	return head, nil
}

// members are those of a JSON object. The format forbids what encoding/json lets pass: a
// name twice, names in other capitals than asked for, invalid UTF-8.
func members(object []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(object) || !json.Valid(object) {
		return nil, fmt.Errorf("expected JSON in UTF-8, got %.60q", object)
	}
	d := json.NewDecoder(bytes.NewReader(object)) // which cannot fail: what it reads is valid
	if t, _ := d.Token(); t != json.Delim('{') {
		return nil, fmt.Errorf("expected a JSON object, got %.60q", object)
	}
	all := map[string]json.RawMessage{}
	for d.More() {
		t, _ := d.Token()
		name := t.(string)
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("expected each name once, got %q twice", name)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		all[name] = value
	}
	return all, nil
}

func parseMetadata(raw []byte) (map[string]string, error) {
	entries, err := members(raw)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for name, raw := range entries {
		var s *string
		if err := json.Unmarshal(raw, &s); err != nil || s == nil {
			return nil, fmt.Errorf("expected a string for %q, got %.40s", name, raw)
		}
		all[name] = *s
	}
	return all, nil
}

// span is where an array's numbers are, in bytes behind the header.
type span struct {
	name     string
	from, to int64
}

// parseArray reads the entry of an array, whose numbers lie in so many bytes.
func parseArray(raw []byte, room int64) (a Array, s span, err error) {
	entry, err := members(raw)
	if err != nil {
		return a, s, err
	}
	var shape, offsets []int64
	for _, field := range []struct {
		name string
		to   any
	}{{"dtype", &a.DType}, {"shape", &shape}, {"data_offsets", &offsets}} {
		if value := entry[field.name]; value == nil || json.Unmarshal(value, field.to) != nil {
			return a, s, fmt.Errorf("expected %s, got %.200s", field.name, raw)
		}
	}
	width, known := bits[a.DType]
	if !known {
		return a, s, fmt.Errorf("expected a type of numbers that the format has, as F32, got %q", a.DType)
	}
	if shape == nil || len(offsets) != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > room {
		return a, s, fmt.Errorf("expected where its numbers begin and end in %d bytes, got %v", room, offsets)
	}
	s.from, s.to = offsets[0], offsets[1]
	size := int64(1)
	if slices.Contains(shape, 0) {
		size = 0
	}
	for _, axis := range shape {
		if axis < 0 || axis > 0 && size > 8*room/axis || axis > math.MaxInt32 {
			return a, s, fmt.Errorf("expected a shape that fits in %d bytes, got %v", room, shape)
		}
		a.Shape = append(a.Shape, int(axis))
		size *= axis
	}
	if size*int64(width) != 8*(s.to-s.from) {
		return a, s, fmt.Errorf("expected the bytes of %v numbers of type %s, got bytes %d to %d", shape, a.DType, s.from, s.to)
	}
	return a, s, nil
}

// covered tells whether the arrays lie one behind the other and fill so many bytes.
func covered(ranges []span, size int64) error {
	slices.SortFunc(ranges, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	at := int64(0)
	for _, s := range ranges {
		if s.from < at {
			return fmt.Errorf("array %q: expected its numbers behind byte %d, where another array ends, got byte %d", s.name, at, s.from)
		} else if s.from > at {
			return fmt.Errorf("array %q: expected its numbers at byte %d, where another array ends, got byte %d: a hole", s.name, at, s.from)
		}
		at = s.to
	}
	if at != size {
		return fmt.Errorf("expected the file to end with its arrays' %d bytes, got %d bytes", at, size)
	}
	return nil
}
