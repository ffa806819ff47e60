// Package look has what the figures of viz and the table of a model's layers share: which
// family a layer is of, and its colour, and how numbers are written.
package look

import (
	"slices"
	"strings"
)

// Family is a family of layers; its value is its place in the palettes.
type Family int

// The families. Other layers only pass numbers on.
const (
	Conv Family = iota
	Dense
	Pool
	Merge
	Input
	Regular // normalisation, dropout, noise
	Other
)

// FamilyOf tells the family by the kind of a layer, as "Conv2D".
func FamilyOf(kind string) Family {
	is := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(kind, p) })
	}
	switch {
	case is("Conv", "SCells"):
		return Conv
	case is("Dense", "Maxout", "RBF"):
		return Dense
	case is("Pool", "Subsampling", "CCells"):
		return Pool
	case is("Norm", "Dropout", "Noise"):
		return Regular
	case is("Add", "Subtract", "Multiply", "Average", "Maximum", "Concatenate"):
		return Merge
	case is("Input"):
		return Input
	}
	return Other
}

// OnAnyGround are the families' colours where a page's ground may be light or dark: each
// has at least 3:1 with both, as a graphic must, and no letters are written in them.
var OnAnyGround = [...]string{Conv: "#3f86d6", Dense: "#d0701a", Pool: "#25957f", Merge: "#c05fb0", Input: "#9a7f2a", Regular: "#8a78d0", Other: "#808080"}
