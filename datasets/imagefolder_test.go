package datasets

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

var (
	red  = color.RGBA{255, 0, 0, 255}
	blue = color.RGBA{0, 0, 255, 255}
)

// halvesOf is a picture whose left half is red and whose right half is blue.
func halvesOf(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.Set(x, y, red)
			if x >= width/2 {
				m.Set(x, y, blue)
			}
		}
	}
	return m
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// asJPEG is a JPEG file with a camera's note of how it was held, 0 for none.
func asJPEG(t *testing.T, m image.Image, orientation int, order binary.AppendByteOrder) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	if orientation == 0 {
		return b.Bytes()
	}
	note := []byte("Exif\x00\x00MM\x00\x2a")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		note = []byte("Exif\x00\x00II\x2a\x00")
	}
	note = order.AppendUint32(note, 8) // the first table is behind this header
	note = order.AppendUint16(note, 2)
	for _, e := range []struct{ tag, kind, value uint16 }{{0x0100, 3, 7}, {0x0112, 3, uint16(orientation)}} {
		note = order.AppendUint16(note, e.tag)
		note = order.AppendUint16(note, e.kind)
		note = order.AppendUint32(note, 1)
		note = order.AppendUint16(note, e.value)
		note = order.AppendUint16(note, 0)
	}
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(2+len(note)))
	return slices.Concat(b.Bytes()[:2], segment, note, b.Bytes()[2:])
}

// folder makes the files, which have paths with slashes.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// near tells whether numbers are equal but for what JPEG loses.
func near(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Abs(float64(x-y)) < 0.03 })
}

func TestImageFolder(t *testing.T) {
	m := halvesOf(8, 8)
	dir := folder(t, map[string][]byte{
		"gato/1.png": asPNG(t, m), "gato/mais/2.JPG": asJPEG(t, m, 0, nil), "gato/notas.txt": []byte("x"), "gato/.3.png": []byte("x"),
		"cão/1.jpeg": asJPEG(t, m, 0, nil), ".oculto/1.png": []byte("x"), "leia.txt": []byte("x"),
	})
	s := ImageFolder(dir, ImageSize(2, 4))
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	equal(t, "names", s.ClassNames(), []string{"cão", "gato"})
	equal(t, "labels", s.Labels(), []int{0, 1, 1})
	equal(t, "Shape", s.Shape(), tensor.Shape{2, 4, 3})
	row := []float32{1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1}
	for i := range s.Len() {
		if got := s.Example(i); !near(got[:3], row[:3]) || !near(got[9:12], row[9:]) || !near(got[12:15], row[:3]) || !near(got[21:], row[9:]) {
			t.Errorf("example %d: %v", i, got)
		}
	}
	gray := ImageFolder(dir, ImageSize(8, 8), Grayscale(true))
	equal(t, "Shape", gray.Shape(), tensor.Shape{8, 8, 1})
	x := gray.Example(1) // gato/1.png: 0.299·255 = 76, 0.114·255 = 29
	equal(t, "grey of red and of blue", []float32{x[0], x[7]}, []float32{76. / 255, 29. / 255})
}

// A class may be a link to a folder elsewhere; its pictures are named by the link.
func TestImageFolderOfLinks(t *testing.T) {
	m := halvesOf(4, 4)
	elsewhere := folder(t, map[string][]byte{"1.png": asPNG(t, m), "mais/2.png": asPNG(t, m), "ruim/3.png": []byte("x")})
	dir := folder(t, map[string][]byte{"gato/1.png": asPNG(t, m)})
	if err := os.Symlink(elsewhere, filepath.Join(dir, "cão")); err != nil {
		t.Fatal(err)
	}
	refusedBy(t, ImageFolder(dir, ImageSize(2, 2)), filepath.Join(dir, "cão", "ruim", "3.png")+": expects")
	if err := os.Remove(filepath.Join(elsewhere, "ruim", "3.png")); err != nil {
		t.Fatal(err)
	}
	s := ImageFolder(dir, ImageSize(2, 2))
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	equal(t, "names", s.ClassNames(), []string{"cão", "gato"})
	equal(t, "labels", s.Labels(), []int{0, 0, 1})
}

