//go:build !noasm

#include "textflag.h"
#include "neon_arm64.h"
#include "vector_arm64.h"

// y = y + α·x
#define AXPY(MOV, size)    \
	MOV.P size(R0), F0 \
	MOV   (R1), F1     \
	FMLA0(16, 0, 1)    \
	MOV.P F1, size(R1)

// func axpyNEON(x, y []float32, alpha float32)
TEXT ·axpyNEON(SB), NOSPLIT, $0-52
	MOVD  x_base+0(FP), R0
	MOVD  x_len+8(FP), R4
	MOVD  y_base+24(FP), R1
	FMOVS alpha+48(FP), F16
	EACH(AXPY)

// x = α·x
#define SCALE(MOV, size) \
	MOV (R0), F0     \
	FMUL0(16, 0, 0)  \
	MOV.P F0, size(R0)

// func scaleNEON(x []float32, alpha float32)
TEXT ·scaleNEON(SB), NOSPLIT, $0-28
	MOVD  x_base+0(FP), R0
	MOVD  x_len+8(FP), R4
	FMOVS alpha+24(FP), F16
	EACH(SCALE)

// z = x·y
#define MULTIPLY(MOV, size) \
	LOAD(MOV, size)     \
	FMUL(1, 0, 2)       \
	MOV.P F2, size(R2)

// func multiplyNEON(x, y, z []float32)
TEXT ·multiplyNEON(SB), NOSPLIT, $0-72
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R4
	MOVD y_base+24(FP), R1
	MOVD z_base+48(FP), R2
	EACH(MULTIPLY)

// z = max(x, y); NaN stays NaN
#define MAXIMUM(MOV, size) \
	LOAD(MOV, size)    \
	FMAX(1, 0, 2)      \
	MOV.P F2, size(R2)

// func maximumNEON(x, y, z []float32)
TEXT ·maximumNEON(SB), NOSPLIT, $0-72
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R4
	MOVD y_base+24(FP), R1
	MOVD z_base+48(FP), R2
	EACH(MAXIMUM)
