package cpu

import "math"

// compress lists the numbers of x that are not 0, in their order, with their places
// first + i·step, and returns how many there are. −0 is 0; NaN is not. It may write
// whole vectors: values and places have room for len(x) rounded up to eights, and
// what stands in them behind the list has no meaning.
func compress(x []float32, first, step int, values []float32, places []int32) (n int) {
	for i, v := range x {
		values[n], places[n] = v, int32(first+i*step)
		// A branch here would be guessed wrongly as often as not.
		bits := math.Float32bits(v) << 1
		n += int((bits | -bits) >> 31)
	}
	return n
}
