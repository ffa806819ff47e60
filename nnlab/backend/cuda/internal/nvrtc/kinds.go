package nvrtc

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend/internal/written"
)

var kinds = map[string]written.Kind{"b32": written.Whole32, "u32": written.Whole32, "s32": written.Whole32, "b64": written.Whole64, "u64": written.Whole64,
	"s64": written.Whole64, "f32": written.Float32, "f64": written.Float64}

var (
	entry     = regexp.MustCompile(`\.entry\s+([\w$]+)\s*\(([^)]*)\)`)
	parameter = regexp.MustCompile(`\.param\s+\.(?:align\s+\d+\s+\.)?(\w+)[^,]*`)
)

// Kinds reads from PTX what a kernel's parameters are.
func Kinds(ptx, kernel string) ([]written.Kind, error) {
	var others []string
	for _, m := range entry.FindAllStringSubmatch(ptx, -1) {
		if m[1] != kernel {
			others = append(others, m[1])
			continue
		}
		of := []written.Kind{}
		for i, p := range parameter.FindAllStringSubmatch(m[2], -1) {
			k, known := kinds[p[1]]
			if !known || strings.Contains(p[0], "[") {
				return nil, fmt.Errorf("expected pointers, int, unsigned, long long, float and double as parameters of %s, got another type as parameter %d; pass what it has one by one", kernel, i+1)
			}
			of = append(of, k)
		}
		if len(of) > written.Most {
			return nil, fmt.Errorf("expected at most %d parameters of %s, got %d; pass numbers in a buffer", written.Most, kernel, len(of))
		}
		return of, nil
	}
	have := "none"
	if len(others) > 0 {
		have = strings.Join(others, ", ")
	}
	return nil, fmt.Errorf(`expected a kernel %s, got %s; declare it as extern "C" __global__ void %s(…)`, kernel, have, kernel)
}
