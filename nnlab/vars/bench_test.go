package vars

import (
	"fmt"
	"testing"
	"unsafe"
)

// restored measures reading variables, and reading them and finding out what has
// changed, which is what they cost a cell:
//
//	go test ./nnlab/vars -run - -bench .
func restored(b *testing.B, make func() any, change func(v any)) {
	b.Helper()
	dir := b.TempDir()
	v := make()
	vars := func(v any) (c Cell) {
		c.Variables, _ = variablesOf(v)
		return c
	}
	c := vars(v)
	for i := range c.Variables {
		c.Variables[i].Made = made
	}
	write := func(s *session) {
		out, err := s.save()
		if err != nil {
			b.Fatal(err)
		}
		if err := s.write(out); err != nil {
			b.Fatal(err)
		}
		m, _ := ReadManifest(dir)
		m.Sweep(dir)
	}
	s, err := open(&c, dir, 0)
	if err != nil {
		b.Fatal(err)
	}
	write(s)
	for b.Loop() {
		v := emptyLike(v)
		c := vars(v)
		for i := range c.Variables {
			c.Variables[i].Restore = true
		}
		s, err := open(&c, dir, 0)
		if err != nil {
			b.Fatal(err)
		}
		if change != nil {
			change(v)
		}
		write(s)
	}
}

type aMap struct{ M map[string]string }

func textMap() any {
	m := map[string]string{}
	for i := range 100000 {
		m[fmt.Sprint("key ", i)] = fmt.Sprint("value ", i)
	}
	return &aMap{m}
}

func BenchmarkMapRead(b *testing.B) { restored(b, textMap, nil) }

func BenchmarkMapChanged(b *testing.B) {
	n := 0
	restored(b, textMap, func(v any) { n++; v.(*aMap).M["key 7"] = fmt.Sprint(n) })
}

type rows struct{ R [][]float32 }

func images() any {
	r := make([][]float32, 60000)
	for i := range r {
		r[i] = make([]float32, 784)
	}
	return &rows{r}
}

func BenchmarkRowsUntouched(b *testing.B) { restored(b, images, nil) }

func BenchmarkRowsSummed(b *testing.B) {
	restored(b, images, func(v any) {
		sum := float32(0)
		for _, r := range v.(*rows).R {
			for _, x := range r {
				sum += x
			}
		}
	})
}

type flatRows struct{ R []float32 }

func BenchmarkOneOf188MB(b *testing.B) {
	n := float32(0)
	restored(b, func() any { return &flatRows{make([]float32, 60000*784)} }, func(v any) { n++; v.(*flatRows).R[30000*784] = n })
}

type small struct {
	A, B, C, D, E int
	F             string
	G             []int
}

func BenchmarkSmall(b *testing.B) {
	restored(b, func() any { return &small{F: "text", G: []int{1, 2}} }, func(v any) { v.(*small).A++ })
}

// What a heap in a mapped file could save at most: the map is made anew of strings
// that are there already, since each process hashes in its own way, and the addresses
// in the rows' headers are corrected.
func BenchmarkArenaMap(b *testing.B) {
	var all [][2]string
	for k, v := range textMap().(*aMap).M {
		all = append(all, [2]string{k, v})
	}
	for b.Loop() {
		m := make(map[string]string, len(all))
		for _, x := range all {
			m[x[0]] = x[1]
		}
	}
}

func BenchmarkArenaRows(b *testing.B) {
	r := images().(*rows).R
	for b.Loop() {
		for i := range r {
			s := (*slice)(unsafe.Pointer(&r[i]))
			s.data = unsafe.Add(s.data, 0)
		}
	}
}
