//go:build cuda

package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"gorgonia.org/cu"
)

// device enters the emulated device's context on this test's thread.
func device(t *testing.T) {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	card, err := cu.GetDevice(0)
	if err != nil {
		t.Fatal(err)
	}
	context, err := card.RetainPrimaryCtx()
	if err == nil {
		err = cu.SetCurrentContext(context)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// program is PTX with one kernel, named kernel, of these parameters and this body.
func program(parameters int, body string) string {
	var list []string
	for i := range parameters {
		list = append(list, fmt.Sprintf(".param .u64 p%d", i))
	}
	return ".version 7.0\n.target sm_80\n.address_size 64\n.visible .entry kernel(" + strings.Join(list, ", ") + ") {\n" +
		".reg .pred %p<9>; .reg .b32 %r<9>; .reg .b64 %rd<9>; .reg .f32 %f<9>; .reg .f64 %fd<9>;\n" +
		".shared .align 16 .b8 room[64];\n" + body + "\nret;\n}\n"
}

// launch runs a kernel of one block to its end.
func launch(t *testing.T, ptx string, threads int, args ...cu.DevicePtr) error {
	t.Helper()
	module, err := cu.LoadData(ptx + "\x00")
	if err != nil {
		return err
	}
	f, err := module.Function("kernel")
	if err != nil {
		t.Fatal(err)
	}
	params := make([]unsafe.Pointer, len(args))
	for i := range args {
		params[i] = unsafe.Pointer(&args[i])
	}
	if err := f.Launch(1, 1, 1, threads, 1, 1, 0, cu.Stream{}, params); err != nil {
		return err
	}
	return cu.Synchronize()
}

func memory(t *testing.T, bytes int64) cu.DevicePtr {
	t.Helper()
	at, err := cu.MemAlloc(bytes)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestInstructions holds instructions against what the PTX ISA (sections 9.7.1 to 9.7.9)
// says of them, at the edges. Operands and results are bits: of 32 in the lower half.
func TestInstructions(t *testing.T) {
	device(t)
	f32 := func(v float64) uint64 { return uint64(math.Float32bits(float32(v))) }
	f64 := math.Float64bits
	s32 := func(v int32) uint64 { return uint64(uint32(v)) }
	s64 := func(v int64) uint64 { return uint64(v) }
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		operation string // its letters say which registers: d is the result, a, b and c the operands
		types     string // of d, a, b, c: r, rd, f, fd, p
		a, b, c   uint64
		want      uint64
	}{
		{"add.s32", "r r r", s32(math.MaxInt32), s32(1), 0, s32(math.MinInt32)},
		{"sub.s64", "rd rd rd", s64(3), s64(5), 0, s64(-2)},
		{"mul.lo.s32", "r r r", s32(1 << 20), s32(-1 << 14), 0, 0},
		{"mul.wide.s32", "rd r r", s32(-3), s32(1 << 30), 0, s64(-3 << 30)},
		{"mul.wide.u32", "rd r r", s32(-3), s32(2), 0, 2 * (1<<32 - 3)},
		{"mul.wide.u16", "r r r", 1<<16 - 1, 1<<16 - 1, 0, (1<<16 - 1) * (1<<16 - 1)},
		{"mul.hi.u32", "r r r", 1 << 31, 6, 0, 3},
		{"mul.hi.s64", "rd rd rd", s64(-1), s64(5), 0, s64(-1)},
		{"mad.lo.s32", "r r r r", s32(-7), s32(6), s32(2), s32(-40)},
		{"div.s32", "r r r", s32(-7), s32(2), 0, s32(-3)},
		{"div.u32", "r r r", s32(-7), s32(2), 0, (1<<32 - 7) / 2},
		{"rem.s64", "rd rd rd", s64(-7), s64(2), 0, s64(-1)},
		{"min.s32", "r r r", s32(-1), s32(1), 0, s32(-1)},
		{"min.u32", "r r r", s32(-1), s32(1), 0, 1},
		{"max.s64", "rd rd rd", s64(-1), s64(1), 0, 1},
		{"neg.s32", "r r", s32(math.MinInt32), 0, 0, s32(math.MinInt32)},
		{"abs.s64", "rd rd", s64(-9), 0, 0, 9},
		{"and.b32", "r r r", 0b1100, 0b1010, 0, 0b1000},
		{"or.b64", "rd rd rd", 0b1100, 0b1010, 0, 0b1110},
		{"xor.b32", "r r r", 0b1100, 0b1010, 0, 0b0110},
		{"not.b32", "r r", 0, 0, 0, 1<<32 - 1},
		{"shl.b32", "r r r", 3, 31, 0, 1 << 31},
		{"shl.b32", "r r r", 3, 32, 0, 0},
		{"shl.b64", "rd rd r", 3, 62, 0, 3 << 62},
		{"shr.u32", "r r r", 1 << 31, 31, 0, 1},
		{"shr.s32", "r r r", 1 << 31, 99, 0, s32(-1)},
		{"shr.u16", "r r r", 1 << 15, 14, 0, 2},
		{"shr.u16", "r r r", 1 << 15, 16, 0, 0},
		{"shr.s16", "r r r", 1 << 15, 14, 0, 1<<16 - 2},
		{"shr.s16", "r r r", 1 << 15, 99, 0, 1<<16 - 1},
		{"shr.u64", "rd rd r", 1 << 63, 64, 0, 0},
		{"bfe.u32", "r r r r", 0xabcd1234, 8, 12, 0xd12},
		{"bfe.u32", "r r r r", 0xabcd1234, 28, 32, 0xa},
		{"add.f32", "f f f", f32(1), f32(1.0 / (1 << 25)), 0, f32(1)},
		{"sub.rn.f64", "fd fd fd", f64(1), f64(0.25), 0, f64(0.75)},
		{"mul.f32", "f f f", f32(inf), f32(0), 0, f32(nan)},
		{"fma.rn.f32", "f f f f", f32(1 + 1.0/(1<<23)), f32(1 - 1.0/(1<<23)), f32(-1), f32(-1.0 / (1 << 46))},
		{"fma.rm.f32", "f f f f", f32(1), f32(1), f32(1.0 / (1 << 30)), f32(1)},
		{"fma.rm.f32", "f f f f", f32(-1), f32(1), f32(-1.0 / (1 << 30)), s32(int32(math.Float32bits(-1)) + 1)},
		{"fma.rn.f64", "fd fd fd fd", f64(3), f64(5), f64(-15.5), f64(-0.5)},
		{"div.rn.f32", "f f f", f32(1), f32(3), 0, uint64(math.Float32bits(1.0 / 3))},
		{"div.rn.f64", "fd fd fd", f64(1), f64(0), 0, f64(inf)},
		{"rcp.rn.f32", "f f", f32(3), 0, 0, uint64(math.Float32bits(1.0 / 3))},
		{"sqrt.rn.f64", "fd fd", f64(2), 0, 0, f64(math.Sqrt2)},
		{"min.f32", "f f f", f32(nan), f32(2), 0, f32(2)},
		{"max.f64", "fd fd fd", f64(-3), f64(nan), 0, f64(-3)},
		{"neg.f32", "f f", f32(0), 0, 0, 1 << 31},
		{"abs.f64", "fd fd", f64(-1.5), 0, 0, f64(1.5)},
		{"ex2.approx.ftz.f32", "f f", f32(-3), 0, 0, f32(0.125)},
		{"ex2.approx.ftz.f32", "f f", f32(-127), 0, 0, 0},
		{"rcp.approx.ftz.f64", "fd fd", f64(3), 0, 0, f64(1.0/3) &^ (1<<32 - 1)},
		{"cvt.rn.f32.f64", "f fd", f64(0.1), 0, 0, f32(0.1)},
		{"cvt.f64.f32", "fd f", f32(0.1), 0, 0, f64(float64(float32(0.1)))},
		{"cvt.rzi.s32.f32", "r f", f32(-2.75), 0, 0, s32(-2)},
		{"cvt.rzi.s32.f32", "r f", f32(1e20), 0, 0, s32(math.MaxInt32)},
		{"cvt.rzi.s64.f64", "rd fd", f64(-1e30), 0, 0, s64(math.MinInt64)},
		{"cvt.rzi.u64.f64", "rd fd", f64(nan), 0, 0, 0},
		{"cvt.rni.f32.f32", "f f", f32(2.5), 0, 0, f32(2)},
		{"cvt.rmi.f32.f32", "f f", f32(-2.5), 0, 0, f32(-3)},
		{"cvt.sat.f32.f32", "f f", f32(nan), 0, 0, 0},
		{"cvt.rna.tf32.f32", "r f", 0x3f800fff, 0, 0, 0x3f800000},
		{"cvt.rna.tf32.f32", "r f", 0x3f801000, 0, 0, 0x3f802000}, // as near to both: away from 0
		{"cvt.rna.tf32.f32", "r f", 0xbf801000, 0, 0, 0xbf802000},
		{"cvt.rna.tf32.f32", "r f", 0x3fffffff, 0, 0, f32(2)},
		{"cvt.rna.tf32.f32", "r f", f32(math.MaxFloat32), 0, 0, f32(inf)},
		{"cvt.rna.tf32.f32", "r f", f32(-inf), 0, 0, f32(-inf)},
		{"cvt.rna.tf32.f32", "r f", f32(nan), 0, 0, 0x7fffffff},
		{"cvt.rn.f32.s64", "f rd", s64(-5), 0, 0, f32(-5)},
		{"cvt.rn.f64.u32", "fd r", s32(-1), 0, 0, f64(1<<32 - 1)},
		{"cvt.s64.s32", "rd r", s32(-1), 0, 0, s64(-1)},
		{"cvt.u64.u32", "rd r", s32(-1), 0, 0, 1<<32 - 1},
		{"cvt.s64.s32", "rd rd", 7<<32 | s32(-2), 0, 0, s64(-2)},
		{"cvt.u32.u64", "r rd", 7<<32 | 9, 0, 0, 9},
		{"setp.lt.s32", "p r r", s32(-1), s32(0), 0, 1},
		{"setp.lt.u32", "p r r", s32(-1), s32(0), 0, 0},
		{"setp.eq.f32", "p f f", f32(nan), f32(nan), 0, 0},
		{"setp.ne.f32", "p f f", f32(nan), f32(1), 0, 0},
		{"setp.neu.f64", "p fd fd", f64(nan), f64(nan), 0, 1},
		{"setp.geu.f32", "p f f", f32(nan), f32(1), 0, 1},
		{"setp.nan.f32", "p f f", f32(1), f32(nan), 0, 1},
		{"setp.num.f64", "p fd fd", f64(1), f64(2), 0, 1},
	} {
		kinds := strings.Fields(c.types)
		move := map[string]string{"r": "u32", "rd": "u64", "f": "f32", "fd": "f64"}
		var body, registers []string
		body = append(body, "ld.param.u64 %rd8, [p0];")
		for i, kind := range kinds[1:] {
			r := fmt.Sprintf("%%%s%d", kind, i+1)
			body = append(body, fmt.Sprintf("ld.global.%s %s, [%%rd8+%d];", move[kind], r, 8*i))
			registers = append(registers, r)
		}
		result := "%" + kinds[0] + "0"
		body = append(body, c.operation+" "+result+", "+strings.Join(registers, ", ")+";")
		if kinds[0] == "p" {
			body = append(body, "selp.u32 %r0, 1, 0, %p0; st.global.u32 [%rd8+24], %r0;")
		} else {
			body = append(body, fmt.Sprintf("st.global.%s [%%rd8+24], %s;", move[kinds[0]], result))
		}
		at := memory(t, 32)
		data := [4]uint64{c.a, c.b, c.c, 0}
		if err := cu.MemcpyHtoD(at, unsafe.Pointer(&data), 32); err != nil {
			t.Fatal(err)
		}
		if err := launch(t, program(1, strings.Join(body, "\n")), 1, at); err != nil {
			t.Fatalf("%s: %v", c.operation, err)
		}
		if err := cu.MemcpyDtoH(unsafe.Pointer(&data), at, 32); err != nil {
			t.Fatal(err)
		}
		same := data[3] == c.want
		switch kinds[0] {
		case "f":
			same = same || math.IsNaN(float64(math.Float32frombits(uint32(data[3])))) && math.IsNaN(float64(math.Float32frombits(uint32(c.want))))
		case "fd":
			same = same || math.IsNaN(math.Float64frombits(data[3])) && math.IsNaN(math.Float64frombits(c.want))
		}
		if !same {
			t.Errorf("%s of %#x, %#x, %#x is %#x, want %#x", c.operation, c.a, c.b, c.c, data[3], c.want)
		}
	}
}

// faulty are kernels that go wrong, and a part of what the emulator says of each.
var faulty = []struct {
	name, body string
	threads    int
	says       string
}{
	{"beyond the end", "ld.param.u64 %rd0, [p0]; mov.u32 %r0, 1; st.global.u32 [%rd0+64], %r0;", 1, "the nearest memory ends 4 bytes before"},
	{"no address", "mov.u64 %rd0, 0; ld.global.u32 %r0, [%rd0];", 1, "are no device memory"},
	{"between two numbers", "ld.param.u64 %rd0, [p0]; mov.u32 %r0, 1; st.global.u32 [%rd0+2], %r0;", 1, "is no multiple of 4"},
	{"never written", "ld.param.u64 %rd0, [p0]; ld.global.u32 %r0, [%rd0+60];", 1, "that nothing has written"},
	{"a room never written", "mov.u32 %r1, room; ld.shared.u32 %r0, [%r1];", 1, "shared memory at 0 that nothing has written"},
	{"beyond a room", "mov.u32 %r1, room; mov.u32 %r0, 1; st.shared.u32 [%r1+64], %r0;", 1, "of shared memory, of which there are 64"},
	{"a race of writers", "mov.u32 %r1, room; mov.u32 %r0, %tid.x; st.shared.u32 [%r1], %r0;", 64, "without a barrier in between, and the first writes"},
	{"a race of a reader", "mov.u32 %r1, room; mov.u32 %r0, %tid.x; setp.eq.u32 %p0, %r0, 40; @%p0 st.shared.u32 [%r1], %r0; bar.sync 0; ld.shared.u32 %r2, [%r1]; setp.eq.u32 %p1, %r0, 3; @%p1 st.shared.u32 [%r1], %r0;", 64, "without a barrier in between"},
	{"a barrier of some", "mov.u32 %r0, %tid.x; setp.lt.u32 %p0, %r0, 40; @%p0 bra END; bar.sync 0;\nEND:", 64, "a barrier for which threads wait that have ended"},
	{"two barriers", "mov.u32 %r0, %tid.x; setp.lt.u32 %p0, %r0, 40; @%p0 bra OTHER; bar.sync 0; bra.uni END;\nOTHER: bar.sync 0;\nEND:", 64, "threads wait at different barriers"},
	{"a whole number by 0", "mov.u32 %r0, 1; mov.u32 %r1, 0; div.s32 %r2, %r0, %r1;", 1, "divides a whole number by 0"},
	{"too many threads", "", 1025, "a block of 1025 threads"},
	{"two streams", "", 0, "with no event that one waits for in between"},
	{"two streams, the second writes", "", 0, "with no event that one waits for in between"},
	{"a stream and a graph", "", 0, "with no event that one waits for in between"},
	{"a copy that nobody waits for", copying + "cp.async.commit_group; bar.sync 0; ld.shared.u32 %r0, [%r1];", 1, "meets at 0 of shared memory a copy of thread 0 that is on its way"},
	{"a copy that is not of the groups", copying + "cp.async.wait_group 0; ld.shared.u32 %r0, [%r1];", 1, "that is on its way"},
	{"a copy of which one group too few is waited for", copying + "cp.async.commit_group; cp.async.wait_group 1; ld.shared.u32 %r0, [%r1];", 1, "that is on its way"},
	{"a copy that is written over", copying + "st.shared.u32 [%r1], %r1;", 1, "that is on its way"},
	{"a copy to what others still read", "mov.u32 %r1, room; mov.u32 %r0, %tid.x; setp.eq.u32 %p0, %r0, 40; @%p0 st.shared.u32 [%r1], %r0; bar.sync 0; ld.shared.u32 %r2, [%r1]; ld.param.u64 %rd0, [p0]; @%p0 cp.async.ca.shared.global [%r1], [%rd0], 4, 0;", 64, "without a barrier in between"},
	{"a copy without a barrier", "ld.param.u64 %rd0, [p0]; mov.u32 %r1, room; mov.u32 %r0, %tid.x; setp.eq.u32 %p0, %r0, 40; @%p0 cp.async.ca.shared.global [%r1], [%rd0], 4, 0; cp.async.wait_all; ld.shared.u32 %r2, [%r1];", 64, "shared memory"},
	{"a copy from what nothing has written", "ld.param.u64 %rd0, [p0]; mov.u32 %r1, room; cp.async.ca.shared.global [%r1], [%rd0], 4;", 1, "that nothing has written"},
	{"a copy between two numbers", "ld.param.u64 %rd0, [p0]; mov.u32 %r1, room; add.s64 %rd0, %rd0, 4; cp.async.cg.shared.global [%r1], [%rd0], 16, 0;", 1, "is no multiple of 16"},
	{"a copy past the registers of 4 bytes", "ld.param.u64 %rd0, [p0]; mov.u32 %r1, room; cp.async.cg.shared.global [%r1], [%rd0], 4;", 1, "is not known"},
	{"more of a copy than it has", "ld.param.u64 %rd0, [p0]; mov.u32 %r1, room; cp.async.ca.shared.global [%r1], [%rd0], 4, 5;", 1, "5 of 4 bytes"},
	{"factors that are no TF32", factors + "mov.u32 %r2, 0x3f800001; " + product, 32, "0x3f800001 is no TF32"},
	{"a product of some of a warp", factors + "mov.u32 %r8, %tid.x; setp.lt.u32 %p0, %r8, 31; @%p0 " + product, 32, "not all threads of the warp"},
	{"a product of which some of a warp know nothing", factors + "mov.u32 %r8, %tid.x; setp.eq.u32 %p0, %r8, 31; @%p0 bra END; " + product + "\nEND:", 32, "not all threads of the warp"},
	{"a product that some of a warp would come to behind a barrier", factors + "mov.u32 %r8, %tid.x; setp.eq.u32 %p0, %r8, 31; @!%p0 bra GO; bar.sync 0;\nGO: " + product, 32, "not all threads of the warp"},
	{"an instruction that nobody knows", "sine.f32 %f0, %f1;", 1, "\"sine.f32 %f0 , %f1\" is not known"},
}

// copying begins a copy of a number that is there to the room, at %r1. factors and product
// are a product on tensor cores of ones.
const (
	copying = "ld.param.u64 %rd0, [p0]; mov.u32 %r1, 7; st.global.u32 [%rd0], %r1; mov.u32 %r1, room; cp.async.ca.shared.global [%r1], [%rd0], 4, 4; "
	factors = "mov.f32 %f0, 0f00000000; mov.u32 %r1, 0x3f800000; mov.u32 %r2, %r1; "
	product = "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%f1, %f2, %f3, %f4}, {%r1, %r1, %r1, %r1}, {%r1, %r2}, {%f0, %f0, %f0, %f0};"
)

// TestFaults runs what goes wrong in programs of their own, since a device that has failed
// stays so.
func TestFaults(t *testing.T) {
	if name := os.Getenv("CUDAEMU_FAULT"); name != "" {
		device(t)
		for _, c := range faulty {
			if c.name == name {
				if meet := meetings[name]; meet != nil {
					fmt.Println("result:", meet(t))
				} else {
					fmt.Println("result:", launch(t, program(1, c.body), c.threads, memory(t, 64)))
				}
				fmt.Println("then:", cu.Synchronize())
			}
		}
		return
	}
	for _, c := range faulty {
		run := exec.Command(os.Args[0], "-test.run=^TestFaults$")
		run.Env = append(os.Environ(), "CUDAEMU_FAULT="+c.name)
		out, err := run.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", c.name, err, out)
		}
		if text := string(out); strings.Contains(text, "result: <nil>") || !strings.Contains(text, "cudaemu: ") || !strings.Contains(text, c.says) {
			t.Errorf("%s: expected a fault that says %q, got\n%s", c.name, c.says, text)
		}
	}
}
