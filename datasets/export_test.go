package datasets

import (
	"fmt"
	"os"
	"strconv"
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
