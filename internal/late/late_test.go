package late

import (
	"errors"
	"sync"
	"testing"
)

func TestComputedOnce(t *testing.T) {
	var v Value[int]
	var r Result[int]
	n := 0
	wrong := errors.New("none")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := v.Get(func() int { n++; return 10 * n }); got != 10 {
				t.Errorf("%d instead of 10", got)
			}
		})
	}
	all.Wait()
	for range 2 {
		if got, err := r.Get(func() (int, error) { n++; return n, wrong }); got != 2 || err != wrong {
			t.Errorf("%d, %v instead of 2 and the error", got, err)
		}
	}
	if n != 2 {
		t.Errorf("computed %d times instead of twice", n)
	}
}

// A value that could not be computed is no zero value the next time.
func TestPanics(t *testing.T) {
	var v Value[*int]
	for range 2 {
		func() {
			defer func() {
				if e := recover(); e != "wrong" {
					t.Errorf("panics with %v", e)
				}
			}()
			v.Get(func() *int { panic("wrong") })
			t.Error("does not panic")
		}()
	}
}
