package nn

// VCells are the fixed weights with which the V-cells of [SCells] and [CCells] see a window, row
// by row: they fall by a tenth with each step from its centre, and their sum is 1.
func VCells(height, width int) []float32 { return falling([]int{height, width}) }
