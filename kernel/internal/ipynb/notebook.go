// Package ipynb reads, changes and writes notebooks (nbformat 4,
// https://nbformat.readthedocs.io). What it does not know it leaves as it is.
package ipynb

import (
	"slices"
	"strings"
)

// Notebook is a notebook as its JSON has it.
type Notebook map[string]any

// Cell is one cell as its JSON has it.
type Cell map[string]any

// Cells are the notebook's cells; changing one changes the notebook.
func (nb Notebook) Cells() []Cell {
	list := nb["cells"].([]any)
	cells := make([]Cell, len(list))
	for i, c := range list {
		cells[i] = c.(map[string]any)
	}
	return cells
}

// Skipped tells whether the cell is not to be run: it has the tag with which
// nbclient passes over it.
func (c Cell) Skipped() bool { return slices.Contains(c.Tags(), "skip-execution") }

// Raises tells whether the cell is there to fail: it has the tag with which
// nbclient goes on behind it.
func (c Cell) Raises() bool { return slices.Contains(c.Tags(), "raises-exception") }

// ClearCode takes the outputs out of all code cells but those to be kept, and
// returns all code cells. keep may be nil.
func (nb Notebook) ClearCode(keep func(Cell) bool) []Cell {
	var code []Cell
	for _, c := range nb.Cells() {
		if c.IsCode() {
			if keep == nil || !keep(c) {
				c.SetOutputs(nil, 0)
			}
			code = append(code, c)
		}
	}
	return code
}

// Insert puts a cell at position i.
func (nb Notebook) Insert(i int, c Cell) {
	nb["cells"] = slices.Insert(nb["cells"].([]any), i, any(map[string]any(c)))
}

// SetKernel writes down which kernel ran the notebook.
func (nb Notebook) SetKernel(name, display string) {
	meta, ok := nb["metadata"].(map[string]any)
	if !ok {
		meta = map[string]any{}
		nb["metadata"] = meta
	}
	meta["kernelspec"] = map[string]any{"name": name, "display_name": display, "language": "go"}
}

// IsCode tells whether the cell is to be run.
func (c Cell) IsCode() bool { return c["cell_type"] == "code" }

// Source is the cell's text.
func (c Cell) Source() string { return Text(c["source"]) }

// Tags are the cell's tags.
func (c Cell) Tags() []string {
	meta, _ := c["metadata"].(map[string]any)
	list, _ := meta["tags"].([]any)
	var tags []string
	for _, t := range list {
		if s, ok := t.(string); ok {
			tags = append(tags, s)
		}
	}
	return tags
}

// Name is the name that the cell was given in its metadata, or its id.
func (c Cell) Name() string {
	meta, _ := c["metadata"].(map[string]any)
	if name, _ := meta["name"].(string); name != "" {
		return name
	}
	id, _ := c["id"].(string)
	return id
}

// Called tells whether the cell has this id, name or tag.
func (c Cell) Called(name string) bool {
	return name != "" && (c["id"] == name || c.Name() == name || slices.Contains(c.Tags(), name))
}

// Outputs are the cell's outputs.
func (c Cell) Outputs() []Output {
	list, _ := c["outputs"].([]any)
	var out []Output
	for _, o := range list {
		if m, ok := o.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// SetOutputs replaces the cell's outputs and its execution count.
func (c Cell) SetOutputs(outputs []Output, count int) {
	list := make([]any, len(outputs))
	for i, o := range outputs {
		list[i] = map[string]any(o)
	}
	c["outputs"] = list
	c["execution_count"] = nil
	if count > 0 {
		c["execution_count"] = count
	}
}

// NewCode is a code cell.
func NewCode(id, source string, tags ...string) Cell {
	list := make([]any, len(tags))
	for i, t := range tags {
		list[i] = t
	}
	return Cell{"cell_type": "code", "id": id, "metadata": map[string]any{"tags": list},
		"source": Lines(source), "outputs": []any{}, "execution_count": nil}
}

// Text joins what nbformat stores as a string or as a list of lines.
func Text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var b strings.Builder
		for _, line := range v {
			s, _ := line.(string)
			b.WriteString(s)
		}
		return b.String()
	}
	return ""
}

// Lines splits a text as nbformat stores it: lines with their ends.
func Lines(s string) []any {
	lines := []any{}
	for line := range strings.Lines(s) {
		lines = append(lines, line)
	}
	return lines
}
