//go:build !noasm

#include "textflag.h"
#include "neon_arm64.h"
#include "vector_arm64.h"

// ROWS makes R5 … R12 point to eight rows from R5 on that are R3 numbers apart.
#define ROWS            \
	LSL $2, R3      \
	ADD R3, R5, R6  \
	ADD R3, R6, R7  \
	ADD R3, R7, R8  \
	ADD R3, R8, R9  \
	ADD R3, R9, R10 \
	ADD R3, R10, R11 \
	ADD R3, R11, R12

#define ADDROW(MOV, size, row, x) \
	MOV.P size(row), F17      \
	VFMLA V17.S4, x.S4, V16.S4

// y = y + Σ x[t]·b[t]
#define ADDROWS(MOV, size)        \
	MOV (R1), F16             \
	ADDROW(MOV, size, R5, V0) \
	ADDROW(MOV, size, R6, V1) \
	ADDROW(MOV, size, R7, V2) \
	ADDROW(MOV, size, R8, V3) \
	ADDROW(MOV, size, R9, V4) \
	ADDROW(MOV, size, R10, V5) \
	ADDROW(MOV, size, R11, V6) \
	ADDROW(MOV, size, R12, V7) \
	MOV.P F16, size(R1)

// func addRowsNEON(x []float32, rows []int, b, y []float32)
TEXT ·addRowsNEON(SB), NOSPLIT, $0-96
	MOVD x_base+0(FP), R0
	MOVD rows_base+24(FP), R2
	MOVD b_base+48(FP), R3
	MOVD y_base+72(FP), R1
	MOVD y_len+80(FP), R4
	MOVD 0(R2), R5
	ADD  R5<<2, R3, R5
	MOVD 8(R2), R6
	ADD  R6<<2, R3, R6
	MOVD 16(R2), R7
	ADD  R7<<2, R3, R7
	MOVD 24(R2), R8
	ADD  R8<<2, R3, R8
	MOVD 32(R2), R9
	ADD  R9<<2, R3, R9
	MOVD 40(R2), R10
	ADD  R10<<2, R3, R10
	MOVD 48(R2), R11
	ADD  R11<<2, R3, R11
	MOVD 56(R2), R12
	ADD  R12<<2, R3, R12
	FMOVQ (R0), F8
	FMOVQ 16(R0), F9
	VDUP V8.S[0], V0.S4
	VDUP V8.S[1], V1.S4
	VDUP V8.S[2], V2.S4
	VDUP V8.S[3], V3.S4
	VDUP V9.S[0], V4.S4
	VDUP V9.S[1], V5.S4
	VDUP V9.S[2], V6.S4
	VDUP V9.S[3], V7.S4
	EACH(ADDROWS)

#define INNERROW(MOV, size, row, sum) \
	MOV.P size(row), F17          \
	VFMLA V17.S4, V16.S4, sum.S4

// sums[t] = sums[t] + x·b[t]
#define INNERROWS(MOV, size)        \
	MOV.P size(R0), F16         \
	INNERROW(MOV, size, R5, V0) \
	INNERROW(MOV, size, R6, V1) \
	INNERROW(MOV, size, R7, V2) \
	INNERROW(MOV, size, R8, V3) \
	INNERROW(MOV, size, R9, V4) \
	INNERROW(MOV, size, R10, V5) \
	INNERROW(MOV, size, R11, V6) \
	INNERROW(MOV, size, R12, V7)

// func innerRowsNEON(x, b, sums []float32, apart int)
TEXT ·innerRowsNEON(SB), NOSPLIT, $0-80
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R4
	MOVD b_base+24(FP), R5
	MOVD sums_base+48(FP), R1
	MOVD apart+72(FP), R3
	ROWS
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	VEOR V4.B16, V4.B16, V4.B16
	VEOR V5.B16, V5.B16, V5.B16
	VEOR V6.B16, V6.B16, V6.B16
	VEOR V7.B16, V7.B16, V7.B16
	ALONG(INNERROWS)
	FADDP(1, 0, 0)
	FADDP(3, 2, 2)
	FADDP(5, 4, 4)
	FADDP(7, 6, 6)
	FADDP(2, 0, 0)
	FADDP(6, 4, 4)
	FMOVQ F0, (R1)
	FMOVQ F4, 16(R1)
	RET
