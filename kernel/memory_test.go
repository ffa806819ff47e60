package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// idleKernels is how many kernels TestMemory starts, and BenchmarkStart:
//
//	go test ./kernel -run TestMemory -kernels 30 -v
var idleKernels = flag.Int("kernels", 3, "how many kernels TestMemory and BenchmarkStart start")

// Kernels that have run a cell and completed hold little when they are idle, and
// share one gopls: 60 MB a kernel and 1.5 GB for 30 of them with all that they
// have started. Counted is what is in memory, a page that several processes have
// in the share of each (PSS).
func TestMemory(t *testing.T) {
	p := newPlace(t)
	var fronts []*front
	for range *idleKernels {
		f := newFrontIn(t, p)
		f.run("import \"github.com/nnlab-go/lab/nnlab/nn\"\nvar model = nn.Sequential(nn.Input(2), nn.Dense(1))\nmodel")
		f.warm()
		fronts = append(fronts, f)
	}
	for _, f := range fronts {
		f.warm()
		if m, _ := f.complete("if true {\n\tmodel.Fi|"); !slices.Contains(m, any("Fit")) {
			t.Errorf("completed: %v", m)
		}
	}
	gopls, kernels := 0, 0
	// What is not used is given back within seconds.
	small := kerneltest.Eventually(func() bool {
		fronts[0].complete("model.Fi|") // the server stays
		gopls, kernels = p.memory(t)
		return kernels <= *idleKernels*kernelLimit && gopls+kernels <= allLimit
	})
	t.Logf("%d idle kernels: %d MB each, gopls and its server %d MB, in all %d MB", *idleKernels, kernels / *idleKernels >> 20, gopls>>20, (gopls+kernels)>>20)
	if !small {
		t.Errorf("more than %d MB each or %d MB in all:\n%s", kernelLimit>>20, allLimit>>20, strings.Join(p.processes(), "\n"))
	}
}

// Variables do not make an idle kernel larger: it holds what one holds that has run as
// many cells without any, within 2 MB.
func TestMemoryOfVariables(t *testing.T) {
	if testing.Short() {
		t.Skip("runs 60 cells")
	}
	held := func(cell func(i int) string) (p *place) {
		p = newPlace(t)
		f := newFrontIn(t, p)
		for i := range 30 {
			if _, reply := f.run(cell(i)); reply["status"] != "ok" {
				t.Fatal(reply)
			}
		}
		return p
	}
	none := held(func(i int) string {
		return fmt.Sprintf("%%%%\na, b, c := %d, \"%d\", []int{%d}\nfmt.Print(a, b, c)", i, i, i)
	})
	some := held(func(i int) string {
		return fmt.Sprintf("a%d, b%d, c%d := %d, \"%d\", []int{%d}\nfmt.Print(a%d, b%d, c%d)", i, i, i, i, i, i, i/2, i/2, i/2)
	})
	const most = 2 << 20
	without, with := 0, 0
	small := kerneltest.Eventually(func() bool {
		_, without = none.memory(t)
		_, with = some.memory(t)
		return with-without <= most
	})
	t.Logf("%d kB with 90 variables, %d kB without", with>>10, without>>10)
	if !small {
		t.Errorf("%d kB more than without variables:\n%s", (with-without)>>10, strings.Join(some.processes(), "\n"))
	}
}

const (
	kernelLimit = 60 << 20
	allLimit    = 1500 << 20
)

// memory is what the processes of the place hold: the server of completions with
// its gopls, and the kernels.
func (p *place) memory(t *testing.T) (gopls, kernels int) {
	for _, line := range p.processes() {
		var pid int
		fmt.Sscan(line, &pid)
		held := proportional(pid)
		switch {
		case strings.Contains(line, " completions ") || strings.HasSuffix(line, "/gopls \""):
			gopls += held
		default:
			kernels += held
		}
		if *idleKernels == 1 {
			t.Logf("%d kB %s", held>>10, line)
		}
	}
	return gopls, kernels
}

// proportional is a process's PSS in bytes, 0 when it has ended.
func proportional(pid int) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
		var kilobytes int
		if _, err := fmt.Sscanf(s.Text(), "Pss: %d kB", &kilobytes); err == nil {
			return kilobytes << 10
		}
	}
	return 0
}
