package result

import (
	"errors"
	"fmt"
	"image/color"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

type named float64

type formatted struct{ n int }

func (f formatted) Format(s fmt.State, verb rune) { fmt.Fprintf(s, "%d by its own format", f.n) }

type shower struct{ forms map[string]string }

func (s shower) ShowResult() map[string]string { return s.forms }

func TestForms(t *testing.T) {
	for want, values := range map[string][]any{
		"3":                   {3},
		"0.5":                 {float32(0.5)},
		"ação\nlinha":         {"ação\nlinha"},
		"[1 2]":               {[]int{1, 2}},
		"map[a:1]":            {map[string]int{"a": 1}},
		"true":                {true, nil},
		"1 2":                 {1, 2},
		"func(*testing.T)":    {TestForms},
		"3 mau":               {3, errors.New("mau")},
		"1s":                  {time.Second},
		"12":                  {big.NewInt(12)},
		"2.5":                 {named(2.5)},
		"4 by its own format": {formatted{4}},
		"*strings.Reader":     {strings.NewReader("x")},
		"{R:1 G:2 B:3 A:4}":   {color.RGBA{1, 2, 3, 4}},
		"&{R:1 G:2 B:3 A:4}":  {&color.RGBA{1, 2, 3, 4}},
		`"\x00"`:              {[]byte{0}},
		"shown":               {shower{map[string]string{"text/plain": "shown"}}, nil},
		"{Name:x Value:[]}": {struct {
			Name  string
			Value []int
		}{Name: "x"}},
	} {
		if got := Forms(values...)["text/plain"]; got != want {
			t.Errorf("%v is shown as %q, want %q", values, got, want)
		}
	}
	for _, values := range [][]any{{}, {nil}, {shower{}}} {
		if got := Forms(values...); len(got) != 0 {
			t.Errorf("%v is shown as %v", values, got)
		}
	}
	long := Forms(strings.Repeat("á", longest))["text/plain"]
	if len(long) > longest+100 || !strings.HasSuffix(long, "á… (mais 20000 bytes)") {
		t.Errorf("a long text ends with %q", long[len(long)-30:])
	}
}

// counted is a matrix whose numbers count on from −1.
type counted struct{ rows, columns int }

func (c *counted) Dims() (rows, columns int)  { return c.rows, c.columns }
func (c *counted) At(row, column int) float64 { return float64(row*c.columns+column) - 1 }

func TestMatrices(t *testing.T) {
	for want, m := range map[string]*counted{
		"2 × 3\n-1   0   1\n 2   3   4":                                                             {2, 3},
		"1 × 12\n-1   0   1   2   3   4   5   6   7   8  …":                                         {1, 12},
		"21 × 1\n-1\n 0\n 1\n 2\n 3\n 4\n 5\n 6\n 7\n 8\n 9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n…": {21, 1},
		"0 × 0":           {},
		"*result.counted": nil,
	} {
		if got := Forms(m)["text/plain"]; got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	if got, want := Forms(counted{1, 2})["text/plain"], "1 × 2\n-1   0"; got != want {
		t.Errorf("a matrix that is no pointer is shown as %q, want %q", got, want)
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result")
	t.Setenv(File, path)
	Show("two\nlines")
	got, err := os.ReadFile(path)
	if want := "text/plain 9\ntwo\nlines\n"; err != nil || string(got) != want {
		t.Errorf("wrote %q, %v; want %q", got, err, want)
	}
}
