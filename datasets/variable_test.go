package datasets

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// keptAgain is a set as a later cell has it.
func keptAgain(t *testing.T, s *Set) (*Set, error) {
	t.Helper()
	state, err := s.KeepVariable()
	if err != nil {
		t.Fatal(err)
	}
	r := new(Set)
	return r, r.RestoreVariable(state)
}

// A set that is kept as a variable has the same examples, and may be kept again.
func TestKeptSets(t *testing.T) {
	t.Parallel()
	x, y := [][]float32{{1, 2}, {3, 4}, {5, 6}, {7, 8}}, []int{0, 1, 1, 0}
	base := FromSlices(x, y)
	first, rest := base.Split(1)
	part, other := base.StratifiedSplit(2, 3)
	mnist, test := MNIST()
	pictures := folder(t, map[string][]byte{"a/1.png": asPNG(t, halvesOf(4, 4)), "b/2.png": asPNG(t, halvesOf(6, 4))})
	for i, s := range []*Set{
		base, FromTargets(x, x), first, rest, part, other, base.Take(2), base.Shuffle(7), base.Scramble(7), base.OneHot(), base.WithClasses(5), base.WithClassNames("não", "sim"),
		base.Shuffle(7).Take(3).OneHot(), Parity(3), Encoder(4), Moons(20, 0.1, 1), Circles(20, 0.1, 2), Spirals(20, 0.1, 3), Blobs(20, 3, 0.1, 4), Sine(20, 0.1, 5), Photographs(),
		PunchCards(6, 6), PunchCards(2, 6).Shift(1, -2), PunchCards(2, 6).Enlarge(30, 90), PunchCards(2, 6).Reshape(80, 12, 1), mnist.Take(5), test.Take(5),
		CSV(written(t, "a,b,c\n1,2,x\n3,4,y\n"), Label("c")), CSV(written(t, "a,b,c\n1,2,3\n3,4,5\n"), Targets("b", "a")), CSV(written(t, "a,b,c\n1,2,3\n"), Targets("b"), Without("c")),
		ImageFolder(pictures), ImageFolder(pictures, ImageSize(3, 2), Grayscale(true), CropToAspectRatio(true)),
		ImageFolder(pictures, ImageSize(3, 2), ClassNames("b", "nenhuma", "a")),
	} {
		for range 2 {
			r, err := keptAgain(t, s)
			if err != nil {
				t.Fatal(i, err)
			}
			if err := s.Open(); err != nil {
				t.Fatal(i, err)
			}
			if err := r.Open(); err != nil {
				t.Fatal(i, err)
			}
			if r.Len() != s.Len() || r.Classes() != s.Classes() || !slices.Equal(r.Shape(), s.Shape()) || !slices.Equal(r.ClassNames(), s.ClassNames()) {
				t.Errorf("%d: %d examples of %v in %d classes %q, want %d of %v in %d %q", i, r.Len(), r.Shape(), r.Classes(), r.ClassNames(), s.Len(), s.Shape(), s.Classes(), s.ClassNames())
			}
			for k := range min(s.Len(), r.Len()) {
				if !slices.Equal(r.Example(k), s.Example(k)) || !slices.Equal(r.Target(k), s.Target(k)) {
					t.Errorf("%d: example %d is another one", i, k)
				}
			}
			s = r
		}
	}
}

// A set from files comes back while they are as they were. What is another one is
// named.
func TestChangedFiles(t *testing.T) {
	t.Parallel()
	table := written(t, "a,b\n1,x\n2,y\n")
	pictures := folder(t, map[string][]byte{"a/1.png": asPNG(t, halvesOf(4, 4)), "b/2.png": asPNG(t, halvesOf(6, 4))})
	one, three := filepath.Join(pictures, "a", "1.png"), filepath.Join(pictures, "b", "3.png")
	csv := func() *Set { return CSV(table, Label("b")) }
	images := func() *Set { return ImageFolder(pictures, ImageSize(4, 4)) }
	for _, c := range []struct {
		set    func() *Set
		change func() error
		want   string
	}{
		{csv, func() error { return nil }, ""},
		{csv, func() error { return os.WriteFile(table, []byte("a,b\n1,x\n2,y\n3,z\n"), 0o644) }, table + " mudou"},
		{csv, func() error { return nil }, ""},
		{csv, func() error { return os.Remove(table) }, table + " sumiu"},
		{csv, func() error { return os.WriteFile(table, []byte("a,b\n1,x\n"), 0o644) }, table + " apareceu"},
		{images, func() error { return nil }, ""},
		{images, func() error { return os.WriteFile(three, asPNG(t, halvesOf(2, 2)), 0o644) }, three + " apareceu"},
		{images, func() error { return os.WriteFile(one, asPNG(t, halvesOf(8, 9)), 0o644) }, one + " mudou"},
		{images, func() error { return os.Remove(three) }, three + " sumiu"},
		{images, func() error { return os.WriteFile(filepath.Join(pictures, "b", "notas.txt"), nil, 0o644) }, ""},
		{images, func() error { return os.RemoveAll(filepath.Join(pictures, "a")) }, one + " sumiu"},
	} {
		s := c.set()
		state, err := s.KeepVariable()
		if err == nil {
			err = c.change()
		}
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(new(Set).RestoreVariable(state))
		if c.want == "" && got != "<nil>" || c.want != "" && !strings.Contains(got, "o arquivo "+c.want+" desde que o conjunto foi feito; rode de novo") {
			t.Errorf("got %s, want %q", got, c.want)
		}
	}
}
