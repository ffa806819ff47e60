package build

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// drawn is a notebook that is drawn at random, cell by cell, beside the plain program
// that must print the same: there each variable of a name and a type is a variable of
// the package, and := an assignment to it.
type drawn struct {
	t    *rapid.T
	id   int
	vars map[string]*variable
	next int // number of the next name

	cell, plain          []string // statements of the cell that is being drawn, and of the program
	cellDecls, plainVars []string // its functions; the variables and functions of the program
	functions            map[string]*callable
	used                 []*callable // declared or called in the cell that is being drawn
}

// variable is one that is alive.
type variable struct {
	plain string // its name in the plain program
	kind  string
	of    *callable // of a function: what its literal names; dead where one of these is no more
}

// callable is a function: what it names, and whether it may still be called.
type callable struct {
	plain string
	names []string
	dead  bool
}

// use notes that a function is declared or called in this cell.
func (d *drawn) use(c *callable) *callable {
	d.used = append(d.used, c)
	return c
}

var kinds = []string{"int", "string", "[]int", "map[string]int", "*int", "node", "*node", "func(int) int", "any"}

func (d *drawn) n(to int) int { return rapid.IntRange(0, to-1).Draw(d.t, "n") }

// say adds a statement to both, with the same text but for the names.
func (d *drawn) say(format string, x ...text) {
	cell, plain := make([]any, len(x)), make([]any, len(x))
	for i, t := range x {
		cell[i], plain[i] = t.cell, t.plain
	}
	d.cell = append(d.cell, fmt.Sprintf(format, cell...))
	d.plain = append(d.plain, fmt.Sprintf(format, plain...))
}

// text is a piece of Go in the notebook and in the plain program, and the variables that
// it names.
type text struct {
	cell, plain string
	names       []string
	of          *callable
}

func both(s string) text { return text{cell: s, plain: s} }

func join(format string, x ...text) (t text) {
	cell, plain := make([]any, len(x)), make([]any, len(x))
	for i, p := range x {
		cell[i], plain[i] = p.cell, p.plain
		t.names = append(t.names, p.names...)
	}
	t.cell, t.plain = fmt.Sprintf(format, cell...), fmt.Sprintf(format, plain...)
	return t
}

// one is a variable of a kind; false where there is none.
func (d *drawn) one(kind string) (text, bool) {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(d.vars)) {
		if v := d.vars[name]; v.kind == kind && (v.of == nil || !v.of.dead) {
			names = append(names, name)
		}
	}
	if names == nil {
		return text{}, false
	}
	name := names[d.n(len(names))]
	v := d.vars[name]
	return text{name, v.plain, []string{name}, v.of}, true
}

