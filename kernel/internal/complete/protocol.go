// Package complete tells what could stand at the cursor of a cell that is being
// typed, and what a name in it is. It asks gopls, of which all kernels of a user
// share one: a server process of ours keeps it, gives it the cells as files of a
// module that requires the lab as cells do, limits its memory, and ends when
// nobody has asked for a while. What is known without gopls is answered while it
// starts, and where it is missing.
package complete

import (
	"encoding/json"
	"errors"
	"net"
)

// Query asks about a place in a program of two files of package main.
type Query struct {
	// Cell is the file of the cell. Its syntax may be wrong, as that of an
	// unfinished cell is; hence the second file.
	Cell string
	// Rest is the file of what other cells have declared.
	Rest string
	// Imports names what the files import. Programs with the same imports are one
	// package after the other to gopls, which need not look for anything then.
	Imports string
	// At is the offset in Cell in bytes.
	At int
	// Inspect asks what the name at the place is; else, how it could go on.
	Inspect bool
}

// Answer is the answer to a Query.
type Answer struct {
	// Warm tells that gopls has answered; where it has not, it is being started.
	Warm  bool
	Items []Item
	// From and To are the offsets in Cell of what an item replaces.
	From, To int
	// Documentation, in Markdown, is of the name that was inspected; "" if there is
	// none.
	Documentation string
}

// Item is a way in which a name could go on.
type Item struct {
	Text      string // that replaces what is there
	Kind      string // as JupyterLab calls it: function, class, module, …
	Signature string // or type
}

var errCold = errors.New("gopls does not answer yet")

// ask sends a query to the server at a socket. Closing the connection takes the
// query back.
func ask(c net.Conn, q Query) (a Answer, err error) {
	if err := json.NewEncoder(c).Encode(q); err != nil {
		return a, err
	}
	err = json.NewDecoder(c).Decode(&a)
	if err == nil && !a.Warm {
		err = errCold
	}
	return a, err
}