// Every way of holding the camera shows the same picture. The stored pictures were turned
// by what each number means (CIPA DC-008, 4.6.4: where the stored row 0 and column 0 are
// seen).
func TestOrientation(t *testing.T) {
	seen := image.NewRGBA(image.Rect(0, 0, 16, 16)) // quarters: red, blue / white, black
	for y := range 16 {
		for x := range 16 {
			seen.Set(x, y, []color.Color{red, blue, color.White, color.Black}[2*(y/8)+x/8])
		}
	}
	point := image.Pt
	stored := map[int]func(p image.Point) image.Point{ // where the pixel that is stored at p is seen
		1: func(p image.Point) image.Point { return p },                     // row 0 is the top, column 0 the left side
		2: func(p image.Point) image.Point { return point(15-p.X, p.Y) },    // top, right
		3: func(p image.Point) image.Point { return point(15-p.X, 15-p.Y) }, // bottom, right
		4: func(p image.Point) image.Point { return point(p.X, 15-p.Y) },    // bottom, left
		5: func(p image.Point) image.Point { return point(p.Y, p.X) },       // left, top
		6: func(p image.Point) image.Point { return point(15-p.Y, p.X) },    // right, top
		7: func(p image.Point) image.Point { return point(15-p.Y, 15-p.X) }, // right, bottom
		8: func(p image.Point) image.Point { return point(p.Y, 15-p.X) },    // left, bottom
	}
	for o, at := range stored {
		m := image.NewRGBA(seen.Bounds())
		for y := range 16 {
			for x := range 16 {
				to := at(point(x, y))
				m.Set(x, y, seen.At(to.X, to.Y))
			}
		}
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			s := ImageFolder(folder(t, map[string][]byte{"a/1.jpg": asJPEG(t, m, o, order)}), ImageSize(2, 2))
			if err := s.Open(); err != nil {
				t.Fatal(err)
			}
			got := s.Example(0)
			m, err := LoadImage(filepath.Join(folder(t, map[string][]byte{"1.jpg": asJPEG(t, m, o, order)}), "1.jpg"))
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range []color.Color{red, blue, color.White, color.Black} {
				r, g, b, _ := m.At(4+8*(i%2), 4+8*(i/2)).RGBA()
				wr, wg, wb, _ := want.RGBA()
				if math.Abs(float64(r)-float64(wr))+math.Abs(float64(g)-float64(wg))+math.Abs(float64(b)-float64(wb)) > 0x3000 {
					t.Errorf("orientation %d, %v: quarter %d is %x %x %x", o, order, i, r, g, b)
				}
			}
			for i, want := range []int{0, 5, 6, 9} { // red's red, blue's blue, white's red, black's red
				if v := []float32{1, 1, 1, 0}[i]; math.Abs(float64(got[want]-v)) > 0.2 {
					t.Errorf("orientation %d, %v: %v", o, order, got)
					break
				}
			}
		}
	}
	wide := ImageFolder(folder(t, map[string][]byte{"a/1.jpg": asJPEG(t, halvesOf(16, 8), 6, binary.BigEndian)}), ImageSize(4, 2))
	if got := wide.Example(0); !near(got[:6], []float32{1, 0, 0, 1, 0, 0}) || !near(got[18:], []float32{0, 0, 1, 0, 0, 1}) {
		t.Errorf("a picture taken upright is wrong: %v", got)
	}
}

// The middle of a wide and of a high picture is left when they are cropped.
func TestCrop(t *testing.T) {
	wide := image.NewRGBA(image.Rect(0, 0, 12, 4))
	for x := range 12 {
		for y := range 4 {
			wide.Set(x, y, blue)
			if x >= 4 && x < 8 {
				wide.Set(x, y, red)
			}
		}
	}
	high := image.NewRGBA(image.Rect(0, 0, 4, 12))
	for x := range 12 {
		for y := range 4 {
			high.Set(y, x, wide.At(x, y))
		}
	}
	s := ImageFolder(folder(t, map[string][]byte{"a/1.png": asPNG(t, wide), "a/2.png": asPNG(t, high)}), ImageSize(2, 2), CropToAspectRatio(true))
	for i := range s.Len() {
		if got := s.Example(i); !near(got, slices.Repeat([]float32{1, 0, 0}, 4)) {
			t.Errorf("example %d: %v", i, got)
		}
	}
}

