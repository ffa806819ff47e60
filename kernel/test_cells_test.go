package main

import "testing"

// A cell of tests is compiled with what it leads to, as it is now: what no longer compiles,
// or sees variables, is in the way only of a test that needs it.
func TestCellsOfTests(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"type T struct{ a int }\n\nfunc (t T) Twice() int { return 2 * t.a }\nfunc (t T) Old() int { return t.a }\nfunc (t T) String() string { return \"T\" }", "idle"},
		{"type T struct{ b int }", "idle"},
		{"%test\nfunc TestFields(t *testing.T) {\n\tif (T{3}).b != 3 || fmt.Sprint(T{}) != \"T\" {\n\t\tt.Fatal(T{3})\n\t}\n}", "--- PASS: TestFields"},
		{"func (t T) Twice() int { return 20 * t.b }", "idle"},
		{"%test\nfunc TestTwice(t *testing.T) {\n\tif got := (T{3}).Twice(); got != 60 {\n\t\tt.Fatal(got)\n\t}\n}", "--- PASS: TestTwice"},
		{"%test\nfunc TestOld(t *testing.T) {\n\tt.Log((T{3}).Old())\n}", "T não tem campo nem método a (t.a undefined (type T has no field or method a)) | Célula [1], linha 4"},
		{"y := 3\nfunc sees() int { return y + len(strings.Fields(\"a b\")) }\nfunc pure() int { return 3 }", "idle"},
		{"%test\nfunc TestPure(t *testing.T) {\n\tif pure() != 3 {\n\t\tt.Fatal()\n\t}\n}", "--- PASS: TestPure"},
		{"%test\nfunc TestSees(t *testing.T) {\n\tt.Log(sees())\n}", "em células com %test e %wasm não há variáveis do caderno, e y é uma"},
		// Tests of other cells are there for a cell that says what to run.
		{"%test\n%args -test.v -test.run=TestTwice\nfunc TestNot(t *testing.T) { t.Fatal() }", "--- PASS: TestTwice"},
		{"func TestMain(m *testing.M) {\n\tfmt.Println(\"begins\")\n\tos.Exit(m.Run())\n}", "idle"},
		{"%test\ntype local struct{ x float64 }\nfunc (l local) root() float64 { return math.Sqrt(l.x) }\nfunc TestLocal(t *testing.T) {\n\tif (local{4}).root() != 2 {\n\t\tt.Fatal()\n\t}\n}", `begins\n=== RUN   TestLocal\n--- PASS`},
		{"T{1}.Twice() + y", "execute_result text/plain 23"},
	})
}
