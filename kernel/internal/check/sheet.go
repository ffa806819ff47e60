// Package check runs a student's notebook anew and compares what it does with
// what the teacher expects. docs/check.md describes the teacher's file.
package check

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/dustin/go-humanize"

	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/pt"
)

// Sheet is the teacher's file.
type Sheet struct {
	Title      string         `toml:"title"`
	Timeout    time.Duration  `toml:"timeout"`    // of a cell
	Total      time.Duration  `toml:"total"`      // of a notebook; default: an hour, or twelve of its longest cells
	Memory     string         `toml:"memory"`     // of each process
	Files      []string       `toml:"files"`      // what the cells find in their folder, relative to the sheet
	Parameters map[string]any `toml:"parameters"` // for the cell tagged parameters
	Imports    []string       `toml:"imports"`    // for the teacher's expressions
	Solution   string         `toml:"solution"`   // a file of Go, relative to the sheet, that declares what is right
	Checks     []*Check       `toml:"check"`

	dir      string
	solution string // the text of Solution, without the package clause
}

// Check is something that is worth points. It looks at one of three things: an
// expression, a kept model, or else the output of a cell.
type Check struct {
	Name    string        `toml:"name"`    // in the table; default: the cell, the expression or the model
	Cell    string        `toml:"cell"`    // an id, a name or a tag; "": after the last cell
	Points  *float64      `toml:"points"`  // default 1
	Timeout time.Duration `toml:"timeout"` // of the cell and of the expression

	Setup  string `toml:"setup"`     // statements before the expression
	Expr   string `toml:"expr"`      // an expression that is evaluated after the cell
	Model  string `toml:"model"`     // an expression for a model
	Data   string `toml:"data"`      // what it is evaluated on: "mnist" or an expression
	Metric string `toml:"metric"`    // default "accuracy"
	Draw   string `toml:"draw"`      // statements that draw what the expression uses, anew at each run
	Right  string `toml:"reference"` // an expression for the right value, evaluated without the student's code
	Times  int    `toml:"times"`     // how often it is drawn; default 10
	After  string `toml:"after"`     // the words of the output behind which the number stands

	Text     *string  `toml:"text"`
	Contains string   `toml:"contains"`
	Regexp   string   `toml:"regexp"`
	Value    any      `toml:"value"`
	Absolute *float64 `toml:"absolute"`
	Relative *float64 `toml:"relative"`
	Min      *float64 `toml:"min"`
	Max      *float64 `toml:"max"`

	want    []float64 // Value, where it is numbers
	pattern *regexp.Regexp
}

// defaultTimeout ends a cell of a student, unless the teacher says otherwise.
const defaultTimeout = 5 * time.Minute

// LeastMemory is what the compiler of a cell needs.
const LeastMemory = 512 << 20

// wrongType is what the decoder says of a value of another type, which is no ParseError.
var wrongType = regexp.MustCompile(`^toml: line (\d+) \(last key "(.+)"\): incompatible types: TOML value has type (\S+); destination has type (.+)$`)

// tomlTypes are what the decoder calls the types of values, and those that it wants.
var tomlTypes = map[string]string{
	"string": "um texto", "int64": "um número", "float64": "um número", "bool": "true ou false", "time.Time": "uma data",
	"[]any": "uma lista", "map[string]any": "uma tabela", "[]map[string]any": "uma lista de tabelas",
	"float": "um número", "integer": "um número inteiro", "boolean": "true ou false", "slice": "uma lista", "map": "uma tabela", "primitive (string-like)": "um texto",
}

