package datasets

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// ImageOption is what [ImageFolder] can be told: [ImageSize], [Grayscale],
// [CropToAspectRatio], [ClassNames].
type ImageOption interface{ applyImage(*imageFolder) }

type imageSize struct{ height, width int }

// ImageSize is the size that every picture is brought to, in pixels. Without it
// that is 256×256, as in Keras.
func ImageSize(height, width int) ImageOption { return imageSize{height, width} }

func (s imageSize) applyImage(f *imageFolder) { f.height, f.width = s.height, s.width }

// Grayscale makes pictures of one channel, 0.299·red + 0.587·green + 0.114·blue (ITU-R BT.601),
// instead of three.
type Grayscale bool

func (g Grayscale) applyImage(f *imageFolder) { f.gray = bool(g) }

// CropToAspectRatio cuts off what a picture is too wide or too high for, instead
// of squeezing it.
type CropToAspectRatio bool

func (c CropToAspectRatio) applyImage(f *imageFolder) { f.crop = bool(c) }

type classNames []string

// ClassNames are the classes, in the order in which they are numbered, instead of those of
// the folders that there are: each is the name of a folder, and one without pictures keeps its
// number. Ten digits of which a student has photographed some are
// ClassNames("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"). Keras calls it class_names.
func ClassNames(names ...string) ImageOption { return classNames(names) }

func (c classNames) applyImage(f *imageFolder) { f.names = c }

// imageFolder is a recipe: a folder and how its pictures are brought to one size.
type imageFolder struct {
	dir           string
	height, width int
	gray, crop    bool
	names         []string // of the classes; none for those of the folders
}

// ImageFolder is a student's own pictures: each folder in dir is a class, named and
// numbered in the order of the alphabet unless [ClassNames] says otherwise, and the PNG and JPEG files in it, at any depth,
// are its examples. Examples are [height width 3], or [height width 1] with [Grayscale],
// from 0 (black) to 1 (white), turned upright where a camera's file says how it was held,
// and brought to one size by Catmull and Rom's cubic. Transparent parts are black. Keras
// calls this image_dataset_from_directory; shuffle and split by [Set.Shuffle] and
// [Set.StratifiedSplit]. Files whose names begin with a dot and files of other endings are
// passed over; a picture that cannot be read is told by [Set.Open].
func ImageFolder(dir string, options ...ImageOption) *Set {
	f := &imageFolder{dir: dir, height: 256, width: 256}
	if err := checkOptions("ImageFolder", options); err != nil {
		return failed(err)
	}
	for _, o := range options {
		o.applyImage(f)
	}
	_, paths, _, _ := f.list() // what is wrong is told when the set is opened
	return (&Set{prepare: f.open}).by(ImageFolder, dir, f.height, f.width, f.gray, f.crop, f.names).from(paths...)
}

func (f *imageFolder) shape() tensor.Shape {
	if f.gray {
		return tensor.Shape{f.height, f.width, 1}
	}
	return tensor.Shape{f.height, f.width, 3}
}

func (f *imageFolder) open() (view, error) {
	if f.height < 1 || f.width < 1 {
		return view{}, &Error{Where: "ImageFolder: ImageSize", Expected: "a height and a width of 1 pixel or more", Got: fmt.Sprintf("%d×%d", f.height, f.width),
			Mend: "write datasets.ImageSize(64, 64)"}
	}
	names, paths, labels, err := f.list()
	if err != nil {
		return view{}, err
	}
	shape := f.shape()
	e := &labelledImages{images: newImages(shape.Size(), make([]byte, len(paths)*shape.Size()), nil), labels: labels}
	if err := f.readAll(paths, e.pixels); err != nil {
		return view{}, err
	}
	return view{from: e, rows: allRows(len(paths)), shape: shape, classes: len(names), names: names, targets: 1}, nil
}

// labelledImages are images of any number of classes.
type labelledImages struct {
	*images
	labels []int
}

func (e *labelledImages) target(row int, y []float32) { y[0] = float32(e.labels[row]) }

