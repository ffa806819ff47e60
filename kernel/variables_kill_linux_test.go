package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// kills is how many cells TestKilledCells kills:
//
//	go test ./kernel -run TestKilledCells -kills 200 -v
var kills = flag.Int("kills", 20, "how many cells TestKilledCells kills")

// A cell that is killed at any moment leaves the variables as they were before it, or
// as they are after it: never in between.
func TestKilledCells(t *testing.T) {
	if testing.Short() {
		t.Skip("kills for half a minute")
	}
	t.Parallel()
	f := newFront(t)
	f.run("n := 0\nm := map[string]int{}\ns := make([]int, 200000)\np := &s[777]\nfmt.Print()")
	const change = "n++\nfor i := range 2000 {\n\tm[fmt.Sprint(i)] = n\n}\nfor i := range s {\n\ts[i] = n\n}\nfmt.Print(\"changed\")"
	began := time.Now()
	f.run(change)
	usual := time.Since(began)
	was, killed := 1, 0
	for range *kills {
		id := f.ask("shell", "execute_request", cell(change))
		f.published(id, "execute_input")
		time.Sleep(rand.N(usual + usual/4))
		for _, line := range f.processes() {
			var pid int
			if _, err := fmt.Sscan(line, &pid); err == nil && strings.Contains(line, "/gonb_") {
				syscall.Kill(pid, syscall.SIGKILL) // it may have ended
				killed++
			}
		}
		f.done(id)
		check, reply := f.run("fmt.Print(n, len(m) == 2000 && m[\"7\"] == n && m[\"1999\"] == n, s[0] == n && s[len(s)-1] == n && *p == n)")
		is := 0
		for _, n := range []int{was, was + 1} {
			if slices.Contains(f.about(check), fmt.Sprintf("stdout %q", fmt.Sprint(n, " true true"))) {
				is = n
			}
		}
		if is == 0 || reply["status"] != "ok" {
			t.Fatalf("after %d: neither the state before nor the one after: %v", was, reply)
		}
		was = is
	}
	t.Logf("%d killed, %d of %d cells have changed the variables", killed, was-1, *kills)
}
