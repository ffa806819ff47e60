package datasets_test

import (
	"fmt"
	"image"
	_ "image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
)

func ExamplePhotographs() {
	photos := datasets.Photographs()
	fmt.Println(photos, photos.ClassNames())
	// Output: 3 examples [96 96 3] · 3 classes [gato café foguete]
}

// The photographs are what the files hold, and of the colours that one sees there: the sky
// behind the rocket is blue, the saucer below the cup is red.
func TestPhotographs(t *testing.T) {
	photos := datasets.Photographs()
	if err := photos.Open(); err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("photographs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("photographs/*.jpg")
	if err != nil || len(files) != photos.Len() {
		t.Fatal(files, err)
	}
	for _, path := range files {
		if !strings.Contains(string(readme), "`"+filepath.Base(path)+"`") {
			t.Errorf("nothing says where %s is from", path)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		m, _, err := image.Decode(f)
		if err != nil {
			t.Fatal(path, err)
		}
		if m.Bounds() != image.Rect(0, 0, 96, 96) {
			t.Errorf("%s is %v", path, m.Bounds())
		}
	}
	pixel := func(i, row, column int) []float32 { return photos.Example(i)[3*(96*row+column):][:3] }
	if sky := pixel(2, 30, 30); slices.Max(sky) != sky[2] {
		t.Errorf("the sky is %v", sky)
	}
	if saucer := pixel(1, 70, 15); slices.Max(saucer) != saucer[0] || saucer[0] < 2*saucer[2] {
		t.Errorf("the saucer is %v", saucer)
	}
	for i := range photos.Len() {
		if x := photos.Example(i); slices.Min(x) < 0 || slices.Max(x) > 1 || slices.Max(x) < 0.8 || photos.Label(i) != i {
			t.Errorf("photograph %d, of class %d, goes from %v to %v", i, photos.Label(i), slices.Min(x), slices.Max(x))
		}
	}
}
