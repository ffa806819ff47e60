package ipynb

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// collect plays published messages: "kind {json}".
func collect(t *testing.T, c *Collector, messages ...string) {
	t.Helper()
	for _, m := range messages {
		kind, content, _ := strings.Cut(m, " ")
		if _, err := c.Add(kind, json.RawMessage(content)); err != nil {
			t.Fatal(err)
		}
	}
}

func texts(c *Collector) string {
	var parts []string
	for _, o := range c.Outputs {
		parts = append(parts, Text(o["text"])+Text(o.Data()["text/plain"]))
	}
	return strings.Join(parts, "|")
}

func TestCollector(t *testing.T) {
	const (
		display = `display_data {"data":{"text/plain":"a"},"transient":{"display_id":"1"}}`
		update  = `update_display_data {"data":{"text/plain":"b"},"transient":{"display_id":"1"}}`
	)
	for want, messages := range map[string][]string{
		"ab|c|d":    {`stream {"name":"stdout","text":"a"}`, `stream {"name":"stdout","text":"b"}`, `stream {"name":"stderr","text":"c"}`, `stream {"name":"stdout","text":"d"}`},
		"3%\n":      {`stream {"name":"stdout","text":"1%\r2%"}`, `stream {"name":"stdout","text":"\r3%\n"}`},
		"b":         {display, update},
		"b|b":       {display, display, update},
		"":          {update, `clear_output {"wait":false}`},
		"x":         {display, `clear_output {"wait":true}`, `stream {"name":"stdout","text":"x"}`},
		"a":         {display, `clear_output {"wait":true}`},
		"windows\n": {`stream {"name":"stdout","text":"windows\r\n"}`},
	} {
		c := NewCollector(nil)
		collect(t, c, messages...)
		if got := texts(c); got != want {
			t.Errorf("%q: got %q, want %q", messages, got, want)
		}
	}
	// An update reaches the display of a cell before.
	first := NewCollector(nil)
	collect(t, first, display)
	second := NewCollector(first)
	collect(t, second, update)
	if texts(first) != "b" || len(second.Outputs) != 0 {
		t.Errorf("got %q and %q", texts(first), texts(second))
	}
	c := NewCollector(nil)
	collect(t, c, `error {"ename":"E","evalue":"v","traceback":["l1","l2"]}`)
	if o := c.Outputs[0]; o["ename"] != "E" || !reflect.DeepEqual(o["traceback"], []any{"l1", "l2"}) {
		t.Errorf("got %v", o)
	}
}

func notebook(cells ...Cell) Notebook {
	nb := Notebook{"nbformat_minor": 5, "cells": []any{}}
	for i, c := range cells {
		nb.Insert(i, c)
	}
	return nb
}

func TestInject(t *testing.T) {
	nb := notebook(NewCode("a", "x"), NewCode("b", "var epochs, batch = 20, 128\nconst word = \"w\"", "parameters"), NewCode("c", "y"))
	parameters := []Parameter{{"epochs", "-2"}, {"word", "a \"b\""}, {"batch", "1e3"}}
	for range 2 { // a second time replaces the first
		if err := nb.Inject(parameters); err != nil {
			t.Fatal(err)
		}
	}
	want := "// parâmetros desta execução\nvar epochs = -2\nconst word = \"a \\\"b\\\"\"\nvar batch int = 1e3"
	if cells := nb.Cells(); len(cells) != 4 || cells[2].Source() != want {
		t.Errorf("got %d cells, %q", len(cells), cells[2].Source())
	}
	if nb.Cells()[2]["id"] != "injected-parameters" {
		t.Error("the cell has no id, which nbformat 4.5 demands")
	}
	old := notebook(NewCode("b", "var n = 1", "parameters"))
	old["nbformat_minor"] = 4
	if err := old.Inject([]Parameter{{"n", "2"}}); err != nil || old.Cells()[1]["id"] != nil {
		t.Errorf("nbformat 4.4 refuses ids, got %v, %v", old.Cells()[1]["id"], err)
	}
	if err := nb.Inject([]Parameter{{"epoch", "1"}}); err == nil || !strings.Contains(err.Error(), "epochs, batch, word") {
		t.Errorf("an unknown name gave %v", err)
	}
	if err := notebook(NewCode("a", "x")).Inject(parameters); err == nil {
		t.Error("injected into a notebook without parameters")
	}
}

