package datasets

import (
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
)

// Digits is a source that is not in the repository: the test half of MNIST under
// another name.
func Digits(mirror string) *Source {
	return &Source{Name: "digits", Mirrors: []string{mirror}, Files: mnist.Files[2:]}
}

// SetOf is the test half of MNIST as a set of its own source.
func SetOf(s *Source) *Set { return mnistTest.copyFor(s).set() }

// copyFor is p as a program that has just started finds it.
func (p *part) copyFor(s *Source) *part {
	return &part{source: s, name: p.name, files: p.files, shape: p.shape, classes: p.classes, decode: p.decode}
}

// PlayCell opens MNIST some times, each time with the decoded copy removed
// first, and prints a checksum of what it got.
func PlayCell() int {
	rounds, _ := strconv.Atoi(os.Getenv("DATASETS_TEST_ROUNDS"))
	for range rounds {
		p := mnistTest.copyFor(&mnist)
		os.Remove(p.cachePath())
		if err := p.set().Open(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(sumOf(p))
	}
	return 0
}

// Republish makes the lab take a published set to be these files, at these mirrors, until
// the test's end.
func Republish(t *testing.T, name string, mirrors []string, files map[string][]byte) {
	s, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	before := *s
	s.Mirrors, s.Files = mirrors, slices.Clone(s.Files)
	for i := range s.Files {
		data := files[s.Files[i].Name]
		s.Files[i].Size, s.Files[i].SHA256 = int64(len(data)), fmt.Sprintf("%x", sha256.Sum256(data))
	}
	forget := func() {
		fashionParts, kmnistParts, cifar10Parts, cifar100Parts = halves{}, halves{}, halves{}, halves{}
	}
	forget()
	t.Cleanup(func() { *s = before; forget() })
}

// SetDownloaderFor is [SetDownloader] until the test's end.
func SetDownloaderFor(t *testing.T, f func(*Source) error) {
	SetDownloader(f)
	t.Cleanup(func() { SetDownloader(nil) })
}
