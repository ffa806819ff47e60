package datasets

import (
	"math/rand/v2"
	"slices"
)

// StratifiedSplit draws about n examples from seed, 1 ≤ n < Len, so that each class has
// the same share in them as in the set (to the nearest example), and returns them and the
// others, both in the order of the set: scikit-learn's train_test_split with stratify. The
// set must have class indices. Put a Shuffle behind it for another order; Fit has one of
// its own.
func (s *Set) StratifiedSplit(n int, seed uint64) (first, rest *Set) {
	part := func(drawn bool) *Set {
		return s.derive(recipe{step: "StratifiedSplit", args: []any{n, seed, drawn}}, func(v view) (view, error) {
			chosen, err := v.stratum(n, seed)
			if err != nil {
				return view{}, err
			}
			all := v.rows
			v.rows = nil
			for i, row := range all {
				if chosen[i] == drawn {
					v.rows = append(v.rows, row)
				}
			}
			return v, nil
		})
	}
	return part(true), part(false)
}

// stratum tells of each example whether it is one of the n that are drawn. Class c gives
// n·(share of c), rounded so that the sum is n: the largest remainders are rounded up.
func (v *view) stratum(n int, seed uint64) ([]bool, error) {
	if v.classes == 0 {
		return nil, lacksClasses("StratifiedSplit", "write Shuffle(1).Split(n)")
	}
	if err := checkSplit("StratifiedSplit", n, len(v.rows)); err != nil {
		return nil, err
	}
	of := make([][]int, v.classes) // the examples of each class
	var class [1]float32
	for i, row := range v.rows {
		v.from.target(int(row), class[:])
		of[int(class[0])] = append(of[int(class[0])], i)
	}
	take, taken := make([]int, v.classes), 0
	byRemainder := make([]int, v.classes)
	for c := range of {
		take[c] = n * len(of[c]) / len(v.rows)
		taken += take[c]
		byRemainder[c] = c
	}
	remainder := func(c int) int { return n * len(of[c]) % len(v.rows) }
	slices.SortStableFunc(byRemainder, func(a, b int) int { return remainder(b) - remainder(a) })
	for _, c := range byRemainder[:n-taken] {
		take[c]++
	}
	chosen, r := make([]bool, len(v.rows)), rand.New(rand.NewPCG(seed, 2))
	for c, examples := range of {
		for _, k := range r.Perm(len(examples))[:take[c]] {
			chosen[examples[k]] = true
		}
	}
	return chosen, nil
}
