//go:build cuda

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"gorgonia.org/cu"
)

// TestMultiplyTF32 holds a product on tensor cores against one by the definition. Where the
// numbers of a thread stand is told as the figures of the PTX ISA do, "Matrix Fragments for
// mma.m16n8k8" with .tf32 (section 9.7.14): thread by thread along a row of the figure.
func TestMultiplyTF32(t *testing.T) {
	device(t)
	const m, n, k = 16, 8, 8
	var a [m][k]float32
	var b [k][n]float32
	var c [m][n]float32
	for i := range m {
		for j := range k {
			a[i][j] = float32(i*k + j + 1)
			c[i][j] = float32(1000 * (i - 2*j))
		}
	}
	for i := range k {
		for j := range n {
			b[i][j] = float32((i*n+j)%7 - 3)
		}
	}
	type place struct{ row, column int }
	// In the figure of A each row has threads 0 to 3, 4 to 7 and so on with a0, and again with
	// a2; eight rows below with a1 and a3. In that of B they go down a column with b0 and again
	// with b1. In that of C a thread has two neighbours of a row, c0 and c1, and eight rows
	// below c2 and c3.
	var placesA, placesC [32][4]place
	var placesB [32][2]place
	thread := 0
	for row := range 8 {
		for column := range 4 {
			placesA[thread] = [4]place{{row, column}, {row + 8, column}, {row, column + 4}, {row + 8, column + 4}}
			placesB[thread] = [2]place{{column, row}, {column + 4, row}}
			placesC[thread] = [4]place{{row, 2 * column}, {row, 2*column + 1}, {row + 8, 2 * column}, {row + 8, 2*column + 1}}
			thread++
		}
	}
	var numbers [32][10]float32
	for t := range 32 {
		for i, p := range placesA[t] {
			numbers[t][i] = a[p.row][p.column]
		}
		for i, p := range placesB[t] {
			numbers[t][4+i] = b[p.row][p.column]
		}
		for i, p := range placesC[t] {
			numbers[t][6+i] = c[p.row][p.column]
		}
	}
	var body []string
	body = append(body, ".reg .b32 %x<10>; .reg .f32 %y<10>;", "ld.param.u64 %rd0, [p0]; mov.u32 %r0, %tid.x; mul.wide.u32 %rd1, %r0, 40; add.s64 %rd0, %rd0, %rd1;")
	for i := range 6 {
		body = append(body, fmt.Sprintf("ld.global.u32 %%x%d, [%%rd0+%d];", i, 4*i))
	}
	for i := range 4 {
		body = append(body, fmt.Sprintf("ld.global.f32 %%y%d, [%%rd0+%d];", i, 4*(6+i)))
	}
	body = append(body, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%y0, %y1, %y2, %y3}, {%x0, %x1, %x2, %x3}, {%x4, %x5}, {%y0, %y1, %y2, %y3};")
	for i := range 4 {
		body = append(body, fmt.Sprintf("st.global.f32 [%%rd0+%d], %%y%d;", 4*(6+i), i))
	}
	size := int64(unsafe.Sizeof(numbers))
	at := memory(t, size)
	if err := cu.MemcpyHtoD(at, unsafe.Pointer(&numbers), size); err != nil {
		t.Fatal(err)
	}
	if err := launch(t, program(1, strings.Join(body, "\n")), 32, at); err != nil {
		t.Fatal(err)
	}
	if err := cu.MemcpyDtoH(unsafe.Pointer(&numbers), at, size); err != nil {
		t.Fatal(err)
	}
	for t32, places := range placesC {
		for i, p := range places {
			want := c[p.row][p.column]
			for l := range k {
				want += a[p.row][l] * b[l][p.column] // whole numbers: nothing is rounded
			}
			if got := numbers[t32][6+i]; got != want {
				t.Errorf("c%d of thread %d, row %d and column %d: %v, want %v", i, t32, p.row, p.column, got, want)
			}
		}
	}
}

// TestCopies copies to shared memory: 16 bytes of which 8 are there, then 4; the second group
// need not have arrived when the first one is read. A copy reads when it is waited for, not
// before.
func TestCopies(t *testing.T) {
	device(t)
	at := memory(t, 64)
	values := [16]uint32{1, 2, 3, 4, 5}
	if err := cu.MemcpyHtoD(at, unsafe.Pointer(&values), 64); err != nil {
		t.Fatal(err)
	}
	err := launch(t, program(1, `
		ld.param.u64 %rd0, [p0]; mov.u32 %r0, room; add.s32 %r1, %r0, 16; add.s64 %rd1, %rd0, 16; mov.u32 %r2, 8;
		cp.async.cg.shared.global [%r0], [%rd0], 16, %r2;
		cp.async.commit_group;
		cp.async.ca.shared.global [%r1], [%rd1], 4;
		cp.async.commit_group;
		cp.async.wait_group 1;
		ld.shared.v4.u32 {%r3, %r4, %r5, %r6}, [%r0];
		st.global.u32 [%rd0+32], %r3; st.global.u32 [%rd0+36], %r4; st.global.u32 [%rd0+40], %r5; st.global.u32 [%rd0+44], %r6;
		mov.u32 %r2, 9; st.global.u32 [%rd0+16], %r2;
		cp.async.wait_all;
		ld.shared.u32 %r7, [%r1]; st.global.u32 [%rd0+48], %r7;`), 1, at)
	if err != nil {
		t.Fatal(err)
	}
	if err := cu.MemcpyDtoH(unsafe.Pointer(&values), at, 64); err != nil {
		t.Fatal(err)
	}
	if got := values[8:13]; !slices.Equal(got, []uint32{1, 2, 0, 0, 9}) {
		t.Errorf("copied %d, want 1 2 0 0 and, of what was written before it was waited for, 9", got)
	}
}

// TestTargets hands over texts for cards that the emulated one is not, and instructions that
// the card of their text has not.
func TestTargets(t *testing.T) {
	device(t)
	fine := program(1, copying+"cp.async.wait_all;")
	if err := launch(t, fine, 1, memory(t, 64)); err != nil {
		t.Errorf("a text for this card: %v", err)
	}
	for _, target := range []string{"sm_52", "sm_90", "ampere"} {
		if _, err := cu.LoadData(strings.Replace(fine, "sm_80", target, 1) + "\x00"); err == nil {
			t.Errorf("a text for %s was taken", target)
		}
	}
}
