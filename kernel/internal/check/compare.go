package check

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/nnlab-go/lab/nnlab/grade"
)

// ofOutput returns why what a cell has written is not what is expected; nothing,
// when it is.
func (c *Check) ofOutput(output string) (reasons []string) {
	reasons = c.ofText(output, "a saída")
	if !c.numeric() || c.pattern.NumSubexp() > 0 && !c.pattern.MatchString(output) {
		return reasons
	}
	numbers, why := c.find(output)
	if why != "" {
		return append(reasons, why)
	}
	return append(reasons, c.ofNumbers(numbers)...)
}

// ofAnswer does the same for what an expression or a model gave.
func (c *Check) ofAnswer(a grade.Answer) (reasons []string) {
	if a.Err != "" {
		return []string{"erro: " + clean(a.Err)}
	}
	if want, ok := c.Value.(bool); ok {
		if a.Kind != grade.Bool {
			return []string{"esperado um valor lógico, obtido " + show(a)}
		}
		if a.Bool != want {
			reasons = append(reasons, fmt.Sprintf("esperado %v, obtido %v", want, a.Bool))
		}
	}
	if c.textual() {
		if a.Kind != grade.Text {
			return append(reasons, "esperado um texto, obtido "+show(a))
		}
		reasons = append(reasons, c.ofText(a.Text, "o texto")...)
	}
	if c.numeric() {
		if a.Kind != grade.Numbers {
			return append(reasons, "esperado um número, obtido "+show(a))
		}
		reasons = append(reasons, c.ofNumbers(a.Numbers)...)
	}
	return reasons
}

func (c *Check) ofText(text, what string) (reasons []string) {
	if c.Text != nil && trim(text) != trim(*c.Text) {
		reasons = append(reasons, fmt.Sprintf("%s deveria ser «%s», foi «%s»", what, clean(*c.Text), clean(text)))
	}
	if c.Contains != "" && !strings.Contains(text, c.Contains) {
		reasons = append(reasons, fmt.Sprintf("%s não contém «%s»: «%s»", what, clean(c.Contains), clean(text)))
	}
	if !c.pattern.MatchString(text) {
		reasons = append(reasons, fmt.Sprintf("%s não tem a forma esperada: «%s»", what, clean(text)))
	}
	return reasons
}

// trim takes out what nobody sees: blanks at the ends of lines and of the text.
func trim(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRightFunc(line, unicode.IsSpace) + "\n")
	}
	return strings.TrimSpace(b.String())
}

// number is a number in a text, with the decimal point of Go or the comma of
// Portuguese; a no-break space may stand between groups of three digits.
var number = regexp.MustCompile(`[-+−]?(?:\d{1,3}(?:[\x{a0}\x{202f}]\d{3})+|\d+)(?:[.,]\d+)?(?:[eE][-+]?\d+)?|NaN|[-+]?Inf`)

var spelling = strings.NewReplacer(",", ".", "−", "-", "\u00a0", "", "\u202f", "")

// numbersIn lists the numbers of a text.
func numbersIn(text string) (all []float64) {
	for _, s := range number.FindAllString(text, -1) {
		if v, err := strconv.ParseFloat(spelling.Replace(s), 64); err == nil {
			all = append(all, v)
		}
	}
	return all
}

// find returns the numbers that the check looks at: the groups of the regular
// expression, or those behind the words of After, or the last of the output.
func (c *Check) find(output string) (numbers []float64, why string) {
	n := max(1, len(c.want))
	if c.pattern.NumSubexp() > 0 {
		for _, group := range last(c.pattern.FindAllStringSubmatch(output, -1)) {
			numbers = append(numbers, numbersIn(group)...)
		}
		if len(numbers) < n {
			return nil, "a saída não tem os números na forma esperada"
		}
		return numbers[:n], ""
	}
	if c.After != "" {
		at := strings.LastIndex(output, c.After)
		if at < 0 {
			return nil, fmt.Sprintf("a saída não contém «%s»", clean(c.After))
		}
		if numbers = numbersIn(output[at+len(c.After):]); len(numbers) < n {
			return nil, fmt.Sprintf("depois de «%s»: %s", clean(c.After), amounts(n, len(numbers)))
		}
		return numbers[:n], ""
	}
	if numbers = numbersIn(output); len(numbers) < n {
		return nil, "na saída: " + amounts(n, len(numbers))
	}
	return numbers[len(numbers)-n:], ""
}

// amounts says how many numbers there should be, and how many there are.
func amounts(want, got int) string {
	expected := fmt.Sprintf("esperados %d números", want)
	if want == 1 {
		expected = "esperado 1 número"
	}
	switch got {
	case 0:
		return expected + ", obtido nenhum"
	case 1:
		return expected + ", obtido 1"
	}
	return fmt.Sprintf("%s, obtidos %d", expected, got)
}

// last returns the groups of the last match.
func last(matches [][]string) []string {
	if len(matches) == 0 {
		return nil
	}
	return matches[len(matches)-1][1:]
}

// within tells whether got is want, to a tolerance; nan is nan here, and only
// inf is inf.
func within(got, want, tolerance float64) bool {
	return got == want || math.IsNaN(got) && math.IsNaN(want) || !math.IsInf(want, 0) && math.Abs(got-want) <= tolerance
}

// closeness is the relative tolerance where the teacher gives none: about that
// of float32.
const closeness = 1e-6

func (c *Check) ofNumbers(got []float64) (reasons []string) {
	if c.want != nil && len(got) != len(c.want) {
		return []string{amounts(len(c.want), len(got))}
	}
	standard, none := closeness, 0.0
	if c.Absolute != nil {
		standard = 0
	}
	absolute, relative := *cmp.Or(c.Absolute, &none), *cmp.Or(c.Relative, &standard)
	for i, want := range c.want {
		tolerance := absolute + relative*math.Abs(want)
		if !within(got[i], want, tolerance) {
			margin := ""
			if c.Absolute != nil || c.Relative != nil {
				margin = " (± " + decimal(tolerance) + ")"
			}
			reasons = append(reasons, fmt.Sprintf("esperado %s%s, obtido %s", decimal(want), margin, decimal(got[i])))
		}
	}
	for _, v := range got {
		if c.Min != nil && !(v >= *c.Min) {
			reasons = append(reasons, fmt.Sprintf("esperado no mínimo %s, obtido %s", decimal(*c.Min), decimal(v)))
		}
		if c.Max != nil && !(v <= *c.Max) {
			reasons = append(reasons, fmt.Sprintf("esperado no máximo %s, obtido %s", decimal(*c.Max), decimal(v)))
		}
	}
	if len(got) == 0 {
		reasons = append(reasons, "esperado um número, obtido nenhum")
	}
	return reasons
}
