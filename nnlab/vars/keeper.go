package vars

// Keeper is a value that is kept by a rule of its own instead of as it stands in
// memory: a model with its weights, a data set as its recipe. The methods are of
// pointers to it. A type that has them need not know this package. One that only has
// them from what is embedded in it is kept as it stands. Nothing may point into a
// Keeper, but to the whole of it: such variables are refused.
type Keeper interface {
	// KeepVariable returns what is kept instead. The value may lead to memory that the
	// Keeper goes on using: what has changed in it is found, and large slices of
	// numbers are mapped when they are needed again. It is called between the cell's
	// last line and the end of its program, when nothing else runs: it must not wait.
	// An error says why the value cannot be kept.
	KeepVariable() (any, error)
	// RestoreVariable makes the value again, in a zero one, of what KeepVariable has
	// returned in the program of another cell. What keeps itself of that has been
	// restored before, unless each of the two leads to the other.
	RestoreVariable(any) error
}

// Shower is a value that says itself what the list of variables (%who) has of it, in a
// few letters, instead of a look at its fields. The method is called when KeepVariable
// would be, of the variable or of what it points to, and must not wait either.
type Shower interface {
	ShortVariable() string
}
