package vars

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// Changes of large slices do not let the folder grow: of no file is most kept for few
// bytes that have not changed since. Each cell changes all of what the variables have
// but some pages, which may lie anywhere.
func TestGrowth(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(1, 2))
	const n = 1 << 18 // 2 MB of numbers, of which single pages are kept
	step, pages := int(page)/8, n*8/int(page)
	type variables struct {
		Big   []int
		Rows  [][]int // each of which is kept as a whole
		Other []int   // changes along with them, and shares nothing
		Small []int   // is made anew by each cell, and used by no other one
	}
	want := &variables{make([]int, n), make([][]int, 512), make([]int, 1024), nil}
	for i := range want.Rows {
		want.Rows[i] = make([]int, 512)
	}
	size := int64(n*8 + 512*512*8)
	cell := func(v *variables, restore bool, number int) (c Cell) {
		c.Variables, _ = variablesOf(v)
		for i := range c.Variables[:3] {
			c.Variables[i].ID, c.Variables[i].Restore = i+1, restore
			if !restore {
				c.Variables[i].Made = made
			}
		}
		c.Variables[3] = Variable{Name: fmt.Sprint("small", number%20), ID: number, At: &v.Small, Made: made}
		return c
	}
	if _, err := program(t, dir, cell(want, false, 10), 0, func() { want.Small = make([]int, 256) }); err != nil {
		t.Fatal(err)
	}
	cells := 1000
	if testing.Short() {
		cells = 100
	}
	for i := range cells {
		v := &variables{}
		if _, err := program(t, dir, cell(v, true, 11+i), 0, func() {
			if i%10 == 0 {
				if err := same(&variables{Big: v.Big, Rows: v.Rows, Other: v.Other}, &variables{Big: want.Big, Rows: want.Rows, Other: want.Other}); err != nil {
					t.Fatalf("cell %d: %v", i, err)
				}
			}
			v.Small = make([]int, 256)
			part := [...]int{1, pages / 2, pages - 1, pages - 1}[i%4]
			from := r.IntN(pages)
			for p := range part {
				at := (from + p) % pages * step
				v.Big[at], want.Big[at] = i+1, i+1
			}
			v.Other[r.IntN(1024)]++
			copy(want.Other, v.Other)
			keep := r.IntN(len(v.Rows))
			for k := range v.Rows {
				if k != keep || i%3 == 0 {
					v.Rows[k][i%512], want.Rows[k][i%512] = i, i
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
		// At most as much again as is used is not, of the two of them.
		if is := folderSize(t, dir); is > 2*size+1<<19 {
			t.Fatalf("after %d cells %d bytes are kept for %d", i+1, is, size)
		}
	}
}

// Where there is no room for what is still used of an old file it stays there: the
// change itself fits.
func TestNoRoomToCompact(t *testing.T) {
	dir := t.TempDir()
	big := make([]int, 1<<18)
	step := int(page) / 8
	cell := func(v *[]int, restore bool) Cell {
		c := Cell{Variables: []Variable{{Name: "big", ID: 1, At: v, Restore: restore}}}
		if !restore {
			c.Variables[0].Made = made
		}
		return c
	}
	if _, err := program(t, dir, cell(&big, false), 0, func() {}); err != nil {
		t.Fatal(err)
	}
	changed := len(big) * 3 / 5
	for _, quota := range []int64{int64(changed*8) + 1<<15, 0} {
		var v []int
		if _, err := program(t, dir, cell(&v, true), quota, func() {
			for i := 0; i < changed; i += step {
				v[i]++
			}
		}); err != nil {
			t.Fatal(err)
		}
		var got []int
		if _, err := program(t, dir, cell(&got, true), 0, func() {}); err != nil || fmt.Sprint(got) != fmt.Sprint(v) {
			t.Errorf("with a quota of %d another slice came back: %v", quota, err)
		}
	}
	if is := folderSize(t, dir); is > int64(len(big)*8)+1<<15 {
		t.Errorf("%d bytes are kept for %d once there is room", is, len(big)*8)
	}
}

func folderSize(t *testing.T, dir string) (sum int64) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		sum += info.Size()
	}
	return sum
}
