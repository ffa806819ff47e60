package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestTiles holds every microkernel that this processor can run against the
// formula of [tile]: all shapes and columns, A by rows and by columns, segments
// in any order, tiles below it, and everything that may follow the multiplication. What stands
// between the numbers of A is NaN, and what is no column of C must stay.
func TestTiles(t *testing.T) {
	for _, k := range available() {
		for v, tiles := range k.tiles {
			for r, run := range tiles {
				t.Run(fmt.Sprintf("%s/%dx%d", k.name, r+1, (v+1)*k.lanes), func(t *testing.T) {
					random := rand.New(rand.NewPCG(uint64(r), uint64(v)))
					for cols := v*k.lanes + 1; cols <= (v+1)*k.lanes; cols++ {
						kinds := 16
						if k.scales {
							kinds = 64
						}
						for bits := range kinds {
							checkTile(t, random, run, r+1, (v+1)*k.lanes, cols, bits)
						}
					}
				})
			}
		}
	}
}

// checkTile checks one call. Its bits tell whether C is added to, whether there
// is a bias, whether the result is rectified, whether A stands by columns, whether the sums
// are scaled, and whether rows are added to them behind that.
func checkTile(t *testing.T, random *rand.Rand, run tileFunc, rows, width, cols, bits int) {
	t.Helper()
	numbers := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(random.NormFloat64())
		}
		return x
	}
	call := tile{depth: 1 + random.IntN(9), cols: cols, rowC: cols + 3, add: bits&1 != 0, relu: bits&4 != 0, stepB: width + random.IntN(3)}
	if bits&2 != 0 {
		call.bias = numbers(cols)
	}
	if bits&16 != 0 {
		call.scale, call.bias = numbers(cols), numbers(cols)
	}
	call.rowA, call.stepA = call.depth+1, 1
	if bits&8 != 0 {
		call.rowA, call.stepA = 2, 2*rows+1
	}
	size := (rows-1)*call.rowA + (call.depth-1)*call.stepA + 1 // of a segment
	call.offsets = random.Perm(1 + random.IntN(4))
	call.times, call.nextA = random.IntN(4), len(call.offsets)*size
	times := max(1, call.times)
	if bits&32 != 0 {
		call.rowPlus, call.plusAt = cols+random.IntN(3), random.IntN(3)
		call.plus = numbers(call.plusAt + times*rows*call.rowPlus)
	}
	call.b = numbers(len(call.offsets) * call.depth * call.stepB)
	call.a = make([]float32, times*call.nextA)
	for i := range call.a {
		call.a[i] = float32(math.NaN())
	}
	for s := range call.offsets {
		call.offsets[s] *= size
		for l := range call.depth {
			for i := range times * rows {
				call.a[call.place(i, rows)+call.offsets[s]+l*call.stepA] = float32(random.NormFloat64())
			}
		}
	}
	poisoned := rows / 2 // a row of NaN
	call.a[call.offsets[0]+poisoned*call.rowA] = float32(math.NaN())

	before := numbers(times * rows * call.rowC)
	call.c = append([]float32(nil), before...)
	done := call
	run(&done)
	for i := range times * rows {
		for j := range call.rowC {
			want := float64(before[i*call.rowC+j])
			if j < cols {
				want = call.formula(call.place(i, rows), i, j, want)
			}
			got := float64(call.c[i*call.rowC+j])
			if !(math.Abs(got-want) < 1e-4 || got != got && want != want) {
				t.Fatalf("row %d, column %d of %d is %v, want %v (depth %d, %d segments, bits %04b)", i, j, cols, got, want, call.depth, len(call.offsets), bits)
			}
		}
	}
}

// place is where row i of A begins, where tiles of so many rows stand one below the other.
func (t *tile) place(i, rows int) int { return i/rows*t.nextA + i%rows*t.rowA }

// formula is C[i,j] in float64, for the row of A that begins at row.
func (t *tile) formula(row, i, j int, c float64) float64 {
	if !t.add {
		c = 0
	}
	for s, at := range t.offsets {
		for l := range t.depth {
			c += float64(t.a[row+at+l*t.stepA]) * float64(t.b[(s*t.depth+l)*t.stepB+j])
		}
	}
	if len(t.scale) > 0 {
		c *= float64(t.scale[j])
	}
	if len(t.bias) > 0 {
		c += float64(t.bias[j])
	}
	if len(t.plus) > 0 {
		c += float64(t.plus[t.plusAt+i*t.rowPlus+j])
	}
	if t.relu {
		c = max(0, c)
	}
	return c
}