// Variables may be made in any way, and what the cell has made of them is made again: each
// line of it runs once.
func TestInjectIntoStatements(t *testing.T) {
	const cell = `import "strconv"
epochs, rate := 20, 0.1 // both
var (
	batch = 128
	name  string
)
const classes = 10
steps := 60000 / batch * epochs
func total() int { return steps + classes }
all := total()
n, err := strconv.Atoi("3")
text := strconv.Itoa(n) // and no more
for i := range 3 {
	inner := i
	_ = inner
}
free := 7
epochs *= 1`
	const line = "// parâmetros desta execução\n"
	for arg, want := range map[string]string{
		"rate=1":      "var rate float64 = 1",
		"epochs=2":    "var epochs = 2\n// e o que é feito com eles\nsteps := 60000 / batch * epochs\nall := total()",
		"batch=1e1":   "var batch int = 1e1\n// e o que é feito com eles\nsteps := 60000 / batch * epochs\nall := total()",
		"steps=5":     "var steps = 5\n// e o que é feito com eles\nall := total()",
		"all=5":       "var all = 5",
		"name=um só":  "var name = \"um só\"",
		"n=4":         "var n = 4\n// e o que é feito com eles\ntext := strconv.Itoa(n)",
		"free=2*rate": "!o caderno declara free como int, e 2*rate não é um valor desse tipo",
		"free=2*n":    "var free int = 2*n",
		"rate=alta":   "!o caderno declara rate como float64, e alta não é um valor desse tipo",
		"classes=3":   "const classes = 3\n// e o que é feito com eles\nall := total()",
		"epoch=3":     "!os parâmetros do caderno são epochs, rate, batch, name, classes, steps, all, n, err, text, free",
		"inner=3":     "!os parâmetros do caderno são epochs, rate",
	} {
		p, err := ParseParameter(arg)
		if err != nil {
			t.Fatal(err)
		}
		nb := notebook(NewCode("a", cell, "parameters"))
		err = nb.Inject([]Parameter{p})
		if message, bad := strings.CutPrefix(want, "!"); bad {
			if err == nil || !strings.Contains(err.Error(), message) {
				t.Errorf("-p %s: %v, want an error with %s", arg, err, message)
			}
			continue
		}
		if err != nil {
			t.Errorf("-p %s: %v", arg, err)
		} else if got := nb.Cells()[1].Source(); got != line+want {
			t.Errorf("-p %s: %q, want %q", arg, got, line+want)
		}
	}
	nb := notebook(NewCode("a", cell, "parameters"))
	if err := nb.Inject([]Parameter{{"steps", "1"}, {"epochs", "2"}}); err != nil || nb.Cells()[1].Source() != line+"var steps = 1\nvar epochs = 2\n// e o que é feito com eles\nall := total()" {
		t.Errorf("%v, %q", err, nb.Cells()[1].Source())
	}
	if err := notebook(NewCode("a", "fmt.Print(1)", "parameters")).Inject([]Parameter{{"x", "1"}}); err == nil || !strings.Contains(err.Error(), "não declara nada com :=, var ou const") {
		t.Errorf("a cell without variables: %v", err)
	}
}

func ExampleParseParameter() {
	p, err := ParseParameter("epochs=2")
	fmt.Println(p.Name, p.Value, err)
	_, err = ParseParameter("2")
	fmt.Println(err)
	// Output:
	// epochs 2 <nil>
	// esperava nome=valor, com um nome de Go, e veio "2"
}

// A parameter keeps the type that the notebook gives it; what does not fit is
// refused, with the type.
func TestParametersKeepTheirTypes(t *testing.T) {
	const cell = `import (
	"time"
	clock "time"
)
type Mode string
var lr = 0.1
var n, small = 3, float32(0.5)
var name, mode = "um", Mode("a")
var shuffle = true
var wait = 2 * time.Second
var units = []int{512, 512}
var b byte = 7
const rate = 0.5
const count = 10
const size int64 = 4
var model = nosuch.Model()
var f func(int) int`
	for arg, want := range map[string]string{
		"lr=1": "var lr float64 = 1", "lr=1e-3": "var lr = 1e-3", "lr=-.5": "var lr = -.5", "lr=1/4.0": "var lr = 1/4.0", "lr=abc": "!float64", "lr=\"1\"": "!float64", "lr=": "!float64", "lr=0,5": "!float64",
		"n=5": "var n = 5", "n=1e3": "var n int = 1e3", "n=0.5": "!int", "n=3 camadas": "!int", "n='a'": "var n int = 'a'", "n=2*count": "var n int = 2*count", "n=1; panic(1)": "!int", "n=99999999999999999999": "!int",
		"small=1": "var small float32 = 1", "small=1e300": "!float32",
		"name=3 camadas": `var name = "3 camadas"`, "name=3": `var name = "3"`, "name=true": `var name = "true"`, "name=\"x\"": `var name = "x"`, "name=": `var name = ""`, "name='a'": `var name = "'a'"`, "name=a\nb": `var name = "a\nb"`,
		"mode=b":        `var mode Mode = "b"`,
		"shuffle=false": "var shuffle = false", "shuffle=1": "!bool", "shuffle=sim": "!bool",
		"wait=3*time.Second": "var wait clock.Duration = 3*time.Second", "wait=1.5": "!Duration",
		"units=[]int{1, 2}": "var units = []int{1, 2}", "units=5": "![]int", "units=nil": "var units []int = nil",
		"b=8": "var b byte = 8", "b=300": "!byte",
		"rate=1": "const rate = 1.0", "rate=0.25": "const rate = 0.25", "count=1e2": "const count = 100", "count=0.5": "!int", "size=5": "const size int64 = 5",
		"model=nosuch.Other()": "model = nosuch.Other()", "model=3 camadas": "!não é uma expressão de Go",
		"f=nil": "var f func(int) int = nil", "f=7": "!func(int) int",
	} {
		p, err := ParseParameter(arg)
		if err != nil {
			t.Fatal(err)
		}
		nb := notebook(NewCode("a", cell, "parameters"))
		err = nb.Inject([]Parameter{p})
		if message, bad := strings.CutPrefix(want, "!"); bad {
			if err == nil || !strings.HasPrefix(err.Error(), "-p "+arg+": ") || !strings.Contains(err.Error(), message) {
				t.Errorf("-p %s: %v, want an error with %s", arg, err, message)
			}
			continue
		}
		if err != nil {
			t.Errorf("-p %s: %v", arg, err)
			continue
		}
		if got := nb.Cells()[1].Source(); got != "// parâmetros desta execução\n"+want {
			t.Errorf("-p %s: %q, want %q", arg, got, want)
		}
	}
}
