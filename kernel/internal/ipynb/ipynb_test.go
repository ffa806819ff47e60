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
	want := "// parâmetros desta execução\nvar epochs = -2\nconst word = \"a \\\"b\\\"\"\nvar batch = 1e3"
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

func ExampleParseParameter() {
	p, err := ParseParameter("epochs=2")
	fmt.Println(p.Name, p.Value, err)
	_, err = ParseParameter("2")
	fmt.Println(err)
	// Output:
	// epochs 2 <nil>
	// expected name=value with a Go name, got "2"
}
