//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/nnlab-go/lab/internal/whole"
)

// results are card.json.
type results struct {
	Began  string    `json:"began"` // RFC 3339
	Card   string    `json:"card"`  // as its driver names it
	Parts  []outcome `json:"parts"`
	Warmed []outcome `json:"warmed"` // what filled the peers' caches beside the tests
}

// add takes a part's outcome, and prints it at once.
func (r *results) add(o outcome) {
	r.Parts = append(r.Parts, o)
	fmt.Println(o)
}

// bad counts the parts that have not passed. A tool or a peer that the machine does not have
// is said in the results, and is no failure.
func (r *results) bad() (n int) {
	for _, o := range r.Parts {
		if o.Verdict != passed && o.Verdict != missing {
			n++
		}
	}
	return n
}

// write writes card.json, whole each time.
func (r *results) write(folder string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return whole.WriteFile(filepath.Join(folder, "card.json"), append(text, '\n'), 0o666)
}

// cards names the cards and their driver.
func cards(ctx context.Context) string {
	text, err := exec.CommandContext(ctx, "nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader").Output()
	if err != nil {
		return fmt.Sprintf("nvidia-smi: %v", err)
	}
	return strings.TrimSpace(string(text))
}
