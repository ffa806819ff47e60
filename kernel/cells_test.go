package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestCells runs cells one after the other in one kernel, as a student writes
// them, and looks at what they show.
func TestCells(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	for _, c := range []struct{ code, want string }{
		{"fmt.Println(\"sem %%\")", `stdout "sem %%\n"`},
		{"x := 20\nfunc double(n int) int {\n\treturn 2 * n\n}\nvar kept = 1\nfmt.Print(double(x) + kept)", `stdout "41"`},
		{"fmt.Print(double(kept))", `stdout "2"`},
		{"%%\nfmt.Print(double(kept + 1))", `stdout "4"`},
		{"import \"strings\"\nfmt.Print(strings.ToUpper(\"a\"))", `stdout "A"`},
		{"for i := 0; i < 3; i++ {\n\tfmt.Print(i)\n}", `stdout "012"`},
		// What does not compile leaves nothing behind, what fails as it runs does.
		{"var kept = 7\nnosuch()", "error erro de compilação: undefined: nosuch | Célula [7], linha 2: undefined: nosuch |    2 │ nosuch() |      │ ^"},
		{"fmt.Print(kept)", `stdout "1"`},
		{"var kept = 8\npanic(\"mau\")", "error panic: mau | panic: mau | Célula [9], linha 2 |    2 │ panic(\"mau\")"},
		{"fmt.Print(kept)", `stdout "8"`},
		{"func bad(p []int) int {\n\treturn p[3]\n}", ""},
		{"\n\nbad(nil)", "Célula [11], linha 2 |    2 │ \treturn p[3] | Célula [12], linha 3 |    3 │ bad(nil)"},
		{"y := (", "error erro de compilação: expected operand"},
	} {
		id, reply := f.run(c.code)
		got := strings.Join(f.about(id)[2:], " ")
		if reply["status"] == "error" {
			lines := []string{}
			for _, l := range reply["traceback"].([]any) {
				lines = append(lines, l.(string))
			}
			got = fmt.Sprintf("%s: %s | %s", got[:len(got)-len(" idle")], reply["evalue"], strings.Join(lines, " | "))
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%q shows\n%s\nwant\n%s", c.code, got, c.want)
		}
	}
}
