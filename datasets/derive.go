package datasets

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// derive makes a set from s, when it is opened. made says how.
func (s *Set) derive(made recipe, f func(view) (view, error)) *Set {
	made.of = s
	return &Set{made: made, prepare: func() (view, error) {
		if err := s.Open(); err != nil {
			return view{}, err
		}
		return f(s.view)
	}}
}

// Take returns the first n examples, 1 ≤ n ≤ Len.
func (s *Set) Take(n int) *Set {
	return s.derive(recipe{step: "Take", args: []any{n}}, func(v view) (view, error) {
		if n < 1 || n > len(v.rows) {
			return view{}, &Error{Where: "Take", Expected: fmt.Sprintf("1 to %d examples", len(v.rows)), Got: fmt.Sprint(n),
				Mend: fmt.Sprintf("write Take(%d) for all of them", len(v.rows))}
		}
		v.rows = v.rows[:n]
		return v, nil
	})
}

// Split returns the first n examples and the others, 1 ≤ n < Len.
func (s *Set) Split(n int) (first, rest *Set) {
	part := func(step string, choose func(rows []int32) []int32) *Set {
		return s.derive(recipe{step: step, args: []any{n}}, func(v view) (view, error) {
			if err := checkSplit("Split", n, len(v.rows)); err != nil {
				return view{}, err
			}
			v.rows = choose(v.rows)
			return v, nil
		})
	}
	return part("Split 0", func(rows []int32) []int32 { return rows[:n] }), part("Split 1", func(rows []int32) []int32 { return rows[n:] })
}

// checkSplit checks that both parts have examples.
func checkSplit(where string, n, all int) error {
	if n >= 1 && n < all {
		return nil
	}
	e := &Error{Where: where, Expected: fmt.Sprintf("1 to %d examples in the first part, of the %d there are", all-1, all), Got: fmt.Sprint(n),
		Mend: fmt.Sprintf("write %d for halves", all/2)}
	if all == 1 {
		e.Expected, e.Mend = "at least 2 examples to split", "add examples, or take the set as it is"
		e.Got = "1"
	}
	return e
}

// Shuffle returns the same examples in an order drawn from seed. The same seed
// gives the same order, always.
func (s *Set) Shuffle(seed uint64) *Set {
	return s.derive(recipe{step: "Shuffle", args: []any{seed}}, func(v view) (view, error) {
		v.rows = slices.Clone(v.rows)
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(v.rows), func(i, j int) { v.rows[i], v.rows[j] = v.rows[j], v.rows[i] })
		return v, nil
	})
}

// OneHot returns the same examples with class index c as a vector of Classes
// numbers, 1 at position c and 0 elsewhere; what Keras calls to_categorical. The
// losses that need it make it by themselves.
func (s *Set) OneHot() *Set {
	return s.derive(recipe{step: "OneHot"}, func(v view) (view, error) {
		if v.classes == 0 {
			return view{}, lacksClasses("OneHot", "leave it out")
		}
		v.oneHot = true
		return v, nil
	})
}

// WithClasses returns the same examples as a set of n classes, where n is more
// than the labels show: a test set in which the last class does not occur.
func (s *Set) WithClasses(n int) *Set {
	return s.derive(recipe{step: "WithClasses", args: []any{n}}, func(v view) (view, error) {
		if v.classes == 0 {
			return view{}, lacksClasses("WithClasses", "leave it out")
		}
		if n < v.classes {
			return view{}, &Error{Where: "WithClasses", Expected: fmt.Sprintf("at least the %d classes that the set has", v.classes),
				Got: fmt.Sprint(n), Mend: fmt.Sprintf("write WithClasses(%d), or leave the examples of the others out", v.classes)}
		}
		if v.classes != n {
			v.classes, v.names = n, nil
		}
		return v, nil
	})
}
