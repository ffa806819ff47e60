package main

import (
	"bytes"
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

// TestWinograd counts a convolution by hand: 32 images of 28² with 128 channels and filters,
// 6272 tiles of 14².
func TestWinograd(t *testing.T) {
	s := square{"", 32, 28, 128, 128}
	if d := s.direct(); d.flops != 2*32*784*9*128*128 || d.moved != 4*(32*784*128+9*128*128+32*784*128) {
		t.Errorf("direct: %+v", d)
	}
	passes, inOne := s.winograd()
	for i, want := range []counts{
		{flops: 28 * 16384, moved: 4 * 25 * 16384},
		{flops: 32 * 6272 * 128, moved: 4 * (25088*128 + 16*6272*128)},
		{flops: 2 * 16 * 6272 * 16384, moved: 4 * 16 * (6272*128 + 16384 + 6272*128)},
		{flops: 24 * 6272 * 128, moved: 4 * (16*6272*128 + 25088*128)},
	} {
		if passes[i] != want {
			t.Errorf("pass %d: %+v, want %+v", i, passes[i], want)
		}
	}
	// Two blocks of 64 filters transform the inputs twice.
	if want := (counts{flops: 2*16*6272*16384 + 2*32*6272*128 + 24*6272*128, moved: 4 * (25088*128 + 16*16384 + 25088*128)}); len(inOne) != 2 || inOne[0] != passes[0] || inOne[1] != want {
		t.Errorf("in one: %+v, want %+v", inOne, want)
	}
	short := onCores(inOne, passes[2].flops)
	if short[1].tf32s != passes[2].flops || short[1].flops != inOne[1].flops-passes[2].flops || short[0] != inOne[0] {
		t.Errorf("on tensor cores: %+v", short)
	}
	// 7² is 16 tiles of which a part lies outside.
	if n := (square{"", 32, 7, 1, 1}).tiles(); n != 32*16 {
		t.Errorf("%v tiles", n)
	}
	if ms := (card{"", "", 10, 1, 20, 1000}).least(counts{flops: 1e10}, counts{moved: 3e9}); ms != 4 {
		t.Errorf("%v ms", ms)
	}
	var b bytes.Buffer
	writeWinograd(&b)
	// 7.3987 GFLOP are 0.9134 ms at 8.1 TFLOP/s; 3.3628 in one kernel 0.4152, and 0.0051 for the
	// weights' 1.6 MB: 2.17 to 2.18 times.
	if !strings.Contains(b.String(), "| 32·28² 128→128 | ResNet | 7.40 | 26.3 | 3.36 | 28.4 | 234 | 2.18 / 1.12 |") {
		t.Error(b.String())
	}
}
