package check

import (
	"cmp"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"regexp"
)

// prepare fills in what was left out and returns the first mistake.
func (c *Check) prepare() (err error) {
	c.Name = cmp.Or(c.Name, c.Cell, c.Expr, c.Model)
	one := 1.0
	c.Points = cmp.Or(c.Points, &one)
	if *c.Points < 0 {
		return fmt.Errorf("points: expected 0 or more, got %v", *c.Points)
	}
	if c.pattern, err = regexp.Compile(c.Regexp); err != nil {
		return fmt.Errorf("regexp: %w", err)
	}
	if err := c.prepareValue(); err != nil {
		return err
	}
	switch {
	case c.Expr != "" && c.Model != "":
		return errors.New("expected expr or model, got both; make two checks")
	case c.Expr == "" && c.Model == "" && c.Cell == "":
		return errors.New("expected one of cell, expr and model")
	case c.Model == "" && (c.Data != "" || c.Metric != ""):
		return errors.New("data and metric belong to a model; name it with model")
	case c.Expr == "" && c.Model == "" && c.Setup != "":
		return errors.New("setup stands before an expr or a model; there is neither")
	case c.After != "" && (c.Expr != "" || c.Model != ""):
		return errors.New("after belongs to the output of a cell; an expr or a model has none")
	case c.After != "" && !c.numeric():
		return errors.New("after names the place of a number; expected value, min or max beside it")
	}
	if c.Model != "" {
		c.Data, c.Metric = cmp.Or(c.Data, "mnist"), cmp.Or(c.Metric, "accuracy")
		if !c.numeric() || c.textual() {
			return errors.New("a model is judged by a number: expected min, max or value, and nothing of text")
		}
	}
	if c.Expr != "" && !c.numeric() && !c.textual() && c.Value == nil {
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
				return fmt.Errorf("value: a list holds numbers, got %v", v)
			}
		default:
			return fmt.Errorf("value: expected a number, a list of numbers, true, false or a text, got %v", v)
		}
	}
	if isList && len(list) == 0 {
		return errors.New("value: the list is empty")
	}
	switch v := c.Value.(type) {
	case bool:
		if c.Expr == "" {
			return errors.New("value: true and false are for an expr; the output of a cell is text")
		}
	case string:
		if c.Text != nil {
			return errors.New("expected text or value, got both")
		}
		c.Text, c.Value = &v, nil
	}
	if (c.Absolute != nil || c.Relative != nil) && c.want == nil {
		return errors.New("absolute and relative are tolerances of a value that is a number")
	}
	return nil
}

// numeric tells whether a number is expected.
func (c *Check) numeric() bool { return c.want != nil || c.Min != nil || c.Max != nil }

// textual tells whether a text is expected.
func (c *Check) textual() bool { return c.Text != nil || c.Contains != "" || c.Regexp != "" }

// parse finds mistakes in the Go of the check before any notebook is run.
func (c *Check) parse() error {
	for key, code := range map[string]string{"expr": c.Expr, "model": c.Model, "data": c.Data} {
		if code == "" {
			continue
		}
		if _, err := parser.ParseExpr(code); err != nil {
			return fmt.Errorf("%s: not a Go expression: %w", key, err)
		}
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", "package p; func _() {\n"+c.Setup+"\n}", parser.SkipObjectResolution); err != nil {
		return fmt.Errorf("setup: not Go statements: %w", err)
	}
	return nil
}
