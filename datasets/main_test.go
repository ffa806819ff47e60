package datasets_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/datasets/fetch"
)

// TestMain keeps the tests away from the user's cache and from the internet. The
// test binary also plays other programs: nnlab-kernel, and cells that open
// data.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 3 && os.Args[1] == "fetch":
		os.Exit(playKernel(os.Args[2]))
	case os.Getenv("DATASETS_TEST_ROUNDS") != "":
		os.Exit(datasets.PlayCell())
	case os.Getenv("DATASETS_TEST_DIGITS") != "":
		datasets.SetDownloader(nil)
		fmt.Println(datasets.SetOf(datasets.Digits("")).Open())
		os.Exit(0)
	}
	cache, err := os.MkdirTemp("", "datasets")
	if err != nil {
		panic(err)
	}
	os.Setenv("NNLAB_CACHE", cache)
	os.Unsetenv("NNLAB_DATA")
	os.Unsetenv("NNLAB_KERNEL")
	os.Unsetenv("NNLAB_STATE")
	datasets.SetDownloader(nil)
	code := m.Run()
	os.RemoveAll(cache)
	os.Exit(code)
}

// playKernel does what `nnlab-kernel fetch NAME` does, with the test's server as
// the mirror.
func playKernel(name string) int {
	s := datasets.Digits(os.Getenv("DATASETS_TEST_MIRROR"))
	if name != s.Name {
		fmt.Fprintln(os.Stderr, "unknown data set", name)
		return 1
	}
	if err := fetch.Fetch(context.Background(), s, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
