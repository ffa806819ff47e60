package ipynb

import (
	"cmp"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
)

// kernels are those of Go, for notebooks that tell the kernel and no language.
var kernels = []string{"nnlab", "gonb", "gophernotes", "lgo", "go"}

// Foreign is the language of a notebook that is not of Go, with the kernel's name;
// "" where it is of Go, or does not say.
func (nb Notebook) Foreign() string {
	meta, _ := nb["metadata"].(map[string]any)
	spec, _ := meta["kernelspec"].(map[string]any)
	info, _ := meta["language_info"].(map[string]any)
	text := func(m map[string]any, key string) string { s, _ := m[key].(string); return s }
	language := cmp.Or(text(spec, "language"), text(info, "name"))
	kernel := cmp.Or(text(spec, "display_name"), text(spec, "name"))
	switch {
	case strings.EqualFold(language, "go") || strings.EqualFold(language, "golang"):
		return ""
	case language == "" && (kernel == "" || slices.Contains(kernels, text(spec, "name"))):
		return ""
	case language == "" || strings.HasPrefix(strings.ToLower(kernel), strings.ToLower(language)):
		return plain.Text(kernel)
	case kernel == "":
		return plain.Text(language)
	}
	return plain.Text(language + " (" + kernel + ")")
}
