package check

import (
	"strconv"
	"strings"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/pt"
	"github.com/nnlab-go/lab/nnlab/grade"
)

// decimal writes a number as it is read in Portuguese.
func decimal(v float64) string {
	return pt.Digits(v, 6)
}

// show writes what an expression gave.
func show(a grade.Answer) string {
	switch a.Kind {
	case grade.Numbers:
		var list []string
		for _, v := range a.Numbers {
			list = append(list, decimal(v))
		}
		return clean(strings.Join(list, " "))
	case grade.Bool:
		return strconv.FormatBool(a.Bool)
	case grade.Text:
		return "«" + clean(a.Text) + "»"
	}
	return "nada"
}

// longest is how much of a student's text is shown.
const longest = 80

// clean makes a text of a student one short line that does nothing to a
// terminal.
func clean(text string) string { return plain.Short(text, longest) }
