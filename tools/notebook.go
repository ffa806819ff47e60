package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// notebook is what is looked at in a file of nbformat 4.
type notebook struct {
	path  string
	size  int
	Cells []cell
}

type cell struct {
	ID             string
	Type           string `json:"cell_type"`
	Source         lines
	ExecutionCount *int `json:"execution_count"`
	Metadata       struct{ Tags []string }
	Outputs        []cellOutput
}

// cellOutput is what a cell has shown: a stream's text, data by their types, or an error.
type cellOutput struct {
	Type  string `json:"output_type"`
	Data  map[string]json.RawMessage
	EName string
}

// lines are a text that a notebook has whole or as a list of lines.
type lines string

func (l *lines) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*l = lines(text)
		return nil
	}
	var parts []string
	err := json.Unmarshal(data, &parts)
	*l = lines(strings.Join(parts, ""))
	return err
}

// text is the output in a form, "" where it has none of it.
func (o *cellOutput) text(form string) (string, error) {
	if o.Data[form] == nil {
		return "", nil
	}
	var l lines
	err := json.Unmarshal(o.Data[form], &l)
	return string(l), err
}

func (c *cell) tagged(tag string) bool { return slices.Contains(c.Metadata.Tags, tag) }

func readNotebook(path string) (*notebook, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	nb := &notebook{path: path, size: len(data)}
	if err := json.Unmarshal(data, nb); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return nb, nil
}

// nameOf is the name of the notebook at a path.
func nameOf(path string) string { return strings.TrimSuffix(filepath.Base(path), ".ipynb") }

// lectureNotebooks are the paths of the lecture's notebooks, in their order.
func lectureNotebooks() ([]string, error) {
	paths, err := filepath.Glob("notebooks/*.ipynb")
	paths = slices.DeleteFunc(paths, func(p string) bool { return strings.HasSuffix(p, ".executed.ipynb") })
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("there are no notebooks in notebooks/")
	}
	return paths, err
}
