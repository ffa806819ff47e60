package nn

import (
	"slices"
	"testing"

	"github.com/nnlab-go/lab/internal/mends"
)

// Each mend of the package is followed once, and works.
func TestMends(t *testing.T) {
	mends.Check(t, slices.Concat(layerMends(), compileMends(t), dataMends(), fitMends(t), fileMends(t)), map[string]string{})
}
