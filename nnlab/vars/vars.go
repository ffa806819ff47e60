// Package vars carries the variables of a notebook from cell to cell. Each cell is a
// program of its own: at its end the memory that its variables lead to is written to
// files, and the next program that uses one of them reads it, with all that shares
// memory with it, and nothing else.
//
// What comes back is what was there, address for address: two pointers to one value,
// slices of one array, a pointer to a field of a struct, cycles, fields that are not
// exported. What cannot outlive a process is refused by name: channels, files,
// connections, functions that have captured local variables (scan, specials). A value
// that is more than its memory keeps itself (Keeper).
//
// # Two designs
//
// The values are encoded by reflection, walking through the memory from the variables
// (scan, encode) and making it again (decode), and only numbers in a row, a kilobyte
// or more of them, stay in files that are mapped. The other design was a heap of its
// own in a mapped file, always at the same address, that needs no reading at all.
// Measured on one machine in one run (go test ./nnlab/vars -run - -bench .):
//
//	                                    encoded   at least, in an arena
//	map of 100 000 strings, one changed   126 ms    19 ms, to make the map anew
//	60 000 rows of 784 numbers, used       85 ms   0.1 ms, to correct addresses
//	one of 47 million numbers changed     1.2 ms   as encoded: the same pages
//	seven small variables                 0.3 ms
//
// The arena would be the faster one, and it cannot be right. The collector does not
// look into memory that it has not handed out: what a cell appends or stores there is
// freed under the variable. Maps hash with a key of their process and have to be made
// anew; types, interfaces and functions lie elsewhere in each program that is linked,
// so that all of an arena would have to be walked through to correct them. What is
// large in a notebook of this kind is numbers, and those are mapped in both.
//
// # Files
//
// A folder of mode 0700 has a manifest and, named by it, files of variables that share
// memory (v7) and of blocks of numbers (b7), all of mode 0600. None is written to again:
// what has changed goes to new ones, and then a new manifest takes the place of the
// old one at once, so that a program that is killed leaves all variables as they were.
// Blocks stay where they are as long as they do not change; of a file that is used by
// less than half they go to a new one when something else of it changes (account).
// Each file begins with what it is and which version of it; manifest and variables
// carry a checksum. The decoder trusts nothing else either: a pointer must lead to a
// value of its type inside an object. Numbers in blocks are not summed up, which would
// mean to read them; any bits are numbers.
package vars

import "reflect"

// Cell is what the program of a cell has of the notebook's variables.
type Cell struct {
	Variables []Variable
	Functions []Function
	Types     []any // nil pointers to types that variables may hold
	Names     []Name
	Timers    bool  // goroutines may wait for timers, or for what is outside of the program
	Signals   bool  // the program is told of signals, and ends by itself as it likes
	Linked    []any // functions that the program must have because of the types of what they return
}

// Variable is a variable of the notebook in the program of a cell.
type Variable struct {
	Name    string
	ID      int     // of the declaration that it is from
	At      any     // its address in this program
	Restore bool    // it was there before this cell
	Made    []*bool // one is set once this cell has declared it; none where it does not
	Until   []*bool // one is set once this cell has declared another of this name instead
}

// planOfVariable is not a method: what those of the types that a cell's program names lead
// to, the compiler reads for every cell.
func planOfVariable(v Variable) *plan { return planOf(reflect.TypeOf(v.At).Elem()) }