// list finds the classes and the pictures of each.
func (f *imageFolder) list() (names, paths []string, labels []int, err error) {
	fail := func(expected, got string) ([]string, []string, []int, error) {
		return nil, nil, nil, &Error{Where: "ImageFolder " + f.dir, Expected: expected, Got: got,
			Mend: "put the pictures of each class in a folder of its own: " + filepath.Join(f.dir, "gato", "1.jpg") + ", " + filepath.Join(f.dir, "cão", "1.jpg")}
	}
	entries, err := os.ReadDir(f.dir) // in the order of the alphabet
	if err != nil {
		return fail("a folder of folders", err.Error())
	}
	var folders []string
	for _, e := range entries {
		// A class may be a link to a folder elsewhere.
		if info, err := os.Stat(filepath.Join(f.dir, e.Name())); err == nil && info.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			folders = append(folders, e.Name())
		}
	}
	classes := folders
	if len(f.names) > 0 {
		if err := f.checkNames(folders); err != nil {
			return nil, nil, nil, err
		}
		classes = f.names
	}
	for _, name := range classes {
		if !slices.Contains(folders, name) {
			names = append(names, name)
			continue
		}
		class := filepath.Join(f.dir, name)
		before := len(paths)
		// Unlike filepath.WalkDir this goes through a link that is the class itself.
		if err := fs.WalkDir(os.DirFS(class), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if !d.IsDir() && !strings.HasPrefix(d.Name(), ".") && decoderOf(path) != nil {
				paths, labels = append(paths, filepath.Join(class, filepath.FromSlash(path))), append(labels, len(names))
			}
			return nil
		}); err != nil {
			return fail("folders that can be read", class+": "+err.Error())
		}
		if len(paths) == before && len(f.names) == 0 {
			return fail("pictures (.png, .jpg, .jpeg) in each folder", "none in "+class)
		}
		names = append(names, name)
	}
	if len(folders) == 0 {
		return fail("a folder for each class", "no folder in it")
	}
	if len(paths) == 0 {
		return fail("pictures (.png, .jpg, .jpeg) in the folders", "none in any")
	}
	return names, paths, labels, nil
}

// checkNames tells what is wrong with the names of the classes, where these are the folders.
func (f *imageFolder) checkNames(folders []string) error {
	for i, name := range f.names {
		if name == "" || name != filepath.Base(name) || slices.Contains(f.names[:i], name) {
			return &Error{Where: "ImageFolder " + f.dir + ": ClassNames", Expected: "the name of a folder for each class, each once", Got: fmt.Sprintf("%q", name),
				Mend: "write datasets.ClassNames(\"gato\", \"cão\")"}
		}
	}
	for _, folder := range folders {
		if !slices.Contains(f.names, folder) {
			return &Error{Where: "ImageFolder " + f.dir, Expected: "folders with the names of the classes, " + strings.Join(f.names, ", "), Got: folder,
				Mend: "rename the folder " + folder + ", take it away, or write its name in datasets.ClassNames"}
		}
	}
	return nil
}

type decoder func(r *bufio.Reader) (image.Image, error)

// decoderOf is the decoder that a file's name asks for, or nil.
func decoderOf(path string) decoder {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png":
		return func(r *bufio.Reader) (image.Image, error) { return png.Decode(r) }
	case ".jpg", ".jpeg":
		return decodeUpright
	}
	return nil
}

// decodeUpright decodes a JPEG file and turns it as the camera's note says.
func decodeUpright(r *bufio.Reader) (image.Image, error) {
	o := orientation(r)
	m, err := jpeg.Decode(r)
	if err != nil {
		return nil, err
	}
	return upright(m, o), nil
}

// readAll reads each picture to its place in pixels, on all cores.
func (f *imageFolder) readAll(paths []string, pixels []byte) error {
	size := f.shape().Size()
	failed := make([]error, len(paths))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(paths); i = int(next.Add(1)) - 1 {
				failed[i] = f.read(paths[i], pixels[i*size:(i+1)*size])
			}
		})
	}
	wg.Wait()
	return errors.Join(first10(failed)...)
}

// first10 are the first ten errors there are: a class whose camera writes another
// format has hundreds.
func first10(all []error) []error {
	all = slices.DeleteFunc(slices.Clone(all), func(err error) bool { return err == nil })
	return all[:min(10, len(all))]
}

// LoadImage reads the picture in a PNG or JPEG file, turned upright where a camera's file
// says how it was held. A phone stores what its sensor saw and notes beside it how it was
// held; image.Decode passes the note over, and the picture lies on its side. Turning copies
// the picture once. Keras calls this load_img.
func LoadImage(path string) (image.Image, error) {
	decode := decoderOf(path)
	if decode == nil {
		return nil, &Error{Where: path, Expected: "a file whose name ends in .png, .jpg or .jpeg", Got: cmp.Or(filepath.Ext(path), "no ending"),
			Mend: "save it as PNG or JPEG, under such a name"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, &Error{Where: path, Err: err}
	}
	defer file.Close()
	m, err := decode(bufio.NewReaderSize(file, mostOfHead))
	if err == nil && m.Bounds().Empty() {
		err = errors.New("a picture without pixels")
	}
	if err != nil {
		return nil, &Error{Where: path, Expected: "a PNG or JPEG picture", Got: err.Error(), Mend: "save it anew as PNG or JPEG, or delete it"}
	}
	return m, nil
}

func (f *imageFolder) read(path string, pixels []byte) error {
	m, err := LoadImage(path)
	if err == nil {
		f.scale(m, pixels)
	}
	return err
}
