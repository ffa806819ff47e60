package tensor

import (
	"fmt"
	"slices"
)

// Shape is the length of each axis. Shapes of layers leave the batch axis out:
// an image of MNIST is [28 28 1].
type Shape []int

// Size is the number of elements: the product of the axes, 1 for no axes.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Equal reports whether both shapes have the same axes.
func (s Shape) Equal(o Shape) bool { return slices.Equal(s, o) }

// Valid reports whether there is at least one axis and each is at least 1.
func (s Shape) Valid() bool {
	return len(s) > 0 && !slices.ContainsFunc(s, func(d int) bool { return d < 1 })
}

// String is "[28 28 1]".
func (s Shape) String() string { return fmt.Sprint([]int(s)) }
