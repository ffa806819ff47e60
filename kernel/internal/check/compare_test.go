package check

import (
	"math"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/grade"
)

func number64(v float64) *float64 { return &v }
func words(s string) *string      { return &s }

// prepared is a check as a sheet has it.
func prepared(t *testing.T, c Check) *Check {
	t.Helper()
	if c.Expr == "" && c.Model == "" {
		c.Cell = "c"
	}
	if err := c.prepare(); err != nil {
		t.Fatal(err)
	}
	return &c
}

func TestOfOutput(t *testing.T) {
	for name, c := range map[string]struct {
		check  Check
		output string
		why    string // "": all is right
	}{
		"nothing expected":        {Check{}, "x", ""},
		"text":                    {Check{Text: words("a\nb")}, "\na  \r\nb\n\n", ""},
		"other text":              {Check{Text: words("a b")}, "a  b", "a saída deveria ser «a b», foi «a b»"},
		"value as a text":         {Check{Value: "a"}, "a", ""},
		"empty text":              {Check{Text: words("")}, "a", "deveria ser «»"},
		"contains":                {Check{Contains: "b\nc"}, "ab\ncd", ""},
		"contains not":            {Check{Contains: "x"}, "abc", "a saída não contém «x»"},
		"regexp":                  {Check{Regexp: `^a.c$`}, "abc", ""},
		"regexp not":              {Check{Regexp: `^a.d$`}, "abc", "não tem a forma esperada"},
		"last number":             {Check{Value: int64(3)}, "1 + 2 = 3", ""},
		"not the last":            {Check{Value: int64(2)}, "1 + 2 = 3", "esperado 2, obtido 3"},
		"comma":                   {Check{Value: 97.83}, "97,83 %", ""},
		"groups":                  {Check{Value: int64(401920)}, "401\u00a0920 pesos", ""},
		"minus":                   {Check{Value: -0.5}, "−0.5", ""},
		"exponent":                {Check{Value: 1.5e-3}, "1.5e-03", ""},
		"no number":               {Check{Value: int64(1)}, "um", "na saída: esperado 1 número, obtido nenhum"},
		"list":                    {Check{Value: []any{int64(4), 5.5}}, "[3 4 5.5]", ""},
		"list, one wrong":         {Check{Value: []any{int64(3), 5.5}}, "[3 4 5.5]", "esperado 3, obtido 4"},
		"after":                   {Check{After: "perda:", Value: 0.25}, "perda: 1\nperda: 0.25, época 9", ""},
		"after, nowhere":          {Check{After: "erro:", Value: 0.25}, "perda: 0.25", "a saída não contém «erro:»"},
		"after, no number":        {Check{After: "perda:", Value: 0.25}, "0.25 perda: ?", "depois de «perda:»: esperado 1 número, obtido nenhum"},
		"group":                   {Check{Regexp: `acc (\S+)`, Min: number64(0.9)}, "acc 0.1 acc 0.95 loss 3", ""},
		"group, too small":        {Check{Regexp: `acc (\S+)`, Min: number64(0.96)}, "acc 0.95 loss 3", "esperado no mínimo 0,96, obtido 0,95"},
		"min and max":             {Check{Min: number64(1), Max: number64(2)}, "2", ""},
		"too large":               {Check{Min: number64(1), Max: number64(2)}, "2.1", "esperado no máximo 2, obtido 2,1"},
		"NaN is not in a range":   {Check{Min: number64(1)}, "NaN", "obtido NaN"},
		"NaN is not a number":     {Check{Value: 1.0}, "NaN", "obtido NaN"},
		"NaN expected":            {Check{Value: math.NaN()}, "NaN", ""},
		"infinity":                {Check{Value: math.Inf(1)}, "+Inf", ""},
		"not infinity":            {Check{Value: math.Inf(1)}, "1e300", "esperado +∞"},
		"other infinity":          {Check{Value: math.Inf(1)}, "-Inf", "obtido −∞"},
		"float32 is near enough":  {Check{Value: 0.1}, "0.100000001", ""},
		"nearly is not":           {Check{Value: 0.1}, "0.1001", "esperado 0,1, obtido 0,1001"},
		"absolute":                {Check{Value: 1.0, Absolute: number64(0.1)}, "1.09", ""},
		"beyond absolute":         {Check{Value: 1.0, Absolute: number64(0.1)}, "0.89", "esperado 1 (± 0,1), obtido 0,89"},
		"absolute 0 is exact":     {Check{Value: 0.1, Absolute: number64(0)}, "0.100000001", "esperado 0,1 (± 0)"},
		"relative":                {Check{Value: -200.0, Relative: number64(0.01)}, "-201.9", ""},
		"beyond relative":         {Check{Value: -200.0, Relative: number64(0.01)}, "-202.1", "(± 2)"},
		"the two add up":          {Check{Value: 10.0, Relative: number64(0.1), Absolute: number64(1)}, "12", ""},
		"a number and words":      {Check{Contains: "ok", Value: 1.0}, "ok 2", "esperado 1, obtido 2"},
		"nothing for a terminal":  {Check{Text: words("a")}, "\x1b[31mb\x1b]0;t\a\u202ec\x00", "foi «·b··c·»"},
		"a long text is cut":      {Check{Text: words("a")}, strings.Repeat("é", 500), strings.Repeat("é", 79) + "…"},
		"a number inside a word":  {Check{Value: int64(2)}, "conv2d", ""},
		"decimals after a period": {Check{Value: int64(7)}, "são 7.", ""},
	} {
		why := strings.Join(prepared(t, c.check).ofOutput(c.output), "; ")
		if c.why == "" && why != "" || !strings.Contains(why, c.why) || c.why != "" && why == "" {
			t.Errorf("%s: got %q, want %q", name, why, c.why)
		}
	}
}

