package safetensors

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/ref"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// file is a file with this header, and so many bytes of numbers.
func file(header string, numbers int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, numbers)...)
}

// forbidden is what the format forbids, and a part of what is said of it.
var forbidden = []struct {
	name string
	file []byte
	says string
}{
	{"nothing", nil, "expected 8 bytes with the header's length, got 0 bytes"},
	{"a length that is not there", file(`{}`, 0)[:9], "the header claims 2 bytes, 1 are there"},
	{"an endless length", slices.Repeat([]byte{255}, 8), "the header claims 18446744073709551615 bytes, 0 are there"},
	{"no JSON", file(`{"a":`, 0), `expected JSON in UTF-8, got "{\"a\":"`},
	{"blanks before the header", file(` {}`, 0), `expected the header to begin with {, got " {}"`},
	{"no object", file(`[]`, 0), `expected the header to begin with {, got "[]"`},
	{"two objects", file(`{}{}`, 0), "expected JSON in UTF-8"},
	{"no UTF-8", file("{\"\xff\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0), "expected JSON in UTF-8"},
	{"a name twice", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), `expected each name once, got "a" twice`},
	{"a field twice", file(`{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), `array "a": expected each name once, got "dtype" twice`},
	{"metadata twice", file(`{"__metadata__":{},"__metadata__":{}}`, 0), `"__metadata__" twice`},
	{"metadata that are numbers", file(`{"__metadata__":{"epoch":3}}`, 0), `the metadata: expected a string for "epoch", got 3`},
	{"metadata that are nothing", file(`{"__metadata__":{"epoch":null}}`, 0), `expected a string for "epoch", got null`},
	{"a field in capitals", file(`{"a":{"DTYPE":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), `array "a": expected dtype, got {`},
	{"no shape", file(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4), `array "a": expected shape, got {`},
	{"a shape that is nothing", file(`{"a":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}`, 4), `array "a": expected`},
	{"one offset", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}`, 4), "expected where its numbers begin and end in 4 bytes, got [4]"},
	{"three offsets", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}`, 4), "got [0 4 4]"},
	{"offsets backwards", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4), "got [4 0]"},
	{"an offset below 0", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, 4), "got [-4 0]"},
	{"an offset behind the end", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}`, 4), "in 4 bytes, got [0 8]"},
	{"too few bytes", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 4), "expected the bytes of [2] numbers of type F32, got bytes 0 to 4"},
	{"too many bytes", file(`{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}}`, 4), "expected the bytes of [1] numbers of type F16"},
	{"half a byte", file(`{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}`, 1), "numbers of type F4"},
	{"an unknown type", file(`{"a":{"dtype":"F128","shape":[1],"data_offsets":[0,16]}}`, 16), `as F32, got "F128"`},
	{"an axis below 0", file(`{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}`, 4), "expected a shape that fits in 4 bytes, got [-1 -1]"},
	{"a shape that overflows", file(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0), "expected a shape that fits in 0 bytes"},
	{"an overlap", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8),
		`array "b": expected its numbers behind byte 8, where another array ends, got byte 4`},
	{"the same bytes twice", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), "behind byte 4"},
	{"a hole", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}`, 12),
		`array "b": expected its numbers at byte 4, where another array ends, got byte 8: a hole`},
	{"a hole in front", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), "at byte 0"},
	{"bytes behind", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 5), "expected the file to end with its arrays' 4 bytes, got 5 bytes"},
}

// allowed is what the format allows and a reader may forget.
var allowed = []struct {
	name   string
	file   []byte
	arrays int
}{
	{"no array", file(`{}`, 0), 0},
	{"blanks behind the header", file("{ }\n  ", 0), 0},
	{"a single number", file(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}`, 4), 1},
	{"arrays of nothing in between", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"I8","shape":[70000000,0],"data_offsets":[4,4]},"c":{"dtype":"F16","shape":[1],"data_offsets":[4,6]}}`, 6), 3},
	{"a field of the future", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"layout":"dense"}}`, 4), 1},
	{"two numbers in a byte", file(`{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}`, 1), 1},
	{"another order in the header", file(`{"b":{"dtype":"F64","shape":[1],"data_offsets":[4,12]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 12), 2},
}

func parse(b []byte) (*File, error) { return Parse(bytes.NewReader(b), int64(len(b))) }

