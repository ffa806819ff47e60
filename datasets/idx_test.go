package datasets

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// packed compresses bytes with gzip.
func packed(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// idx is an IDX file before it is compressed.
func idx(magic uint32, axes []uint32, data ...byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, magic)
	for _, a := range axes {
		b = binary.BigEndian.AppendUint32(b, a)
	}
	return append(b, data...)
}

var (
	pictures = idx(0x803, []uint32{2, 2, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) // two of 2 × 3
	classes  = idx(0x801, []uint32{2}, 3, 0)
)

func TestReadIDX(t *testing.T) {
	shape, data, err := readIDX(content{"x.gz", packed(t, pictures)}, 3)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "shape", shape, []int{2, 2, 3})
	equal(t, "data", data, pictures[16:])
}

func TestReadIDXRefuses(t *testing.T) {
	good := packed(t, pictures)
	flipped := func(i int) []byte {
		b := bytes.Clone(good)
		b[(i+len(b))%len(b)] ^= 0x10
		return b
	}
	for what, c := range map[string]struct {
		data  []byte
		words string
	}{
		"empty":                {nil, "a gzip file; 0 bytes"},
		"a web page":           {[]byte("<!DOCTYPE html>"), "a gzip file; begin with 3c 21 44 4f"},
		"not compressed":       {pictures, "a gzip file; begin with 00 00 08 03"},
		"cut in gzip's header": {good[:5], "a gzip file; 5 bytes"},
		"cut in IDX's header":  {packed(t, pictures[:7]), "an IDX header of 16 bytes; 7 bytes"},
		"another magic number": {packed(t, idx(0xd03, []uint32{2, 2, 3}, 1)), "magic number 00 00 08 03; got 00 00 0d 03"},
		"labels for pictures":  {packed(t, idx(0x801, []uint32{12}, make([]byte, 12)...)), "magic number 00 00 08 03; got 00 00 08 01"},
		"cut in the data":      {good[:len(good)-16], "12 bytes of data for axes [2 2 3]; unexpected EOF"},
		"too little data":      {packed(t, pictures[:20]), "12 bytes of data; got 4 bytes"},
		"too much data":        {packed(t, append(bytes.Clone(pictures), 13)), "the end of the file after 12 bytes; more data"},
		"cut before its sum":   {good[:len(good)-8], "intact gzip data; unexpected EOF"},
		"a flipped data bit":   {packedStoredAndFlipped(t), "intact gzip data; invalid checksum"},
		"a flipped sum":        {flipped(-6), "intact gzip data; invalid checksum"},
		"a flipped length":     {flipped(-1), "intact gzip data; invalid checksum"},
		"garbage behind":       {append(bytes.Clone(good), "garbage"...), "intact gzip data; got"},
		"an empty axis":        {packed(t, idx(0x803, []uint32{0, 2, 3})), "a header that fits; axes [0 2 3]"},
		"a lying header":       {packed(t, idx(0x803, []uint32{60000, 28, 28}, 1)), "a header that fits; axes [60000 28 28]"},
		"an overflowing one":   {packed(t, idx(0x803, []uint32{1 << 31, 1 << 31, 1 << 31}, 1)), "a header that fits; axes"},
	} {
		shape, data, err := readIDX(content{"some/x.gz", c.data}, 3)
		if err == nil || shape != nil || data != nil {
			t.Errorf("%s: got %v, %v, %v, want an error alone", what, shape, data, err)
			continue
		}
		for _, w := range append(strings.Split(c.words, "; "), "some/x.gz: expects ", "got ") {
			if w = strings.Replace(w, "a header", "an IDX header", 1); !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q is not in: %v", what, w, err)
			}
		}
	}
}

// packedStoredAndFlipped has a flipped bit in data that gzip stored as they are.
func packedStoredAndFlipped(t *testing.T) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(pictures)
	z.Close()
	i := bytes.Index(b.Bytes(), []byte{7, 8, 9})
	b.Bytes()[i] ^= 0x40
	return b.Bytes()
}

func TestDecodeIDX(t *testing.T) {
	p := &part{shape: tensor.Shape{2, 3, 1}, classes: 4}
	decode := func(pictures, labels []byte) ([]byte, []byte, error) {
		return decodeIDX(p, []content{{"pictures.gz", packed(t, pictures)}, {"labels.gz", packed(t, labels)}})
	}
	pixels, labels, err := decode(pictures, classes)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "pixels", pixels, pictures[16:])
	equal(t, "labels", labels, []byte{3, 0})

	for what, c := range map[string]struct {
		pictures, labels []byte
		want             string
	}{
		"another size":    {idx(0x803, []uint32{2, 3, 2}, pictures[16:]...), classes, "pictures.gz: expects pictures of [2 3], got [3 2]"},
		"another height":  {idx(0x803, []uint32{1, 4, 3}, pictures[16:]...), classes, "pictures.gz: expects pictures of [2 3], got [4 3]"},
		"too few labels":  {pictures, idx(0x801, []uint32{1}, 3), "labels.gz: expects 2 labels, one for each picture in pictures.gz, got 1"},
		"too many labels": {pictures, idx(0x801, []uint32{3}, 3, 0, 1), "labels.gz: expects 2 labels, one for each picture in pictures.gz, got 3"},
		"a wrong label":   {pictures, idx(0x801, []uint32{2}, 3, 4), "labels.gz: expects labels from 0 to 3, got 4 for picture 1"},
		"bad labels":      {pictures, []byte("no"), "labels.gz: expects an IDX header"},
		"bad pictures":    {idx(0x801, []uint32{8}, 1, 2, 3, 4, 5, 6, 7, 8), classes, "pictures.gz: expects the IDX magic number"},
	} {
		if _, _, err := decode(c.pictures, c.labels); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", what, err, c.want)
		}
	}
}

// FuzzIDX feeds the reader what a file may unpack to (packing it first), and
// what the file may be. What it accepts must be what the header says, byte for
// byte; anything else must be an error that names the file.
func FuzzIDX(f *testing.F) {
	for _, plain := range [][]byte{pictures, classes, pictures[:9], idx(0x803, []uint32{1, 1, 1}, 255), idx(0x801, []uint32{1 << 31}), {}} {
		f.Add(plain, true)
		f.Add(packed(f, plain), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, pack bool) {
		file := data
		if pack {
			file = packed(t, data)
		}
		for axes := 1; axes <= 3; axes += 2 {
			shape, got, err := readIDX(content{"fuzz.gz", file}, axes)
			if err != nil {
				if !strings.HasPrefix(err.Error(), "fuzz.gz: expects ") {
					t.Errorf("the error does not name the file: %v", err)
				}
				continue
			}
			size := 1
			header := idx(0x800+uint32(axes), nil)
			for _, d := range shape {
				size *= d
				header = binary.BigEndian.AppendUint32(header, uint32(d))
			}
			if len(shape) != axes || len(got) != size {
				t.Errorf("axes %v with %d bytes", shape, len(got))
			}
			if pack && !bytes.Equal(append(header, got...), data) {
				t.Errorf("accepted %x as %x %x", data, header, got)
			}
		}
	})
}
