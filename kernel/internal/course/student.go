package course

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
)

// Teacher is the folder of a course that no student gets: the sheets for
// `nnlab-kernel check`.
const Teacher = "professor"

// teachers are what of a course no student gets: that folder, the page that says how to
// teach with the notebooks, and the words that their spelling is held against.
var teachers = []string{Teacher, "LEIAME.md", "palavras.txt"}

// In a course's notebook the teacher marks what a student is to write:
//
//	r1 := 9 // aluno: 0                the student's copy has r1 := 0
//	// SOLUÇÃO … // FIM                the lines between are taken out
//
// A cell tagged solution has such a mark, and one tagged professor is left out whole.
const (
	begin, end  = "// SOLUÇÃO", "// FIM"
	solutionTag = "solution"
)

var answer = regexp.MustCompile(`^(\s*\w+\s*:?=) *.*?\s*// aluno: (.*)$`)

// forStudent is a file of the course as a student gets it: a notebook without solutions,
// anything else as it is.
func forStudent(name string, text []byte) ([]byte, error) {
	if !isNotebook(name) {
		return text, nil
	}
	nb, err := ipynb.Parse(name, text)
	if err != nil {
		return nil, err
	}
	changed := false
	var cells []any
	for _, c := range nb.Cells() {
		if slices.Contains(c.Tags(), Teacher) {
			changed = true
			continue
		}
		cells = append(cells, map[string]any(c))
		if !c.IsCode() {
			continue
		}
		source, err := withoutSolution(c.Source())
		solved := source != c.Source()
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s, célula %v: %w", name, c["id"], err)
		case slices.Contains(c.Tags(), solutionTag) && !solved:
			return nil, fmt.Errorf("%s, célula %v: tem a etiqueta %s e nenhuma solução marcada; escreva %q e %q em volta dela", name, c["id"], solutionTag, begin, end)
		case solved:
			c["source"] = strings.SplitAfter(source, "\n")
			c.SetOutputs(nil, 0)
			untag(c, solutionTag) // the student's copy may be a course in its turn
			changed = true
		}
	}
	if !changed {
		return text, nil
	}
	nb["cells"] = cells
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err = e.Encode(nb)
	return out.Bytes(), err
}

// isNotebook tells whether a file is one by its name, on any system.
func isNotebook(name string) bool { return strings.EqualFold(filepath.Ext(name), ".ipynb") }

// untag takes a tag from a cell.
func untag(c ipynb.Cell, tag string) {
	if tags := c.Tags(); slices.Contains(tags, tag) {
		c["metadata"].(map[string]any)["tags"] = slices.DeleteFunc(tags, func(t string) bool { return t == tag })
	}
}

// withoutSolution is a cell as the student gets it.
func withoutSolution(source string) (string, error) {
	var kept []string
	within := false
	for line := range strings.SplitSeq(source, "\n") {
		switch mark := strings.TrimSpace(line); {
		case mark == begin && within:
			return "", fmt.Errorf("%q dentro de uma solução", begin)
		case mark == begin:
			within = true
			kept = append(kept, line[:strings.Index(line, begin)]+`panic("escreva aqui a sua solução")`)
		case mark == end && !within:
			return "", fmt.Errorf("%q sem %q antes", end, begin)
		case mark == end:
			within = false
		case !within:
			kept = append(kept, answer.ReplaceAllString(line, "$1 $2 // sua resposta"))
		}
	}
	if within {
		return "", fmt.Errorf("falta %q depois de %q", end, begin)
	}
	return strings.Join(kept, "\n"), nil
}
