package look

import (
	"strconv"
	"strings"
)

// Number is a number as a program writes it, "-0.5", as a reader has it: with a minus that is
// no hyphen and, in Portuguese, with a comma. Zero has no sign.
func Number(s string, comma bool) string {
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	s = strings.ReplaceAll(s, "-", "−")
	if comma {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// PowerOfTen is "10⁻³".
func PowerOfTen(n int) string { return "10" + raised.Replace(strconv.Itoa(n)) }

var raised = strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")

// Numbers is a recipe, as "RMSprop(0.001, epsilon 1e-07)", with its numbers as a reader has
// them, all their digits kept: "RMSprop(0,001, epsilon 10⁻⁷)". It reads them itself: package
// regexp would be linked into every cell.
func Numbers(recipe string, comma bool) string {
	var b strings.Builder
	for recipe != "" {
		i := strings.IndexAny(recipe, " (,)")
		if i < 0 {
			i = len(recipe) - 1
		}
		word := strings.TrimRight(recipe[:i+1], " (,)")
		b.WriteString(ifNumber(word, comma) + recipe[len(word):i+1])
		recipe = recipe[i+1:]
	}
	return b.String()
}

// ifNumber is a word as a reader has it: "10⁻⁵" for "1e-05". What is no number stays.
func ifNumber(word string, comma bool) string {
	if _, err := strconv.ParseFloat(word, 64); err != nil {
		return word
	}
	mantissa, exponent, _ := strings.Cut(word, "e")
	n, err := strconv.Atoi(exponent)
	switch {
	case err != nil:
		return Number(word, comma)
	case mantissa == "1":
		return PowerOfTen(n)
	}
	return Number(mantissa, comma) + "·" + PowerOfTen(n)
}
