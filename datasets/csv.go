package datasets

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// CSVOption is what [CSV] can be told: [Label] or [Targets], and [Without].
type CSVOption interface{ applyCSV(*table) }

type (
	label   string
	targets []string
	without []string
)

// Label names the column that has the class of each row, as a word or a number:
// the classes are numbered in the order of their names, or of their numbers.
func Label(column string) CSVOption { return label(column) }

// Targets names the columns of numbers that a model is to compute, of which CSV
// makes the target in this order.
func Targets(columns ...string) CSVOption { return targets(columns) }

// Without names columns to leave out: a row's number, a name.
func Without(columns ...string) CSVOption { return without(columns) }

func (l label) applyCSV(t *table)   { t.label = string(l) }
func (c targets) applyCSV(t *table) { t.targets = c }
func (c without) applyCSV(t *table) { t.without = append(t.without, c...) }

// table is a recipe: a file and what its columns mean.
type table struct {
	path    string
	label   string
	targets []string
	without []string

	comma  rune
	header []string
	lines  []int // where each row begins
}

// CSV is a student's own table: a text file (RFC 4180) whose first line names the columns,
// with an example in each line below. It needs [Label] or [Targets]; all other columns,
// but for those that [Without] leaves out, are the example's numbers, in the order of the
// file. Columns are separated by commas, or by semicolons or tabulators where the first
// line has those; behind semicolons or tabulators 3,14 is the number 3.14 (a Portuguese
// spreadsheet writes so). What is missing or no number is told by [Set.Open], with its
// line and column.
//
//	datasets.CSV("iris.csv", datasets.Label("species"), datasets.Without("id"))
func CSV(path string, options ...CSVOption) *Set {
	t := &table{path: path}
	if err := checkOptions("CSV", options); err != nil {
		return failed(err)
	}
	for _, o := range options {
		o.applyCSV(t)
	}
	return (&Set{prepare: t.open}).by(CSV, path, t.label, t.targets, t.without).from(path)
}

func (t *table) fail(expected, got, mend string) error {
	return &Error{Where: "CSV " + t.path, Expected: expected, Got: got, Mend: mend}
}

func (t *table) open() (view, error) {
	if (t.label == "") == (len(t.targets) == 0) {
		return view{}, t.fail("either Label or Targets", "both or none", `write datasets.CSV("iris.csv", datasets.Label("species"))`)
	}
	f, err := os.Open(t.path)
	if err != nil {
		return view{}, &Error{Where: "CSV", Expected: "a file that can be read", Got: err.Error(), Mend: "a path that begins with no / starts in the notebook's folder"}
	}
	defer f.Close()
	rows, err := t.read(bufio.NewReader(f))
	if err != nil {
		return view{}, err
	}
	chosen := t.targets
	if t.label != "" {
		chosen = []string{t.label}
	}
	for _, name := range slices.Concat(chosen, t.without) {
		if !slices.Contains(t.header, name) {
			return view{}, t.fail(fmt.Sprintf("a column %q", name), fmt.Sprintf("columns %q", t.header), "write its name as the first line has it")
		}
	}
	inputs := slices.DeleteFunc(slices.Clone(t.header), func(name string) bool { return slices.Contains(chosen, name) || slices.Contains(t.without, name) })
	if len(inputs) == 0 {
		return view{}, t.fail("at least one column besides the target's", fmt.Sprintf("columns %q", t.header), "add a column of numbers to compute it from")
	}
	x, err := t.numbers(rows, inputs)
	if err != nil {
		return view{}, err
	}
	v := view{rows: allRows(len(rows)), shape: tensor.Shape{len(inputs)}, targets: 1}
	if t.label == "" {
		y, err := t.numbers(rows, t.targets)
		v.from, v.targets = paired{x, y}, len(t.targets)
		return v, err
	}
	labels, names, err := t.classes(rows)
	v.from, v.classes, v.names = labelled{x, labels}, len(names), names
	return v, err
}

