package datasets

import (
	"math"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

func TestParity(t *testing.T) {
	s := XOR()
	equal(t, "Shape", s.Shape(), tensor.Shape{2})
	for i, want := range [][3]float32{{0, 0, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 0}} {
		x := s.Example(i)
		equal(t, "XOR", [3]float32{x[0], x[1], s.Target(i)[0]}, want)
	}
	four := Parity(4)
	equal(t, "Len", four.Len(), 16)
	for i := range 16 {
		ones := 0
		for _, b := range four.Example(i) {
			ones += int(b)
		}
		equal(t, "parity", four.Label(i), ones%2)
	}
	refused(t, Parity(17), "1 to 16 bits", "17")
}

func TestEncoder(t *testing.T) {
	s := Encoder(8)
	equal(t, "TargetSize", s.TargetSize(), 8)
	equal(t, "example 3", s.Example(3), []float32{0, 0, 0, 1, 0, 0, 0, 0})
	equal(t, "target 3", s.Target(3), s.Example(3))
	refused(t, Encoder(1), "2 to 4096", "1")
}

// Without noise the points lie on the curves that the comments give.
func TestCurves(t *testing.T) {
	for name, c := range map[string]struct {
		set *Set
		on  func(class int, x, y float64) float64 // 0 on the curve
	}{
		"moons": {Moons(101, 0, 1), func(class int, x, y float64) float64 {
			if class == 1 {
				x, y = 1-x, 0.5-y
			}
			return math.Hypot(x, y) - 1 + max(0, -y-1e-6) // the upper half
		}},
		"circles": {Circles(101, 0, 1), func(class int, x, y float64) float64 { return math.Hypot(x, y) - 1/float64(1+class) }},
		"spirals": {Spirals(101, 0, 1), func(class int, x, y float64) float64 {
			radius := math.Hypot(x, y)
			angle := 3.5*math.Pi*radius + float64(class)*math.Pi
			return math.Hypot(x-radius*math.Sin(angle), y-radius*math.Cos(angle))
		}},
	} {
		equal(t, name+": points", c.set.Len(), 101)
		equal(t, name+": classes", c.set.Classes(), 2)
		for i := range c.set.Len() {
			x := c.set.Example(i)
			equal(t, name+": class", c.set.Label(i), i%2)
			if d := c.on(i%2, float64(x[0]), float64(x[1])); math.Abs(d) > 1e-5 {
				t.Errorf("%s: point %d of class %d, %v, is %v off its curve", name, i, i%2, x, d)
			}
		}
		ends := [][]float32{c.set.Example(0), c.set.Example(100)}
		if slices.Equal(ends[0], ends[1]) && name != "circles" {
			t.Errorf("%s: the curve begins and ends at %v", name, ends[0])
		}
	}
}

// Noise has the standard deviation that was asked for, and another seed is other noise.
func TestNoise(t *testing.T) {
	const n, noise = 20000, 0.2
	clean, a, again, b := Circles(n, 0, 1), Circles(n, noise, 1), Circles(n, noise, 1), Circles(n, noise, 2)
	var squares float64
	for i := range n {
		for k, v := range a.Example(i) {
			d := float64(v - clean.Example(i)[k])
			squares += d * d
		}
	}
	if got := math.Sqrt(squares / (2 * n)); math.Abs(got-noise) > 0.01*noise*2 { // 4 standard errors: noise/√(4n)·4
		t.Errorf("noise of %v, want %v", got, noise)
	}
	equal(t, "same seed", again.Example(7), a.Example(7))
	if slices.Equal(a.Example(7), b.Example(7)) {
		t.Error("another seed gives the same noise")
	}
	refused(t, Moons(10, -1, 1), "noise of 0 or more", "-1")
	refused(t, Blobs(10, 11, 0.1, 1), "at least one point of each", "10 points of 11 classes")
	refused(t, Blobs(10, -1, 0.1, 1), "1 to 100 classes")
}

func TestBlobs(t *testing.T) {
	s := Blobs(300, 3, 0, 5)
	equal(t, "Classes", s.Classes(), 3)
	for i := range 300 {
		equal(t, "all of a class are at its centre", s.Example(i), s.Example(i%3))
	}
}

func TestSine(t *testing.T) {
	s := Sine(100, 0, 1)
	equal(t, "TargetSize", s.TargetSize(), 1)
	equal(t, "Classes", s.Classes(), 0)
	low, high := 0.0, 0.0
	for i := range 100 {
		x, y := float64(s.Example(i)[0]), float64(s.Target(i)[0])
		if math.Abs(math.Sin(x)-y) > 1e-6 {
			t.Errorf("sin %v = %v, got %v", x, math.Sin(x), y)
		}
		low, high = min(low, x), max(high, x)
	}
	if low < -math.Pi || low > -2.5 || high > math.Pi || high < 2.5 {
		t.Errorf("x from %v to %v", low, high)
	}
	refused(t, Sine(0, 0.1, 1), "at least one example")
}

func TestPunchCards(t *testing.T) {
	s := PunchCards(200, 1)
	equal(t, "Shape", s.Shape(), tensor.Shape{12, 80, 1})
	equal(t, "names", s.ClassNames(), []string{"esquerda", "direita"})
	count := [2]int{}
	for i := range s.Len() {
		count[s.Label(i)]++
		holes := [2]int{}
		for k, v := range s.Example(i) {
			holes[k%80/40] += int(v)
		}
		want := [2]int{}
		want[s.Label(i)] = 16
		equal(t, "holes in the left and the right half", holes, want)
	}
	if min(count[0], count[1]) < 70 {
		t.Errorf("%v cards of each side", count)
	}
	refused(t, PunchCards(0, 1), "at least 1 card")
}

func TestClassNames(t *testing.T) {
	s := five()
	if s.ClassNames() != nil {
		t.Errorf("names %q of a set that has none", s.ClassNames())
	}
	named := s.WithClassNames("a", "b", "c")
	equal(t, "names", named.Take(2).Shuffle(1).ClassNames(), []string{"a", "b", "c"})
	if got := named.WithClasses(4).ClassNames(); got != nil {
		t.Errorf("3 names for 4 classes: %q", got)
	}
	refused(t, s.WithClassNames("a", "b"), "3 names", "got 2")
	refused(t, Sine(3, 0, 1).WithClassNames("a"), "class indices")
	for _, names := range [][]string{fashionNames, kmnistNames, cifar10Names, cifar100Names} {
		sorted := slices.Clone(names)
		slices.Sort(sorted)
		if n := len(slices.Compact(sorted)); n != len(names) || n%10 != 0 {
			t.Errorf("%d different names: %q", n, names)
		}
	}
}
