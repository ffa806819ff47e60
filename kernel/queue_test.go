package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// queued is how many cells wait in the tests of the queue.
const queued = 1000

// enqueue asks for many cells at once, of which all but a few are commands of
// the shell, and returns their ids.
func (f *front) enqueue() (ids []string) {
	for i := range queued {
		code := fmt.Sprintf("!echo %d", i)
		if i%200 == 100 {
			code = fmt.Sprintf("fmt.Println(%d)", i)
		}
		ids = append(ids, f.ask("shell", "execute_request", cell(code)))
	}
	return ids
}

// replies lists the requests that have been answered, in the order in which they
// were, and with what.
func (f *front) replies(ids []string) (order []string, status map[string]map[string]any) {
	asked := map[string]bool{}
	for _, id := range ids {
		asked[id] = true
	}
	status = map[string]map[string]any{}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, h := range f.heard {
		if asked[h.Parent.ID] && h.socket == "shell" {
			order = append(order, h.Parent.ID)
			status[h.Parent.ID] = content(h)
		}
	}
	return order, status
}

// A thousand cells that wait are run in their order, each is answered once, and
// nothing that is published about them is missing.
func TestThousandCells(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	ids := f.enqueue()
	f.done(ids[queued-1])
	order, status := f.replies(ids)
	if !slices.Equal(order, ids) {
		t.Fatalf("%d replies, in another order than the requests", len(order))
	}
	for i, id := range ids {
		want := []string{"busy", "execute_input", fmt.Sprintf("stdout \"%d\\n\"", i), "idle"}
		if got := f.about(id); !slices.Equal(got, want) {
			t.Fatalf("cell %d published %v", i, got)
		}
		if s := status[id]; s["status"] != "ok" || s["execution_count"] != float64(i+1) {
			t.Fatalf("cell %d was answered with %v", i, s)
		}
	}
}

// A thousand cells that wait behind one that fails, or is stopped, do not run
// and are all answered, in their order; the next one runs.
func TestThousandCellsBehindAnError(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	gate := filepath.Join(f.dir, "gate")
	waits := fmt.Sprintf("fmt.Println(\"begun\")\nfor {\n\tif _, err := os.Stat(%q); err == nil {\n\t\tos.Exit(1)\n\t}\n\ttime.Sleep(10 * time.Millisecond)\n}", gate)
	for _, how := range []string{"interrupt", "error"} {
		bad := f.ask("shell", "execute_request", cell(waits))
		f.published(bad, "stream")
		ids := f.enqueue()
		f.done(f.ask("shell", "kernel_info_request", map[string]any{})) // they are all in the queue
		if how == "interrupt" {
			f.ask("control", "interrupt_request", map[string]any{})
		} else if err := os.WriteFile(gate, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := f.done(bad); got["status"] != "error" {
			t.Errorf("%s: the first cell ended with %v", how, got)
		}
		f.done(ids[queued-1])
		order, status := f.replies(ids)
		if !slices.Equal(order, ids) {
			t.Fatalf("%s: %d replies, in another order than the requests", how, len(order))
		}
		for i, id := range ids {
			if got := f.about(id); status[id]["status"] != "aborted" || status[id]["execution_count"] != nil || !slices.Equal(got, []string{"busy", "idle"}) {
				t.Fatalf("%s: cell %d was answered with %v and published %v", how, i, status[id], got)
			}
		}
		id, _ := f.run("!echo alive")
		if got := f.about(id); !slices.Contains(got, `stdout "alive\n"`) {
			t.Errorf("%s: the next cell published %v", how, got)
		}
	}
}