func TestOfAnswer(t *testing.T) {
	numbers := func(v ...float64) grade.Answer { return grade.Answer{Kind: grade.Numbers, Numbers: v} }
	text := grade.Answer{Kind: grade.Text, Text: "5"}
	yes, no := grade.Answer{Kind: grade.Bool, Bool: true}, grade.Answer{Kind: grade.Bool}
	for name, c := range map[string]struct {
		check  Check
		answer grade.Answer
		why    string
	}{
		"number":               {Check{Value: int64(5)}, numbers(5), ""},
		"other number":         {Check{Value: int64(5)}, numbers(6), "esperado 5, obtido 6"},
		"text is no number":    {Check{Value: int64(5)}, text, "esperado um número, obtido «5»"},
		"number is no text":    {Check{Value: "5"}, numbers(5), "esperado um texto, obtido 5"},
		"text":                 {Check{Value: "5"}, text, ""},
		"true":                 {Check{}, yes, ""},
		"not true":             {Check{}, no, "esperado true, obtido false"},
		"false":                {Check{Value: false}, no, ""},
		"number is not true":   {Check{}, numbers(1), "esperado um valor lógico, obtido 1"},
		"list":                 {Check{Value: []any{1.0, 2.0}}, numbers(1, 2), ""},
		"longer list":          {Check{Value: []any{1.0, 2.0}}, numbers(1, 2, 3), "esperados 2 números, obtidos 3"},
		"all are in the range": {Check{Min: number64(0), Max: number64(1)}, numbers(0, 0.5, 1), ""},
		"one is not":           {Check{Min: number64(0), Max: number64(1)}, numbers(0, 0.5, 2), "esperado no máximo 1, obtido 2"},
		"nothing":              {Check{Min: number64(0)}, grade.Answer{}, "esperado um número, obtido nada"},
		"none":                 {Check{Min: number64(0)}, numbers(), "obtido nenhum"},
		"error":                {Check{Value: int64(5)}, grade.Answer{Kind: grade.Numbers, Numbers: []float64{5}, Err: "no"}, "erro: no"},
	} {
		c.check.Expr = "f()"
		why := strings.Join(prepared(t, c.check).ofAnswer(c.answer), "; ")
		if c.why == "" && why != "" || !strings.Contains(why, c.why) || c.why != "" && why == "" {
			t.Errorf("%s: got %q, want %q", name, why, c.why)
		}
	}
}
