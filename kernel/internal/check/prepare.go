package check

import (
	"cmp"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"math"
	"regexp"
)

// prepare fills in what was left out and returns the first mistake.
func (c *Check) prepare() (err error) {
	c.Name = cmp.Or(c.Name, c.Cell, c.Expr, c.Model)
	one := 1.0
	c.Points = cmp.Or(c.Points, &one)
	if !(*c.Points >= 0) || math.IsInf(*c.Points, 1) {
		return fmt.Errorf("points: esperava 0 ou mais, veio %s", decimal(*c.Points))
	}
	for name, v := range map[string]*float64{"min": c.Min, "max": c.Max, "absolute": c.Absolute, "relative": c.Relative} {
		if v != nil && math.IsNaN(*v) {
			return fmt.Errorf("%s: esperava um número, veio NaN", name)
		}
	}
	if c.Timeout != 0 {
		if err := checkTimeout("timeout", c.Timeout); err != nil {
			return err
		}
	}
	if c.pattern, err = regexp.Compile(c.Regexp); err != nil {
		return fmt.Errorf("regexp: não é uma expressão regular: %w", err)
	}
	if err := c.prepareValue(); err != nil {
		return err
	}
	switch {
	case c.Expr != "" && c.Model != "":
		return errors.New("esperava expr ou model, e há os dois; faça dois testes")
	case c.Expr == "" && c.Model == "" && c.Cell == "":
		return errors.New("esperava um de cell, expr e model")
	case c.Model == "" && (c.Data != "" || c.Metric != ""):
		return errors.New("data e metric são de um modelo; diga qual com model")
	case c.Expr == "" && c.Model == "" && c.Setup != "":
		return errors.New("setup vem antes de um expr ou de um model, e não há nenhum")
	case c.After != "" && (c.Expr != "" || c.Model != ""):
		return errors.New("after é da saída de uma célula; um expr ou um model não tem saída")
	case c.After != "" && !c.numeric():
		return errors.New("after diz onde está um número; esperava value, min ou max ao lado")
	}
	if c.Model != "" {
		c.Data, c.Metric = cmp.Or(c.Data, "mnist"), cmp.Or(c.Metric, "accuracy")
		if !c.numeric() || c.textual() {
			return errors.New("um modelo se julga por um número: esperava min, max ou value, e nada de texto")
		}
	}
	if err := c.prepareReference(); err != nil {
		return err
	}
	if c.Expr != "" && c.Right == "" && !c.numeric() && !c.textual() && c.Value == nil {
		c.Value = true // an expression alone is one that must be true
	}
	return c.parse()
}

// prepareValue reads a number or a list of them from Value.
func (c *Check) prepareValue() error {
	list, isList := c.Value.([]any)
	if !isList {
		list = []any{c.Value}
	}
	for _, v := range list {
		switch v := v.(type) {
		case int64:
			c.want = append(c.want, float64(v))
		case float64:
			c.want = append(c.want, v)
		case nil, bool, string:
			if isList {
				return fmt.Errorf("value: uma lista é de números, veio %v", v)
			}
		default:
			return fmt.Errorf("value: esperava um número, uma lista de números, true, false ou um texto, veio %v", v)
		}
	}
	if isList && len(list) == 0 {
		return errors.New("value: a lista está vazia")
	}
	switch v := c.Value.(type) {
	case bool:
		if c.Expr == "" {
			return errors.New("value: true e false são para um expr; a saída de uma célula é texto")
		}
	case string:
		if c.Text != nil {
			return errors.New("esperava text ou value, e há os dois")
		}
		c.Text, c.Value = &v, nil
	}
	if (c.Absolute != nil || c.Relative != nil) && c.want == nil && c.Right == "" && c.Draw == "" {
		return errors.New("absolute e relative são tolerâncias de um value que é um número")
	}
	return nil
}

// numeric tells whether a number is expected.
func (c *Check) numeric() bool { return c.want != nil || c.Min != nil || c.Max != nil }

// textual tells whether a text is expected.
func (c *Check) textual() bool { return c.Text != nil || c.Contains != "" || c.Regexp != "" }

// parse finds mistakes in the Go of the check before any notebook is run.
func (c *Check) parse() error {
	for key, code := range map[string]string{"expr": c.Expr, "model": c.Model, "data": c.Data, "reference": c.Right} {
		if code == "" {
			continue
		}
		if _, err := parser.ParseExpr(code); err != nil {
			return fmt.Errorf("%s: não é uma expressão de Go: %w", key, err)
		}
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", "package p; func _() {\n"+c.Setup+"\n}", parser.SkipObjectResolution); err != nil {
		return fmt.Errorf("setup: não são comandos de Go: %w", err)
	}
	return nil
}
