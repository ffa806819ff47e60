package nn

import (
	"regexp"
	"strconv"
	"testing"
)

// What Summary says of the size of a map is true: the formula, computed as it is written,
// gives the size.
func TestMapFormulasAreTrue(t *testing.T) {
	formula := regexp.MustCompile(`^(⌊?)\((\d+) − (\d+) \+ (?:2·)?(\d+)\)/(\d+)⌋? \+ 1 = (\d+)$`)
	rounded := map[bool]bool{}
	for in := 5; in <= 13; in++ {
		for size := 1; size <= 4; size++ {
			for stride := 1; stride <= 3; stride++ {
				for i, l := range []Layer{
					Conv2D(1, size, Strides(stride)), Conv2D(1, size, Strides(stride), Padding(1)), MaxPool2D(size, Strides(stride)),
					Conv2D(1, size, Strides(stride), Same), MaxPool2D(size, Strides(stride), Same),
				} {
					m := Sequential(Input(in, in, 1), l).Compile(MSE, SGD(0.1))
					if err := m.Err(); err != nil {
						t.Fatal(err)
					}
					info := m.Layers()[1]
					parts := formula.FindStringSubmatch(info.MapSize)
					if parts == nil {
						t.Fatalf("%v of %d: %q", l, in, info.MapSize)
					}
					var n [5]int
					for j, p := range parts[2:] {
						n[j], _ = strconv.Atoi(p) // digits, by the expression
					}
					if i < 3 { // 2·padding; Same has both sides' sum
						n[2] *= 2
					}
					room, by, says := n[0]-n[1]+n[2], n[3], n[4]
					floors := parts[1] != ""
					rounded[floors] = true
					if want := room/by + 1; says != want || info.Shape[0] != want || floors != (room%by != 0) {
						t.Errorf("%v of %d: %q, but the sum is %d and the map %d", l, in, info.MapSize, want, info.Shape[0])
					}
				}
			}
		}
	}
	if len(rounded) != 2 {
		t.Error("none is rounded, or all are")
	}
}