// read reads the whole file: the header, and the rows, which are as long.
func (t *table) read(r *bufio.Reader) (rows [][]string, err error) {
	if mark, _ := r.Peek(3); string(mark) == "\ufeff" { // as Excel writes
		r.Discard(3)
	}
	first, _ := r.Peek(r.Size())
	line, _, _ := strings.Cut(string(first), "\n")
	t.comma = ','
	for _, c := range ";\t" {
		if strings.Count(line, string(c)) > strings.Count(line, string(t.comma)) {
			t.comma = c
		}
	}
	file := csv.NewReader(r)
	file.Comma, file.TrimLeadingSpace = t.comma, t.comma != '\t'
	for {
		row, err := file.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, csv.ErrFieldCount) {
			at, _ := file.FieldPos(0)
			return nil, t.fail(fmt.Sprintf("%d columns in each line, as in the first", len(t.header)), fmt.Sprintf("%d in line %d", len(row), at),
				fmt.Sprintf("columns are separated by %q here; put a text that holds one in quotation marks", t.comma))
		}
		if err != nil {
			return nil, t.fail("a table in CSV", err.Error(), "save it as CSV (UTF-8) in the spreadsheet")
		}
		at, _ := file.FieldPos(0)
		if t.header == nil {
			t.header = row
			continue
		}
		rows, t.lines = append(rows, row), append(t.lines, at)
	}
	if len(rows) == 0 {
		return nil, t.fail("a line that names the columns, and at least one below", fmt.Sprintf("%d lines", min(len(t.header), 1)), "write the names of the columns, and an example in each line below")
	}
	for i, name := range t.header {
		if t.header[i] = strings.TrimSpace(name); slices.Contains(t.header[:i], t.header[i]) {
			return nil, t.fail("a name of its own for each column", fmt.Sprintf("%q twice", t.header[i]), "give one of them another name")
		}
	}
	return rows, nil
}

// numbers are the columns with the given names, a row each.
func (t *table) numbers(rows [][]string, names []string) ([][]float32, error) {
	x, all := make([][]float32, len(rows)), make([]float32, len(rows)*len(names))
	columns := make([]int, len(names))
	for k, name := range names {
		columns[k] = slices.Index(t.header, name)
	}
	for i, row := range rows {
		x[i], all = all[:len(names)], all[len(names):]
		for k, name := range names {
			text := strings.TrimSpace(row[columns[k]])
			v, err := t.number(text)
			if err != nil {
				return nil, t.fail(fmt.Sprintf("a number in column %q, line %d", name, t.lines[i]), fmt.Sprintf("%q", text),
					fmt.Sprintf("write the number, delete the line, or leave the column out by datasets.Without(%q)", name))
			}
			x[i][k] = v
		}
	}
	return x, nil
}

func (t *table) number(text string) (float32, error) {
	if t.comma != ',' && strings.Count(text, ",") == 1 {
		text = strings.ReplaceAll(strings.ReplaceAll(text, ".", ""), ",", ".") // 1.234,5
	}
	v, err := strconv.ParseFloat(text, 32)
	if err == nil && !finite(v) {
		err = errors.New("no finite number")
	}
	return float32(v), err
}

// classes numbers what stands in the label's column.
func (t *table) classes(rows [][]string) (labels []int, names []string, err error) {
	column := slices.Index(t.header, t.label)
	for i, row := range rows {
		row[column] = strings.TrimSpace(row[column])
		if row[column] == "" {
			return nil, nil, t.fail(fmt.Sprintf("a class in column %q, line %d", t.label, t.lines[i]), "nothing", "write it, or delete the line")
		}
		names = append(names, row[column])
	}
	slices.SortFunc(names, t.byNumberOrName(names))
	names = slices.Compact(names)
	labels = make([]int, len(rows))
	for i, row := range rows {
		labels[i] = slices.Index(names, row[column])
	}
	return labels, names, nil
}

// byNumberOrName orders numbers as numbers, where all names are numbers: 2 before 10.
func (t *table) byNumberOrName(names []string) func(a, b string) int {
	for _, n := range names {
		if _, err := t.number(n); err != nil {
			return strings.Compare
		}
	}
	return func(a, b string) int {
		x, _ := t.number(a)
		y, _ := t.number(b)
		if x != y {
			return cmp.Compare(x, y)
		}
		return strings.Compare(a, b)
	}
}
