// Command gpu is the process that has the GPU of a kernel and computes for its cells: see
// package remote. The kernel builds it with the tag cuda, starts it when the first cell asks
// for a GPU, and hands it the connections of cells over descriptor 3; when that closes, it
// ends.
//
// Built without the tag it computes on the CPU, for tests of the way from a cell to a GPU
// that have none.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/nnlab-go/lab/internal/card"
	"github.com/nnlab-go/lab/nnlab/backend/remote"
)

func main() {
	b, err := open()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if len(os.Args) > 1 && os.Args[1] == card.Flag {
		r, err := report(b)
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(r)
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	fmt.Println(remote.Ready)
	if err := remote.Serve(os.NewFile(3, "connections"), b); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
