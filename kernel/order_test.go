package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a cell prints before a figure is shown before it, what it prints after it
// after.
func TestTextAndFiguresInOrder(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	const n = 300
	id, _ := f.run(fmt.Sprintf(`import "github.com/nnlab-go/lab/nnlab/notebook"
for i := range %d {
	fmt.Print("<", i, strings.Repeat(".", i*i%%5000), "|")
	notebook.Show("", notebook.Bundle{notebook.Plain: fmt.Sprint(i)})
	fmt.Print(i, ">")
}
notebook.Show("nnlab-once", notebook.Bundle{notebook.Plain: "once"})
fmt.Print("\x1b]nnlab;no mark\x1b\\ \x1b[1mend\x1b]nnl")
notebook.Show("nnlab-once", notebook.Bundle{notebook.Plain: "again"})`, n))
	var got strings.Builder
	f.mu.Lock()
	for _, h := range f.heard {
		if h.Parent.ID != id || h.socket != "iopub" {
			continue
		}
		switch c := content(h); h.Header.Type {
		case "stream":
			got.WriteString(c["text"].(string))
		case "display_data", "update_display_data":
			fmt.Fprintf(&got, "[%v]", c["data"].(map[string]any)["text/plain"])
			if m, _ := c["metadata"].(map[string]any); len(m) > 0 {
				t.Errorf("metadata %v", m)
			}
		}
	}
	f.mu.Unlock()
	var want strings.Builder
	for i := range n {
		fmt.Fprintf(&want, "<%d%s|[%d]%d>", i, strings.Repeat(".", i*i%5000), i, i)
	}
	want.WriteString("[once]\x1b]nnlab;no mark\x1b\\ \x1b[1mend\x1b]nnl")
	if text := strings.Replace(got.String(), "[again]", "", 1); text != want.String() {
		at := 0
		for at < min(len(text), want.Len()) && text[at] == want.String()[at] {
			at++
		}
		t.Errorf("in another order from byte %d on: %q", at, text[max(0, at-30):min(len(text), at+60)])
	}
	// Nor are there marks in what GoNB writes to a file.
	file := filepath.Join(t.TempDir(), "captured")
	f.run("%capture " + file + "\n%%\nfmt.Print(1)\nnotebook.Show(\"\", notebook.Bundle{notebook.Plain: \"x\"})\nfmt.Print(2)")
	if captured, err := os.ReadFile(file); err != nil || !strings.HasPrefix(strings.Replace(string(captured), "x", "", 1), "12") {
		t.Errorf("captured %q, %v", captured, err)
	}
	// notebook.Clear takes away what was printed before it, and no more.
	id, _ = f.run("fmt.Print(1)\nnotebook.Clear(false)\nfmt.Print(2)")
	if got := strings.Join(f.about(id), " "); !strings.Contains(got, `stdout "1" clear_output stdout "2"`) {
		t.Errorf("published %s", got)
	}
}
