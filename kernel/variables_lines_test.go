package main

import "testing"

// Labels at the top of a cell are as in a function of Go, and what stands behind one is a
// statement of the cell like any other.
func TestLabels(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"i := 0\nloop:\n\ti++\n\tif i < 3 {\n\t\tgoto loop\n\t}\ni", "execute_result text/plain 3"},
		{"outer:\nfor a := range 3 {\n\tfor b := range 3 {\n\t\tif a*b == 2 {\n\t\t\tbreak outer\n\t\t}\n\t\tfmt.Print(a, b, \";\")\n\t}\n}", `stdout "0 0;0 1;0 2;1 0;1 1;" idle`},
		{"again:\n\tx := 9\n\tif i < 5 {\n\t\ti++\n\t\tgoto again\n\t}\nlast:\n\tvar (\n\t\ty, z = x, i\n\t)\n\tif y < 0 {\n\t\tgoto last\n\t}", "idle"},
		{"x + y + z", "execute_result text/plain 23"},
		{"if x == 9 {\n\tgoto end\n}\nfmt.Print(\"not here\")\nend:\nx", "execute_result text/plain 9 | execute_result idle"},
		{"if x == 9 {\n\tgoto remove\n}\nremove:\nos.Remove(\"/no/such/file\")", "remove /no/such/file: no such file or directory | Célula [6], linha 5"},
		{"j := 5\ngoto end\nk := 7\nend:\nfmt.Print(j, k)", "crie-a antes do goto (goto end jumps over variable declaration at Célula [7], linha 3) | Célula [7], linha 2"},
		{"goto nowhere", "não há aqui o rótulo nowhere (label nowhere not defined) | Célula [8], linha 1"},
		{"\n\nunused:\nfor range 2 {\n}", "ninguém usa o rótulo unused; deixe-o fora (label unused defined and not used) | Célula [9], linha 3"},
		{"n := 1\nL:\nL:\nfor range 2 {\n\tbreak L\n}", "o rótulo L já existe; dê a um dos dois outro nome (label L already declared) | Célula [10], linha 3"},
		{"for m := range 2 {\n\tcontinue fora\n\tfmt.Print(m)\n}", "não há aqui o rótulo fora"},
	})
}

// Lines are those that the student has written, in whatever form the cell is compiled.
func TestLinesOfVariables(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"x := 1 // one\n/* two\n   lines */ y := []int{\n\t1,\n\t\"a\",\n}", "|    5 │ \t\"a\", |"},
		{"x := 1 // one\n/* two\n   lines */ y := map[string][]int{\n\t\"b\": {\n\t\t3,\n\t},\n}\nz := y[\"b\"][\n\t5]", "Célula [2], linha 8 |    8 │ z := y[\"b\"]["},
		{"//go:noinline\nfunc deep(p *int) int {\n\t// so far\n\treturn *p\n}\nvar none *int\nq, w := x, deep(\n\tnone)", "Célula [3], linha 4 |    4 │ \treturn *p | Célula [3], linha 7 |"},
		{"v1, v2 := 1,\n\t2\nv3 := func() int {\n\ta := []int{}\n\treturn a[v1+v2]\n}()", "Célula [4], linha 5 |    5 │ \treturn a[v1+v2] | Célula [4], linha 6 |"},
		{"x := map[string]struct {\n\tb []int\n}{\n\t\"k\": {\n\t\tb: []int{func() int { var p *int; return *p }()},\n\t},\n}", "Célula [5], linha 5 |"},
		{"var (\n\tt1 = 1\n\tt2 = strconv.Itoa(\n\t\t\"x\")\n)", "|    4 │ \t\t\"x\") |      │ \t\t^"},
		{"s1 := `a\nb\nc`; s2 := missing", "Célula [7], linha 3: undefined: missing |    3 │ c`; s2 := missing"},
		{"/* c */ y /* d */ := /* e */ x /* f */ + missing", "Célula [8], linha 1: undefined: missing |    1 │ /* c */ y /* d */ := /* e */ x /* f */ + missing |      │                                          ^"},
		// Types with parameters, and methods, in this cell and in an earlier one.
		{"type num interface{ ~int | ~float64 }\n\nfunc sum[T num](xs ...T) (t T) {\n\tfor _, x := range xs {\n\t\tt += x\n\t}\n\tif t > 5 {\n\t\tpanic(\"large\")\n\t}\n\treturn\n}\n\ntype list[T num] []T\n\nfunc (l list[T]) Sum() T {\n\treturn sum(l...)\n}\n\nr := list[int]{1,\n\t2}.Sum()", "idle"},
		{"r2 := list[float64]{4, 5}\nr3 := r2.\n\tSum()", "Célula [9], linha 8 |    8 │ \t\tpanic(\"large\") | Célula [9], linha 16 |   16 │ \treturn sum(l...) | Célula [10], linha 3 |"},
		{"func as[A, B any](a A) (b B) {\n\treturn\n}", "idle"},
		{"\nas(2)", "os argumentos de as não dizem que tipo é B; escreva os tipos: as[int](…) (in call to as, cannot infer B (declared at Célula [11], linha 1)) | Célula [12], linha 2"},
		{"type T struct{ a, a int }", "há dois a (a redeclared) | Célula [13], linha 1"},
		// What says to the compiler that lines are others is no more than a comment to the kernel.
		{"//line other.go:77\nx := missing", "Célula [14], linha 2: undefined: missing |    2 │ x := missing"},
		{"//line other.go:1\nx := 7\nfunc seven() int { return 7 }\nx", "execute_result text/plain 7"},
		{"seven() + x", "execute_result text/plain 14"},
	})
}
