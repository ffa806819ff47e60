package datasets_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/mends"
)

// Each mend of the package is followed once, and works.
func TestMends(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	table := func(name, text string, o ...datasets.CSVOption) func() error {
		return datasets.CSV(write(name, text), o...).Open
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	write("pictures/gato/1.png", picture.String())
	write("pictures/cão/1.png", picture.String())
	write("text/gato/1.png", "no picture")
	write("flat/1.png", picture.String())
	pictures := func(name string, o ...datasets.ImageOption) func() error {
		return datasets.ImageFolder(filepath.Join(dir, name), append(o, datasets.ImageSize(64, 64))...).Open
	}
	x := [][]float32{{1, 2}, {3, 4}, {5, 6}}
	labels := []int{0, 1, 0}
	set, numbers := datasets.FromSlices(x, labels), datasets.FromTargets(x, x)
	part := func(s *datasets.Set, _ *datasets.Set) func() error { return s.Open }
	verify := func(text string) func() error {
		f := datasets.File{Name: "a", Size: 9, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte("published")))}
		return func() error { return f.Verify(write("a", text)) }
	}
	mnist, err := datasets.Lookup("mnist")
	if err != nil {
		t.Fatal(err)
	}
	cache := func(dir string) func() error {
		return func() error {
			t.Setenv("NNLAB_CACHE", dir)
			t.Setenv("HOME", "")
			t.Setenv("XDG_CACHE_HOME", "")
			return mends.Failed(mnist.CacheDir())
		}
	}
	folders := "put the pictures of each class in a folder of its own: " + filepath.Join(dir, "flat", "gato", "1.jpg") + ", " + filepath.Join(dir, "flat", "cão", "1.jpg")
	const iris = "a,b,species\n1,2,x\n3,4,y\n"
	species := datasets.Label("species")
	mends.Check(t, []mends.Row{
		mends.Of("write datasets.Lookup(\"mnist\")", func() error { return mends.Failed(datasets.Lookup("mnits")) }, func() error { return mends.Failed(datasets.Lookup("mnist")) }),
		mends.Of("set NNLAB_CACHE to a folder", cache(""), cache(dir)),
		mends.Of("put the published file there, or delete this one", verify("another"), verify("published")),
		mends.Of("give each example its own", datasets.FromSlices(x, labels[:2]).Open, set.Open),
		mends.Of("write the numbers of every example", datasets.FromSlices([][]float32{{}}, []int{0}).Open, set.Open),
		mends.Of("bring all rows to one length", datasets.FromTargets(x, [][]float32{{1}, {2, 3}, {4}}).Open, datasets.FromTargets(x, [][]float32{{1}, {2}, {4}}).Open),
		mends.Of("number the classes 0, 1, 2, …", datasets.FromSlices(x, []int{-1, 1, 2}).Open, datasets.FromSlices(x, []int{0, 1, 2}).Open),
		mends.Of("write Take(3) for all of them", set.Take(4).Open, set.Take(3).Open),
		mends.Of("write 1 for halves", part(set.Split(3)), part(set.Split(1))),
		mends.Of("write 1 for halves", part(set.StratifiedSplit(0, 1)), part(set.StratifiedSplit(1, 1))),
		mends.Of("add examples, or take the set as it is", part(set.Take(1).Split(1)), part(set.Split(1)), set.Take(1).Open),
		mends.Of("give it some before: train, test := datasets.MNIST()", (*datasets.Set)(nil).Open, set.Open),
		mends.Of("leave it out", table("iris.csv", iris, species, nil), table("iris.csv", iris, species)),
		mends.Of("leave it out", numbers.OneHot().Open, numbers.Open),
		mends.Of("leave it out", numbers.WithClasses(3).Open, numbers.Open),
		mends.Of("leave it out", numbers.WithClassNames("a").Open, numbers.Open),
		mends.Of("leave it out", numbers.Shift(1, 1).Open, numbers.Open),
		mends.Of("leave it out", numbers.Enlarge(9, 9).Open, numbers.Open),
		mends.Of("write Reshape(960), or the height, the width and 1, whose product that is", datasets.PunchCards(1, 1).Reshape(3, 4).Open, datasets.PunchCards(1, 1).Reshape(960).Open, datasets.PunchCards(1, 1).Reshape(80, 12, 1).Open),
		mends.Of("write Enlarge(12, 80)", datasets.PunchCards(1, 1).Enlarge(3, 4).Open, datasets.PunchCards(1, 1).Enlarge(12, 80).Open),
		mends.Of("write Shuffle(1).Split(n)", part(numbers.StratifiedSplit(1, 1)), part(numbers.Shuffle(1).Split(1))),
		mends.Of("write WithClasses(2), or leave the examples of the others out", set.WithClasses(1).Open, set.WithClasses(2).Open, set.Take(1).WithClasses(2).Open),
		mends.Of("name the classes 0 to 1 in their order", set.WithClassNames("a").Open, set.WithClassNames("a", "b").Open),
		mends.Of("write Batches(32)", func() error { return mends.Panicked(func() { set.Batches(0) }) }, func() error { return mends.Panicked(func() { set.Batches(32) }) }),
		mends.Of("write datasets.Parity(4)", datasets.Parity(0).Open, datasets.Parity(4).Open),
		mends.Of("write datasets.Encoder(8)", datasets.Encoder(1).Open, datasets.Encoder(8).Open),
		mends.Of("write 200 points with noise 0.1", datasets.Moons(200, -1, 1).Open, datasets.Moons(200, 0.1, 1).Open, datasets.Blobs(200, 3, 0.1, 1).Open),
		mends.Of("write datasets.Sine(200, 0.1, 1)", datasets.Sine(0, 0.1, 1).Open, datasets.Sine(200, 0.1, 1).Open),
		mends.Of("write datasets.PunchCards(100, 1)", datasets.PunchCards(0, 1).Open, datasets.PunchCards(100, 1).Open),
		mends.Of("write datasets.ImageSize(64, 64)", datasets.ImageFolder(filepath.Join(dir, "pictures"), datasets.ImageSize(0, 0)).Open, pictures("pictures")),
		mends.Of(folders, pictures("flat"), pictures("pictures")),
		mends.Of("save it anew as PNG or JPEG, or delete it", pictures("text"), pictures("pictures")),
		mends.Of("write datasets.ClassNames(\"gato\", \"cão\")", pictures("pictures", datasets.ClassNames("gato", "gato")), pictures("pictures", datasets.ClassNames("gato", "cão"))),
		mends.Of("rename the folder cão, take it away, or write its name in datasets.ClassNames", pictures("pictures", datasets.ClassNames("gato")), pictures("pictures", datasets.ClassNames("gato", "cão"))),
		mends.Of("save it as PNG or JPEG, under such a name", func() error { return mends.Failed(datasets.LoadImage(filepath.Join(dir, "1.gif"))) },
			func() error { return mends.Failed(datasets.LoadImage(filepath.Join(dir, "flat", "1.png"))) }),
		mends.Of(`write datasets.CSV("iris.csv", datasets.Label("species"))`, table("iris.csv", iris), table("iris.csv", iris, species)),
		mends.Of("a path that begins with no / starts in the notebook's folder", datasets.CSV("iris.csv", species).Open, func() error {
			t.Chdir(dir)
			return datasets.CSV("iris.csv", species).Open()
		}),
		mends.Of("write its name as the first line has it", table("iris.csv", iris, datasets.Label("Species")), table("iris.csv", iris, species)),
		mends.Of("add a column of numbers to compute it from", table("alone.csv", "species\nx\n", species), table("iris.csv", iris, species)),
		mends.Of("columns are separated by ',' here; put a text that holds one in quotation marks", table("comma.csv", "a,species\n1,x,y\n", species), table("quoted.csv", "a,species\n1,\"x,y\"\n", species)),
		mends.Of("save it as CSV (UTF-8) in the spreadsheet", table("quote.csv", "a,species\n1,x\"y\n", species), table("iris.csv", iris, species)),
		mends.Of("write the names of the columns, and an example in each line below", table("short.csv", "a,species\n", species), table("iris.csv", iris, species)),
		mends.Of("give one of them another name", table("twice.csv", "a,a,species\n1,2,x\n", species), table("iris.csv", iris, species)),
		mends.Of(`write the number, delete the line, or leave the column out by datasets.Without("a")`, table("hole.csv", "a,b,species\n,2,x\n3,4,y\n", species),
			table("number.csv", "a,b,species\n1,2,x\n3,4,y\n", species), table("line.csv", "a,b,species\n3,4,y\n", species), table("hole.csv", "a,b,species\n,2,x\n3,4,y\n", species, datasets.Without("a"))),
		mends.Of("write it, or delete the line", table("class.csv", "a,species\n1,x\n2,\n", species), table("written.csv", "a,species\n1,x\n2,y\n", species), table("deleted.csv", "a,species\n1,x\n", species)),
	}, map[string]string{
		"run `go run …/kernel fetch …`, or put the files into a folder … and set NNLAB_DATA to the folder that it is in": "fetch downloads; TestPlaces sets NNLAB_DATA",
		"import _ \"…/datasets/fetch\" in a program that is to download by itself":                                       "TestProgramDownloads has such a program",
		"set NNLAB_KERNEL to the program nnlab-kernel":                                                                   "TestKernelDownloads does, with a program that plays it",
	})
}