// value is an expression of a kind. plain leaves out calls of the notebook's functions,
// which may not call each other.
func (d *drawn) value(kind string, depth int, plain bool) text {
	v, ok := d.one(kind)
	if ok && d.n(3) == 0 {
		return v
	}
	number := func() text { return d.value("int", depth-1, plain) }
	of := func(kind, format string) (text, bool) {
		x, ok := d.one(kind)
		return join(format, x), ok && depth > 0
	}
	var all []text
	add := func(t text, ok bool) {
		if ok {
			all = append(all, t)
		}
	}
	switch kind {
	case "int":
		add(both(fmt.Sprint(d.n(100))), true)
		add(of("[]int", "len(%s)"))
		add(of("*int", "deref(%s)"))
		add(of("node", "%s.N"))
		add(of("map[string]int", "%s[\"a\"]"))
		if depth > 0 {
			add(join("(%s + %s)", number(), number()), true)
			if f, ok := d.one("func(int) int"); ok && !plain {
				d.use(f.of)
				add(join("%s(%s)", f, number()), true)
			}
			for _, name := range slices.Sorted(maps.Keys(d.functions)) {
				if f := d.functions[name]; !f.dead && !plain {
					d.use(f)
					add(join("%s(%s)", text{cell: name, plain: f.plain}, number()), true)
				}
			}
		}
	case "string":
		add(both(fmt.Sprintf("%q", string(rune('a'+d.n(26))))), true)
		if depth > 0 {
			add(join("fmt.Sprint(%s)", number()), true)
			add(join("(%s + %s)", d.value("string", depth-1, plain), d.value("string", depth-1, plain)), true)
		}
	case "[]int":
		add(both("[]int{1, 2, 3}"), true)
		add(of("[]int", "half(%s)"))
		add(of("node", "%s.L"))
		if depth > 0 {
			add(join("append(%s, %s)", d.value("[]int", depth-1, plain), number()), true)
		}
	case "map[string]int":
		add(both("map[string]int{\"a\": 1}"), true)
		add(of("node", "%s.M"))
	case "*int":
		add(both("new(int)"), true)
		add(of("int", "&%s"))
		add(of("node", "&%s.N"))
		if depth > 0 {
			add(join("at(%s, %s)", d.value("[]int", depth-1, plain), both(fmt.Sprint(d.n(5)))), true)
		}
	case "node", "*node":
		if depth > 0 {
			amp := map[string]string{"node": "", "*node": "&"}[kind]
			add(join(amp+"node{N: %s, L: %s, P: %s, M: %s}", number(), d.value("[]int", depth-1, plain), d.value("*node", depth-1, plain), d.value("map[string]int", depth-1, plain)), true)
		}
		if kind == "*node" {
			add(of("node", "&%s"))
			add(both("(*node)(nil)"), true)
		} else {
			add(both("node{S: \"z\"}"), true)
		}
	case "func(int) int":
		t := d.body()
		t.of = d.use(&callable{names: t.names})
		return t
	case "any":
		k := kinds[d.n(7)]
		add(join("any(%s)", d.value(k, depth-1, plain)), true)
	}
	return all[d.n(len(all))]
}

// body is a function literal that sees variables of the notebook alone.
func (d *drawn) body() text {
	x, ok := d.one("int")
	if s, have := d.one("[]int"); have && (!ok || d.n(2) == 0) {
		return join("func(k int) int { %s = append(%s, k); return len(%s) }", s, s, s)
	}
	if ok && d.n(2) == 0 {
		return join("func(k int) int { %s += k; return %s }", x, x)
	}
	return join("func(k int) int { return k + %s }", d.value("int", 1, true))
}

// declare has a name mean a variable of a kind: one that it is already, or a new one.
func (d *drawn) declare(name, kind string) text {
	v := d.vars[name]
	if v == nil || v.kind != kind {
		d.forget(name)
		d.next++
		v = &variable{plain: fmt.Sprintf("%s_%d", name, d.next), kind: kind}
		d.plainVars = append(d.plainVars, "var "+v.plain+" "+kind)
		d.vars[name] = v
	}
	return text{cell: name, plain: v.plain}
}

// forget has a name mean nothing: what names it may not be called any more.
func (d *drawn) forget(name string) {
	for _, c := range d.callables() {
		c.dead = c.dead || slices.Contains(c.names, name)
	}
	delete(d.vars, name)
}

func (d *drawn) callables() (all []*callable) {
	for _, f := range d.functions {
		all = append(all, f)
	}
	for _, v := range d.vars {
		if v.of != nil {
			all = append(all, v.of)
		}
	}
	return all
}

// free tells whether a name may come to mean another variable in this cell: a function
// sees variables as the cell leaves them.
func (d *drawn) free(name string) bool {
	return !slices.ContainsFunc(d.used, func(c *callable) bool { return slices.Contains(c.names, name) })
}

// name is one that a := may declare as a variable of a kind.
func (d *drawn) name(kind string) string {
	for range 3 {
		name := fmt.Sprintf("%c%d", 'a'+d.n(8), d.id)
		if v := d.vars[name]; v != nil && v.kind == kind || d.free(name) {
			return name
		}
	}
	d.next++
	return fmt.Sprintf("z%d_%d", d.id, d.next)
}

