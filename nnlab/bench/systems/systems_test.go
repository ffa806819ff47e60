package main

import (
	"strings"
	"testing"
)

// The neocognitron is right on at least 85 of 100 digits, and loses less than an MLP when
// they are moved by 3 pixels.
func TestNeocognitron(t *testing.T) {
	if testing.Short() {
		t.Skip("a quarter of a minute")
	}
	right := func(run func(uint64) (float64, error)) float64 {
		v, err := run(2) // another seed than a model has without one
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	still, moved := right(neocognitron(150, 2000, 1000, 0)), right(neocognitron(150, 2000, 1000, 3))
	mlp, movedMLP := right(movedMLP(2000, 1000, 0)), right(movedMLP(2000, 1000, 3))
	t.Logf("neocognitron %.3f, moved %.3f; MLP %.3f, moved %.3f", still, moved, mlp, movedMLP)
	if still < 0.85 {
		t.Errorf("right on %v", still)
	}
	if still-moved > (mlp-movedMLP)/2 {
		t.Errorf("loses %v, the MLP %v", still-moved, mlp-movedMLP)
	}
}

// A page keeps the lines that were not measured anew, in the order of the rows, and forgets those of no row.
func TestPage(t *testing.T) {
	all := rows()
	known := map[string]string{"| gone | x | y": "| gone | x | y | 1 | 2 | 3 |"}
	for _, r := range []row{all[2], all[0]} {
		known[key(r.heading())] = r.heading() + "1 | 50 % | 1 s |"
	}
	text := page([]string{all[0].heading() + "1 | 90 % | 1 s |"}, known)
	first, third := strings.Index(text, "90 %"), strings.Index(text, all[2].heading()+"1 | 50 %")
	if first < 0 || third < first || strings.Contains(text, "gone") || strings.Count(text, "50 %") != 1 {
		t.Errorf("got %s", text)
	}
	seen := map[string]bool{}
	for _, r := range all {
		if k := key(r.heading()); k == "" || seen[k] {
			t.Errorf("%q stands for two rows, or none", k)
		}
		seen[key(r.heading())] = true
	}
}
