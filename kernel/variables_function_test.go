package main

import "testing"

// Functions are values that survive: declared ones, those of packages, methods of
// receivers that survive. Others are refused where they are used.
func TestVariablesThatAreFunctions(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{`type counter struct{ n int }
func (c *counter) inc(by int) int { c.n += by; return c.n }
func (c counter) now() int { return c.n }
type stack[T any] struct{ all []T }
func (s *stack[T]) push(v T) int { s.all = append(s.all, v); return len(s.all) }
func twice[T any](f func(T) T, v T) T { return f(f(v)) }
func half(n int) int { return n / 2 }
c := &counter{1}
s := &stack[string]{}`, "idle"},
		{"named := half\ntype op func(int) int\nvar ofType op = half\nlibrary := strings.ToUpper\ninferred := func(f func(int) int, n int) int { return twice(f, n) }", "idle"},
		{"fmt.Print(named(8), library(\"a\"), inferred(half, 12), ofType(10))", `stdout "4A3 5"`},
		{"inc := c.inc\nnow := c.now\npush := s.push\nc.n = 5", "idle"},
		{"fmt.Print(inc(1), \" \", now(), \" \", push(\"a\"), push(\"b\"), s.all, \" \", c.n)", `stdout "6 1 1 2 [a b] 6"`},
		{"fmt.Print(inc(1), push(\"c\"))", `stdout "7 3"`},
		{"fmt.Print(c.n, len(s.all))", `stdout "7 3"`},
		{"table := map[string]func(int) int{\"half\": half, \"inc\": c.inc}\nlist := []any{s.push, c.now}", "idle"},
		{"fmt.Print(table[\"half\"](6), table[\"inc\"](1), list[0].(func(string) int)(\"d\"), list[1].(func() int)())", `stdout "3 8 4 7"`},
		// Methods as functions of their receivers.
		{"type noted struct{ *counter }\nincOf, nowOf, promoted, pushOf := (*counter).inc, counter.now, noted.inc, (*stack[string]).push\nsaid := fmt.Stringer.String\nby := map[string]func(time.Time, time.Time) int{\"t\": time.Time.Compare}", "idle"},
		{"fmt.Print(incOf(c, 2), nowOf(*c), promoted(noted{c}, 1), pushOf(s, \"e\"), said(time.Second), by[\"t\"](time.Unix(2, 0), time.Unix(1, 0)))", `stdout "10 10 11 51s1"`},
		{"c.n = 7", "idle"},
		{"func adder(n int) func(int) int { return func(m int) int { return n + m } }\nadd := adder(2)\nfine := 1\nfmt.Print(add(3))", `stdout "5"`},
		{"fmt.Print(add(4))", "uma função que usa variáveis locais só existe na célula em que foi feita"},
		{"mixed := map[string]any{\"n\": 1, \"f\": adder(1)}\nfine++", "idle"},
		{"mixed[\"n\"]", "uma função que usa variáveis locais só existe na célula em que foi feita"},
		{"fine", "execute_result text/plain 2"},
		// A function that is declared anew is another one for those who hold it.
		{"func half(n int) int { return n / 3 }", "idle"},
		{"fmt.Print(named(9), table[\"half\"](9))", `stdout "3 3"`},
	})
}