// ReadSheet reads a teacher's file and looks for all mistakes that can be seen
// without a notebook.
func ReadSheet(path string) (*Sheet, error) {
	s := &Sheet{Timeout: defaultTimeout, dir: filepath.Dir(path)}
	meta, err := toml.DecodeFile(path, s)
	if err != nil {
		if p, ok := errors.AsType[toml.ParseError](err); ok {
			return nil, fmt.Errorf("%s: linha %d, coluna %d: não é TOML (%s)", path, p.Position.Line, p.Position.Col, p.Message)
		}
		if m := wrongType.FindStringSubmatch(err.Error()); m != nil {
			return nil, fmt.Errorf("%s: linha %s: %s: esperava %s, veio %s", path, m[1], m[2], tomlTypes[m[4]], tomlTypes[m[3]])
		}
		return nil, fmt.Errorf("os testes não podem ser lidos: %w", pt.Error(err))
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("%s: não há uma chave %q; docs/check.md diz quais há", path, unknown[0].String())
	}
	if len(s.Checks) == 0 {
		return nil, fmt.Errorf("%s: esperava ao menos um [[check]]", path)
	}
	if _, err := ParseMemory(s.Memory); err != nil {
		return nil, fmt.Errorf("%s: memory: %w", path, err)
	}
	if err := checkTimeout("timeout", s.Timeout); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if s.Total != 0 {
		if err := checkTimeout("total", s.Total); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	for _, name := range s.Files {
		if !filepath.IsLocal(name) {
			return nil, fmt.Errorf("%s: files: esperava um caminho abaixo da pasta deste arquivo, veio %q", path, name)
		}
		if _, err := os.Stat(filepath.Join(s.dir, name)); err != nil {
			return nil, fmt.Errorf("%s: files: %w", path, pt.Error(err))
		}
	}
	if err := s.readSolution(); err != nil {
		return nil, fmt.Errorf("%s: solution: %w", path, err)
	}
	for i, c := range s.Checks {
		if c.Draw != "" && s.Solution != "" {
			c.Right = cmp.Or(c.Right, c.Expr)
		}
		if err := c.prepare(); err != nil {
			return nil, fmt.Errorf("%s: teste %d (%s): %w", path, i+1, c.Name, err)
		}
	}
	return s, nil
}

// checkTimeout refuses a time that no cell can keep to: a number without a unit counts in
// nanoseconds.
func checkTimeout(key string, d time.Duration) error {
	if d < time.Millisecond {
		return fmt.Errorf("%s: esperava um tempo como \"90s\" ou \"10m\", veio %v", key, d)
	}
	return nil
}

// ParseMemory reads a size such as "2GiB"; "" is 0, no limit.
func ParseMemory(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := humanize.ParseBytes(s)
	switch {
	case err != nil:
		return 0, fmt.Errorf("esperava um tamanho como 2GiB, veio %q", s)
	case n < LeastMemory || n > 1<<50:
		return 0, fmt.Errorf("esperava ao menos %s, de que a compilação de uma célula precisa, veio %q", humanize.IBytes(LeastMemory), s)
	}
	return int64(n), nil
}

// of lists the checks of a cell.
func (s *Sheet) of(c ipynb.Cell) (checks []*Check) {
	for _, check := range s.Checks {
		if c.Called(check.Cell) {
			checks = append(checks, check)
		}
	}
	return checks
}

// timeout is how long what the checks look at may take: the longest that one of
// them gives, or that of the sheet.
func (s *Sheet) timeout(checks ...*Check) time.Duration {
	longest := time.Duration(0)
	for _, c := range checks {
		longest = max(longest, c.Timeout)
	}
	if longest == 0 {
		return s.Timeout
	}
	return longest
}

// total is how long a whole notebook may take: many cells that each keep to their time
// would hold up a class for days.
func (s *Sheet) total() time.Duration {
	if s.Total > 0 {
		return s.Total
	}
	return max(time.Hour, 12*max(s.Timeout, s.timeout(s.Checks...)))
}

// parameters are those of the sheet, as exec's -p takes them.
func (s *Sheet) parameters() (list []ipynb.Parameter) {
	for _, name := range slices.Sorted(maps.Keys(s.Parameters)) {
		value := fmt.Sprint(s.Parameters[name])
		if v, ok := s.Parameters[name].(float64); ok && v == math.Trunc(v) {
			value = strconv.FormatFloat(v, 'f', 1, 64) // 1.0 stays a float in Go too
		}
		list = append(list, ipynb.Parameter{Name: name, Value: value})
	}
	return list
}

// copyFiles puts what the cells may read into their folder.
func (s *Sheet) copyFiles(dir string) error {
	for _, name := range s.Files {
		data, err := os.ReadFile(filepath.Join(s.dir, name))
		if err != nil {
			return err
		}
		to := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o777), os.WriteFile(to, data, 0o666)); err != nil {
			return err
		}
	}
	return nil
}
