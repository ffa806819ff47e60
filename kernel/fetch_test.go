package main

import (
	"regexp"
	"testing"

	"github.com/nnlab-go/lab/datasets"
)

// Each data set that can be looked up can be unpacked once it is fetched.
func TestPublished(t *testing.T) {
	for name := range published {
		if _, err := datasets.Lookup(name); err != nil {
			t.Error(err)
		}
	}
	_, err := datasets.Lookup("?")
	if err == nil {
		t.Fatal("a data set has the name ?")
	}
	found := 0
	for _, name := range regexp.MustCompile(`"([a-z0-9-]+)"`).FindAllStringSubmatch(err.Error(), -1) {
		if found++; published[name[1]] == nil {
			t.Errorf("%s cannot be unpacked", name[1])
		}
	}
	if found < len(published) {
		t.Errorf("the error names %d data sets of %d: %v", found, len(published), err)
	}
}
