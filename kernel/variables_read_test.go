package main

import "testing"

// A variable that a cell only reads has its value exactly, of its type; what changes it is
// there in the next cell, whatever it is.
func TestReadVariables(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"third, small, odd, empty, wide := 1./3, float32(0.1), \"é\\xff\\n\\\"\", \"\", uint64(math.MaxUint64)", "idle"},
		{"fmt.Printf(\"%v %v %T %q %q %v\", third == 1./3, small == 0.1, small, odd, empty, wide == math.MaxUint64)", `stdout "true true float32 \"é\\xff\\n\\\"\" \"\" true"`},
		{"type degrees float64\nfunc (d *degrees) rise() { *d++ }\nt := degrees(20)", "idle"},
		{"t", "execute_result text/plain 20"},
		{"t.rise()\nfmt.Print(t)", `stdout "21"`},
		{"fmt.Printf(\"%v %T\", t, t)", `stdout "21 main.degrees"`},
		{"wait := 2 * time.Second", "idle"},
		{"fmt.Print(wait)", `stdout "2s"`},
		{"none, never := math.Copysign(0, -1), math.NaN()", "idle"},
		{"fmt.Print(math.Signbit(none), never)", `stdout "true NaN"`},
		{"n := 1\nfunc twice() int { return 2 * n }\nfunc more() { n++ }", "idle"},
		{"fmt.Print(twice())", `stdout "2"`},
		{"more()\nfmt.Print(twice())", `stdout "4"`},
		{"fmt.Print(n, strings.Map(func(r rune) rune { return r + rune(n) }, \"a\"))", `stdout "2c"`},
		{"panic(n)", "panic: 2"},
		{"n", "execute_result text/plain 2"},
	})
}
