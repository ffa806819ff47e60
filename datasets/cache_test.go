package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// tiny is a part of two pictures [2 3 1], published in dir/tiny. Its cache is a
// new folder.
func tiny(t *testing.T, dir string) *part {
	t.Helper()
	files := map[string][]byte{"pictures.gz": packed(t, pictures), "labels.gz": packed(t, classes)}
	p := &part{source: &Source{Name: "tiny"}, name: "train", files: []string{"pictures.gz", "labels.gz"},
		shape: tensor.Shape{2, 3, 1}, classes: 4, decode: decodeIDX}
	for _, name := range p.files {
		write(t, filepath.Join(dir, "tiny", name), files[name])
		p.source.Files = append(p.source.Files, File{name, int64(len(files[name])), fmt.Sprintf("%x", sha256.Sum256(files[name]))})
	}
	t.Setenv("NNLAB_CACHE", filepath.Join(t.TempDir(), "cache"))
	t.Setenv("NNLAB_DATA", dir)
	return p
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// again is p as the next program finds it; decoded counts how often it decodes.
func again(p *part, decoded *int) *part {
	q := p.copyFor(p.source)
	q.decode = func(p *part, files []content) ([]byte, []byte, error) {
		*decoded++
		return decodeIDX(p, files)
	}
	return q
}

// holds checks that the part opens and holds the two pictures.
func holds(t *testing.T, p *part) {
	t.Helper()
	s := p.set()
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	equal(t, "labels", s.Labels(), []int{3, 0})
	equal(t, "example 1", s.Example(1), []float32{7. / 255, 8. / 255, 9. / 255, 10. / 255, 11. / 255, 12. / 255})
}

func TestDecodedOnce(t *testing.T) {
	p := tiny(t, t.TempDir())
	n := 0
	for range 3 {
		holds(t, again(p, &n))
	}
	equal(t, "times decoded", n, 1)
}

// Whatever happens to the decoded copy, the next program gets the right
// examples and leaves a copy that the one after it can use.
func TestDamagedCopyIsRebuilt(t *testing.T) {
	p := tiny(t, t.TempDir())
	n := 0
	holds(t, again(p, &n))
	path := p.cachePath()
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damage := map[string][]byte{
		"empty": {}, "cut in the header": good[:20], "cut behind the header": good[:binary.Size(cacheHeader{})],
		"cut by a byte": good[:len(good)-1], "a byte too long": append(bytes.Clone(good), 0), "foreign": []byte(strings.Repeat("x", len(good))),
	}
	for i := range good {
		b := bytes.Clone(good)
		b[i] ^= 1 << (i % 8)
		damage[fmt.Sprintf("a flipped bit in byte %d", i)] = b
	}
	for what, b := range damage {
		n = 0
		write(t, path, b)
		holds(t, again(p, &n))
		holds(t, again(p, &n))
		if n != 1 {
			t.Errorf("%s: decoded %d times, want 1", what, n)
		}
	}
	n = 0
	os.Remove(path)
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	holds(t, again(p, &n))
	equal(t, "a folder in its place: times decoded", n, 1)
}

// The decoded copy stands in for files that are gone, but does not hide that
// those which are there are not the published ones.
func TestCopyAndFiles(t *testing.T) {
	dir := t.TempDir()
	p := tiny(t, dir)
	n := 0
	holds(t, again(p, &n))
	file := filepath.Join(dir, "tiny", "pictures.gz")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	os.Remove(file)
	holds(t, again(p, &n))
	equal(t, "times decoded", n, 1)

	write(t, file, good[:len(good)/2])
	refused(t, again(p, &n).set(), file, "expects")
	foreign := packed(t, bytes.Replace(pictures, []byte{5}, []byte{6}, 1))
	write(t, file, foreign)
	refused(t, again(p, &n).set(), file, p.source.Files[0].SHA256, fmt.Sprintf("got %d bytes with SHA-256 %x", len(foreign), sha256.Sum256(foreign)))

	write(t, file, good)
	n = 0
	holds(t, again(p, &n))
	equal(t, "times decoded after the file came back", n, 0)

	// Another edition of the data set does not take the copy of this one, with or
	// without its files.
	p.source.Files[0].SHA256 = fmt.Sprintf("%x", sha256.Sum256(foreign))
	p.source.Files[0].Size = int64(len(foreign))
	os.Remove(file)
	refused(t, again(p, &n).set(), "tiny: expects pictures.gz, labels.gz")
	write(t, file, foreign)
	s := again(p, &n).set()
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	equal(t, "a pixel of the other edition", s.Example(0)[4], float32(6)/255)
}

// A copy beside the published files serves all users, who then leave none of their own;
// damaged, it is as if it were not there. What lies in the working folder is no copy.
func TestSharedCopy(t *testing.T) {
	dir := t.TempDir()
	p := tiny(t, dir)
	n := 0
	holds(t, again(p, &n))
	own := p.cachePath()
	good, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	shared := p.copyIn(filepath.Join(dir, "tiny"))
	for _, c := range []struct {
		what    string
		copied  []byte
		decoded int
	}{{"intact", good, 0}, {"damaged", good[:len(good)-1], 1}} {
		n = 0
		os.Remove(own)
		write(t, shared, c.copied)
		holds(t, again(p, &n))
		holds(t, again(p, &n))
		_, err := os.Stat(own)
		if n != c.decoded || (err == nil) != (c.decoded > 0) {
			t.Errorf("%s: decoded %d times, want %d; of his own the user has %v", c.what, n, c.decoded, err)
		}
	}

	t.Chdir(t.TempDir())
	t.Setenv("NNLAB_DATA", "")
	os.Remove(own)
	write(t, p.copyIn("."), good)
	if err := again(p, &n).set().Open(); err == nil {
		t.Error("a file in the working folder was taken for the data")
	}
}

// Where nothing can be written the examples stay in memory. (A file where a
// folder should be stops root, too.)
func TestUnwritableCache(t *testing.T) {
	p := tiny(t, t.TempDir())
	blocked := filepath.Join(t.TempDir(), "file")
	write(t, blocked, nil)
	n := 0
	for _, dir := range []string{blocked, filepath.Join(blocked, "below")} {
		t.Setenv("NNLAB_CACHE", dir)
		holds(t, again(p, &n))
	}
	t.Setenv("NNLAB_CACHE", "")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "") // no user's cache at all
	holds(t, again(p, &n))
	equal(t, "times decoded", n, 3)
}