func TestFormat(t *testing.T) {
	for _, c := range forbidden {
		if _, err := parse(c.file); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.says)
		}
	}
	for _, c := range allowed {
		if f, err := parse(c.file); err != nil || len(f.Arrays) != c.arrays {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// What is no file is said, and no pipe waited for.
func TestNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	for path, want := range map[string]string{
		pipe:                       " is not a safetensors file: expected a regular file, got p",
		dir:                        " is not a safetensors file: expected a regular file, got d",
		filepath.Join(dir, "none"): "no such file",
	} {
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Numbers of each floating-point type, beside what they are: of the standard IEEE 754,
// of bfloat16 the front half of a float32.
func TestConversions(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		dtype string
		bytes []byte
		want  []float32
	}{
		{"F32", []byte{0, 0, 0x80, 0x3f, 0, 0, 0x80, 0xff}, []float32{1, float32(math.Inf(-1))}},
		{"F16", []byte{0, 0x3c, 0xff, 0x7b, 1, 0, 0xff, 0x83, 0, 0x80, 0, 0x7c, 0, 0xfc, 1, 0x7e, 0x55, 0x35},
			[]float32{1, 65504, 0x1p-24, -1023 * 0x1p-24, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), nan, 0.333251953125}},
		{"BF16", []byte{0x80, 0x3f, 0x49, 0x40, 0x80, 0xff}, []float32{1, 3.140625, float32(math.Inf(-1))}},
		{"F64", []byte{0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f, 0, 0, 0, 0, 0, 0, 0xf0, 0xff}, []float32{1, 0.1, float32(math.Inf(-1))}},
	} {
		x := tensor.New(ref.New(), len(c.want))
		f := &File{from: bytes.NewReader(c.bytes)}
		if err := f.Read(Array{DType: c.dtype}, x); err != nil {
			t.Error(err)
		}
		for i, v := range x.Values() {
			if math.Float32bits(v) != math.Float32bits(c.want[i]) && !(v != v && c.want[i] != c.want[i]) {
				t.Errorf("%s, number %d: %v, want %v", c.dtype, i, v, c.want[i])
			}
		}
	}
	x, large := tensor.New(ref.New(), 1), binary.LittleEndian.AppendUint64(nil, math.Float64bits(1e39))
	for a, want := range map[*Array]string{
		{Name: "a", DType: "F64"}: `array "a": expected numbers that float32 can hold, up to 3.4e+38, got 1e+39`,
		{Name: "a", DType: "I64"}: `array "a": expected floating-point numbers, got I64`,
	} {
		if err := (&File{from: bytes.NewReader(large)}).Read(*a, x); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A disk that fails in the middle of an array is an error that names it.
func TestReadErrorNamesTheArray(t *testing.T) {
	x := tensor.New(ref.New(), 1<<17)
	f := &File{from: io.NewSectionReader(strings.NewReader(strings.Repeat("x", 4<<16)), 0, 4<<17)}
	if err := f.Read(Array{Name: "dense/kernel", DType: "F32"}, x); err == nil || !strings.Contains(err.Error(), `"dense/kernel"`) {
		t.Errorf("got %v", err)
	}
}

// written is a file that Write made.
func written(t testing.TB) []byte {
	path := filepath.Join(t.TempDir(), "x.safetensors")
	arrays := []Named{{"a/b", tensor.Of(ref.New(), []float32{1, -2}, 2, 1)}, {"c", tensor.New(ref.New(), 32)}}
	if err := Write(path, 0o600, arrays, map[string]string{"k": "v"}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What Write writes is a file that Parse reads, with metadata or without; it refuses names
// that the format has no place for.
func TestWriteIsRead(t *testing.T) {
	path, x := filepath.Join(t.TempDir(), "x.safetensors"), tensor.Of(ref.New(), []float32{1, -2}, 2)
	for _, metadata := range []map[string]string{nil, {}, {"k": "v"}} {
		if err := Write(path, 0o600, []Named{{"a", x}}, metadata); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if f.Close(); len(f.Arrays) != 1 || !f.Arrays["a"].Shape.Equal(tensor.Shape{2}) || f.Metadata["k"] != metadata["k"] {
			t.Errorf("%v: got %v with %v", metadata, f.Arrays, f.Metadata)
		}
	}
	for _, names := range [][]string{{"a", "a"}, {"__metadata__"}, {"\xff"}} {
		var arrays []Named
		for _, name := range names {
			arrays = append(arrays, Named{name, x})
		}
		if err := Write(path, 0o600, arrays, nil); err == nil || !strings.Contains(err.Error(), "expected names in UTF-8, each once") {
			t.Errorf("%q: got %v", names, err)
		}
	}
}

// Whatever a file holds, what is taken of it lies in it, all arrays fill it, and those
// with numbers of a known kind are read.
func FuzzParse(f *testing.F) {
	good := written(f)
	f.Add(good)
	f.Add(good[:len(good)-1])
	for _, c := range forbidden {
		f.Add(c.file)
	}
	for _, c := range allowed {
		f.Add(c.file)
	}
	b := ref.New()
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parse(data)
		if err != nil {
			return
		}
		filled := 8 * (8 + int(binary.LittleEndian.Uint64(data)))
		for name, a := range s.Arrays {
			filled += a.Shape.Size() * bits[a.DType]
			if !a.Reads() || !a.Shape.Valid() { // an array of nothing, or a single number
				continue
			}
			if err := s.Read(a, tensor.New(b, a.Shape...)); err != nil && !strings.Contains(err.Error(), "float32 can hold") {
				t.Errorf("%q of shape %v: %v", name, a.Shape, err)
			}
		}
		if filled != 8*len(data) {
			t.Errorf("the arrays fill %d bits of %d", filled, 8*len(data))
		}
	})
}