func TestImageFolderRefuses(t *testing.T) {
	good := asPNG(t, halvesOf(4, 4))
	for name, c := range map[string]struct {
		files map[string][]byte
		words []string
	}{
		"no folders":       {map[string][]byte{"1.png": good}, []string{"a folder for each class", "gato"}},
		"a class of texts": {map[string][]byte{"a/1.png": good, "b/1.txt": nil}, []string{"pictures (.png, .jpg, .jpeg) in each folder", "none in"}},
		"damaged":          {map[string][]byte{"a/1.png": good, "a/2.png": good[:40]}, []string{"2.png", "a PNG or JPEG picture", "save it anew"}},
		"another format":   {map[string][]byte{"a/1.jpg": good}, []string{"1.jpg", "a PNG or JPEG picture"}},
		"empty":            {map[string][]byte{"a/1.jpg": nil}, []string{"1.jpg"}},
	} {
		t.Run(name, func(t *testing.T) { refusedBy(t, ImageFolder(folder(t, c.files)), c.words...) })
	}
	refusedBy(t, ImageFolder(filepath.Join(t.TempDir(), "nowhere")), "a folder of folders")
	refusedBy(t, ImageFolder("x", ImageSize(0, 3)), "1 pixel or more", "0×3")
}

// refusedBy is refused for an error that joins several.
func refusedBy(t *testing.T, s *Set, words ...string) {
	t.Helper()
	err := s.Open()
	if err == nil {
		t.Fatal("opened")
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is not in: %v", w, err)
		}
	}
}

// The note is found behind what else a camera puts in front of it, and one that is cut or
// says nothing turns nothing.
func TestOrientationNotes(t *testing.T) {
	file := asJPEG(t, halvesOf(16, 8), 6, binary.BigEndian)
	segment := func(kind byte, length int) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{0xff, kind}, uint16(2+length)), make([]byte, length)...)
	}
	for name, c := range map[string]struct {
		file []byte
		want int
	}{
		"alone":                   {file, 6},
		"behind JFIF":             {slices.Concat(file[:2], segment(0xe0, 14), file[2:]), 6},
		"behind a long segment":   {slices.Concat(file[:2], segment(0xe2, 40000), file[2:]), 6},
		"behind what fills up":    {slices.Concat(file[:2], []byte{0xff, 0xff}, file[2:]), 6},
		"cut in its table":        {file[:2+4+6+8+2+5], 1},
		"cut in its header":       {file[:2+4+6+3], 1},
		"of a number of no sense": {asJPEG(t, halvesOf(16, 8), 9, binary.LittleEndian), 1},
		"none":                    {asJPEG(t, halvesOf(16, 8), 0, nil), 1},
		"no JPEG":                 {[]byte("GIF89a"), 1},
	} {
		if got := orientation(bufio.NewReaderSize(bytes.NewReader(c.file), mostOfHead)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestLoadImageRefuses(t *testing.T) {
	dir := folder(t, map[string][]byte{"a.gif": []byte("GIF89a"), "b.png": []byte("no picture"), "c": nil})
	for name, want := range map[string]string{"a.gif": "expects a file whose name ends in .png, .jpg or .jpeg, got .gif; save it as PNG or JPEG", "c": "got no ending",
		"b.png": "expects a PNG or JPEG picture", "none.jpg": "no such file"} {
		if _, err := LoadImage(filepath.Join(dir, name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// Named classes keep their numbers, whatever folders there are.
func TestNamedFolders(t *testing.T) {
	m := asPNG(t, halvesOf(4, 4))
	dir := folder(t, map[string][]byte{"0/a.png": m, "9/a.png": m, "3/b.png": m, "5/text.txt": nil, ".oculta/a.png": m})
	digits := ImageFolder(dir, ImageSize(4, 4), ClassNames("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"))
	if err := digits.Open(); err != nil {
		t.Fatal(err)
	}
	if got := digits.Labels(); !slices.Equal(got, []int{0, 3, 9}) || digits.Classes() != 10 || digits.ClassNames()[9] != "9" {
		t.Errorf("labels %v, %d classes %v", got, digits.Classes(), digits.ClassNames())
	}
	refusedBy(t, ImageFolder(dir, ImageSize(4, 4), ClassNames("0", "3", "5")), "folders with the names of the classes, 0, 3, 5", "got 9", "rename the folder 9")
	refusedBy(t, ImageFolder(dir, ClassNames("0", "0")), "each once", `got "0"`)
	refusedBy(t, ImageFolder(dir, ClassNames("../x")), "the name of a folder")
	refusedBy(t, ImageFolder(folder(t, map[string][]byte{"1/a.txt": nil}), ClassNames("1")), "none in any")
	refusedBy(t, ImageFolder(dir, ClassNames()), "in each folder", "none in")
}