// step draws a statement.
func (d *drawn) step() {
	kind := kinds[d.n(len(kinds))]
	switch d.n(10) {
	case 0, 1, 2:
		x := d.value(kind, 2, false)
		name := d.name(kind)
		before := d.vars[name]
		to := d.declare(name, kind)
		if x.of != nil && before != d.vars[name] { // it may name what the name was
			x.of.dead = x.of.dead || slices.Contains(x.of.names, name)
		}
		d.vars[name].of = x.of
		form := []string{"%s := %s", "var %s " + kind + " = %s"}[d.n(2)]
		d.cell = append(d.cell, fmt.Sprintf(form, to.cell, x.cell))
		d.plain = append(d.plain, fmt.Sprintf("%s = %s", to.plain, x.plain))
	case 3:
		if kind == "func(int) int" {
			return
		}
		to := d.declare(d.name(kind), kind)
		d.cell = append(d.cell, "var "+to.cell+" "+kind)
		d.plain = append(d.plain, fmt.Sprintf("%s = *new(%s)", to.plain, kind))
	case 4: // with an old one
		if old, ok := d.one("int"); ok {
			d.next++
			x, y := d.value("int", 1, false), d.value("string", 1, false)
			to := d.declare(fmt.Sprintf("y%d_%d", d.id, d.next), "string")
			d.cell = append(d.cell, fmt.Sprintf("%s, %s := %s, %s", old.cell, to.cell, x.cell, y.cell))
			d.plain = append(d.plain, fmt.Sprintf("%s, %s = %s, %s", old.plain, to.plain, x.plain, y.plain))
		}
	case 5, 6:
		if to, ok := d.one(kind); ok {
			x := d.value(kind, 2, false)
			d.say("%s = %s", to, x)
			d.vars[to.cell].of = x.of
		}
	case 7:
		number := d.value("int", 1, false)
		switch to, ok := d.one(kind); {
		case !ok:
		case kind == "int":
			d.say([]string{"%s += %s", "%s -= %s"}[d.n(2)], to, number)
		case kind == "[]int":
			d.say([]string{"store(at(%s, 1), %s)", "%[1]s = append(%[1]s, %[2]s)"}[d.n(2)], to, number)
		case kind == "map[string]int":
			d.say("put(%s, fmt.Sprint(%s %% 3), 5)", to, number)
		case kind == "*int":
			d.say("store(%s, %s)", to, number)
		case kind == "node":
			d.say([]string{"%s.N = %s", "touch(&%s, %s)", "%[1]s.P, %[1]s.N = &%[1]s, %[2]s"}[d.n(3)], to, number)
		case kind == "*node":
			d.say("touch(%s, %s)", to, number)
		}
	case 8:
		if len(d.functions) < 3 {
			d.next++
			name := fmt.Sprintf("f%d_%d", d.id, d.next)
			lit := d.body()
			d.functions[name] = d.use(&callable{plain: name, names: lit.names})
			d.cellDecls = append(d.cellDecls, "func "+name+strings.TrimPrefix(lit.cell, "func"))
			d.plainVars = append(d.plainVars, "func "+name+strings.TrimPrefix(lit.plain, "func"))
		}
	case 9:
		if x, ok := d.one(kind); ok && kind != "func(int) int" {
			d.print(x)
		}
	}
}

func (d *drawn) print(x text) {
	d.say(fmt.Sprintf("fmt.Println(\"%d|\", %q, show(%%s))", d.id, x.cell), x)
}

// draw draws the next cell; in between, variables may be deleted.
func (d *drawn) draw(last bool) (statements, decls, deleted []string) {
	d.cell, d.cellDecls, d.used = nil, nil, nil
	for range 3 + d.n(6) {
		d.step()
	}
	for _, name := range slices.Sorted(maps.Keys(d.vars)) {
		v := d.vars[name]
		if x := (text{cell: name, plain: v.plain}); last && v.kind != "func(int) int" {
			d.print(x)
		}
	}
	if names := slices.Sorted(maps.Keys(d.vars)); d.n(4) == 0 && len(names) > 0 {
		deleted = []string{names[d.n(len(names))]}
		d.forget(deleted[0])
	}
	return d.cell, d.cellDecls, deleted
}
