package datasets_test

import (
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/internal/nils"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// A nil in any place where the compiler allows one is refused in words, and so is a set that
// is none.
func TestNils(t *testing.T) {
	nils.Check(t, "github.com/nnlab-go/lab/datasets", map[string]nils.Row{
		"CSV.options":         {Says: "CSV: expects options", Call: datasets.CSV("a.csv", datasets.Label("a"), nil).Open},
		"ImageFolder.options": {Says: "ImageFolder: expects options", Call: datasets.ImageFolder("a", nil).Open},
	}, map[string]string{
		"Set.RestoreVariable": "called with what KeepVariable returned",
		"SetDownloader.f":     "nil asks the kernel, as without it",
	})
	var none *datasets.Set
	for _, err := range []error{none.Open(), none.Take(1).Open(), none.Shuffle(1).OneHot().Open(), nn.Augment(none).Open()} {
		if err == nil || err.Error() != "Set: expects data, got nil; give it some before: train, test := datasets.MNIST()" {
			t.Error(err)
		}
	}
	if none.Len() != 0 || none.Classes() != 0 || none.ClassNames() != nil || none.String() == "" {
		t.Errorf("no set is %v", none)
	}
}
