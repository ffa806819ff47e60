package safetensors

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/nnlab/internal/plan"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// Named is an array to write.
type Named struct {
	Name string
	*tensor.Tensor
}

// PageSize is what the numbers in a file are aligned to, so that a file can be
// mapped and its arrays begin at cache lines. Where pages are larger, they still do.
const PageSize = 4096

// metadataName is the header's entry that is no array.
const metadataName = "__metadata__"

// entry is an array in the header.
type entry struct {
	DType   string       `json:"dtype"`
	Shape   tensor.Shape `json:"shape"`
	Offsets [2]int       `json:"data_offsets"`
}

// Write writes the arrays and the metadata, if there are any, to a file, all or nothing. The file has the
// permissions most at most, see [whole.Write].
func Write(path string, most fs.FileMode, arrays []Named, metadata map[string]string) error {
	// What fills cache lines comes first: what comes behind begins with one, too.
	slices.SortStableFunc(arrays, func(a, b Named) int { return min(1, a.Size()%plan.Line) - min(1, b.Size()%plan.Line) })
	head, err := header(arrays, metadata)
	if err != nil {
		return err
	}
	return whole.Write(path, most, func(f io.Writer) error {
		w := bufio.NewWriterSize(f, 1<<16)
		w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(head)))) // Flush has the first error
		w.Write(head)
		var bytes []byte
		for _, a := range arrays {
			err := a.Parts(func(part []float32) error {
				bytes = sized(bytes, 4*len(part))
				for i, v := range part {
					binary.LittleEndian.PutUint32(bytes[4*i:], math.Float32bits(v))
				}
				_, err := w.Write(bytes)
				return err
			})
			if err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// header is the JSON of arrays that are written one behind the other, with blanks up to
// where a page begins.
func header(arrays []Named, metadata map[string]string) ([]byte, error) {
	entries := map[string]any{}
	if len(metadata) > 0 {
		entries[metadataName] = metadata
	}
	at := 0
	for _, a := range arrays {
		if _, twice := entries[a.Name]; twice || a.Name == metadataName || !utf8.ValidString(a.Name) {
			return nil, fmt.Errorf("expected names in UTF-8, each once and none %q, got %q", metadataName, a.Name)
		}
		end := at + 4*a.Size()
		entries[a.Name] = entry{"F32", a.Shape, [2]int{at, end}}
		at = end
	}
	head, err := json.Marshal(entries)
	if rest := (8 + len(head)) % PageSize; rest > 0 {
		head = append(head, strings.Repeat(" ", PageSize-rest)...)
	}
	return head, err
}