// What a killed program left of a copy is gone when the next has written it; what it left
// of another stays.
func TestSweep(t *testing.T) {
	p := tiny(t, t.TempDir())
	path := p.cachePath()
	left, other := whole.Part(path), whole.Part(path+"2")
	for _, f := range []string{left, other} {
		write(t, f, nil)
	}
	holds(t, p)
	for f, want := range map[string]bool{path: true, left: false, other: true} {
		if _, err := os.Stat(f); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", f, err == nil, want)
		}
	}
}

// Programs that open MNIST at the same time, each removing the decoded copy
// while others write and map it, all get the right examples, and what stays is
// one copy.
func TestManyPrograms(t *testing.T) {
	cache := t.TempDir()
	const rounds = 3
	var programs []*exec.Cmd
	var outputs [3]bytes.Buffer
	for i := range outputs {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), "NNLAB_CACHE="+cache, fmt.Sprint("DATASETS_TEST_ROUNDS=", rounds))
		c.Stdout, c.Stderr = &outputs[i], &outputs[i]
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		programs = append(programs, c)
	}
	want := strings.Repeat("e4ca5f57 ee8604d9\n", rounds) // as in TestMNIST
	for i, c := range programs {
		if err := c.Wait(); err != nil || outputs[i].String() != want {
			t.Errorf("program %d: %v, %q, want %q", i, err, outputs[i].String(), want)
		}
	}
	t.Setenv("NNLAB_CACHE", cache)
	files := mnist.pick(mnistTest.files)
	c, err := openCache(mnistTest.cachePath(), cacheKey(files))
	if err != nil {
		t.Fatal(err)
	}
	c.close()
	left, _ := filepath.Glob(filepath.Join(cache, "mnist", "*"))
	hidden, _ := filepath.Glob(filepath.Join(cache, "mnist", ".*"))
	equal(t, "what is left", append(left, hidden...), []string{mnistTest.cachePath()})
}
