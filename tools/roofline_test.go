package main

import (
	"strings"
	"testing"
)

// The text is what ptxas 12.9 -v prints.
const ptxasSays = `ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function 'softmax' for 'sm_80'
ptxas info    : Function properties for softmax
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 32 registers, used 1 barriers, 2048 bytes smem, 384 bytes cmem[0]
ptxas info    : Compiling entry function 'fill' for 'sm_80'
ptxas info    : Function properties for fill
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 12 registers, used 0 barriers, 344 bytes cmem[0]
`

func TestUsage(t *testing.T) {
	u := usage{}
	u.add("sm_80", ptxasSays)
	if u["softmax"]["sm_80"] != (resources{32, 2048}) || u["fill"]["sm_80"] != (resources{12, 0}) || len(u) != 2 {
		t.Errorf("got %v", u)
	}
}

// TestPage asks for the page with all kernels, with one too many and with one too few.
func TestPage(t *testing.T) {
	u := usage{}
	for _, k := range counted() {
		for _, name := range strings.Fields(k.kernels) {
			u[name] = map[string]resources{"sm_90": {64, 0}}
		}
	}
	for _, name := range small {
		u[name] = map[string]resources{}
	}
	page, err := u.page()
	if err != nil {
		t.Fatal(err)
	}
	// 137.4 GFLOP and 201 MB of a product of 4096³: 17.0 ms at 8.1 TFLOP/s, 0.63 ms at 320 GB/s.
	for _, want := range []string{"| 4096×4096×4096 | 137 | 0 | 0 | 201 | 683 | 17.0 (float32) |", "| 4096×4096×4096 | 0 | 0 | 137 | 201 | 683 | – | 10.8 (TF32) | 0.881 (TF32) | 0.278 (TF32) |", "| axpy | y += αx | 0.103 | 0 | 0 | 617 | 0.167 | 1.93 | 1.71 | 0.397 | 0.184 |", "| fill | – | – | – | 64 | 0 |"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("there is no %q in\n%s", want, page)
		}
	}
	u["new"] = nil
	if _, err := u.page(); err == nil || !strings.Contains(err.Error(), ": new") {
		t.Errorf("a kernel that nobody has counted: %v", err)
	}
	delete(u, "new")
	delete(u, "axpy")
	if _, err := u.page(); err == nil || !strings.Contains(err.Error(), "axpy") {
		t.Errorf("a kernel that is no more: %v", err)
	}
}

func TestMilliseconds(t *testing.T) {
	c := card{"", "", 10, 1, 20, 1000}
	for _, w := range []struct {
		counts
		want  float64
		bound string
	}{
		{counts{flops: 1e10}, 1, "float32"}, {counts{flops: 1e10, doubles: 2e9}, 2, "float64"},
		{counts{flops: 1e10, doubles: 2e9, moved: 3e9}, 3, "memory"}, {counts{flops: 1e10, tf32s: 4e10}, 2, "TF32"},
	} {
		if ms, bound := c.milliseconds(w.counts); ms != w.want || bound != w.bound {
			t.Errorf("%v: %v ms by %s", w, ms, bound)
		}
	}
}
