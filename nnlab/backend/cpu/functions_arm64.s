//go:build !noasm

#include "textflag.h"
#include "neon_arm64.h"
#include "vector_arm64.h"

// y = max(0, x); NaN stays NaN
#define RELU(MOV, size)    \
	MOV.P size(R0), F0 \
	FMAX(30, 0, 0)     \
	MOV.P F0, size(R1)

// func reluNEON(x, y []float32)
TEXT ·reluNEON(SB), NOSPLIT, $0-48
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R4
	MOVD y_base+24(FP), R1
	EACH(RELU)

// dx = dy where y > 0, else 0·dy, and NaN where y is
#define RELUGRAD(MOV, size)          \
	LOAD(MOV, size)              \
	FMUL(30, 0, 4)               \
	FCMGT(30, 0, 5)              \
	VBIT V5.B16, V31.B16, V4.B16 \
	FMUL(1, 4, 4)                \
	MOV.P F4, size(R2)

// func reluGradNEON(y, dy, dx []float32)
TEXT ·reluGradNEON(SB), NOSPLIT, $0-72
	MOVD y_base+0(FP), R0
	MOVD y_len+8(FP), R4
	MOVD dy_base+24(FP), R1
	MOVD dx_base+48(FP), R2
	EACH(RELUGRAD)

// dx = dy·y·(1 − y)
#define SIGMOIDGRAD(MOV, size) \
	LOAD(MOV, size)        \
	FSUB(0, 31, 4)         \
	FMUL(0, 4, 4)          \
	FMUL(1, 4, 4)          \
	MOV.P F4, size(R2)

// func sigmoidGradNEON(y, dy, dx []float32)
TEXT ·sigmoidGradNEON(SB), NOSPLIT, $0-72
	MOVD y_base+0(FP), R0
	MOVD y_len+8(FP), R4
	MOVD dy_base+24(FP), R1
	MOVD dx_base+48(FP), R2
	EACH(SIGMOIDGRAD)

// dx = dy·(1 − y²)
#define TANHGRAD(MOV, size)            \
	LOAD(MOV, size)                \
	VORR  V31.B16, V31.B16, V4.B16 \
	VFMLS V0.S4, V0.S4, V4.S4      \
	FMUL(1, 4, 4)                  \
	MOV.P F4, size(R2)

// func tanhGradNEON(y, dy, dx []float32)
TEXT ·tanhGradNEON(SB), NOSPLIT, $0-72
	MOVD y_base+0(FP), R0
	MOVD y_len+8(FP), R4
	MOVD dy_base+24(FP), R1
	MOVD dx_base+48(FP), R2
	EACH(TANHGRAD)

// y = x where x > 0, else α·x
#define LEAKYRELU(MOV, size)        \
	MOV.P size(R0), F0          \
	FMUL0(16, 0, 1)             \
	FCMGT(30, 0, 4)             \
	VBIT V4.B16, V0.B16, V1.B16 \
	MOV.P F1, size(R1)

// func leakyReLUNEON(x, y []float32, alpha float32)
TEXT ·leakyReLUNEON(SB), NOSPLIT, $0-52
	MOVD  x_base+0(FP), R0
	MOVD  x_len+8(FP), R4
	MOVD  y_base+24(FP), R1
	FMOVS alpha+48(FP), F16
	EACH(LEAKYRELU)

// dx = dy where y > 0, else α·dy
#define LEAKYRELUGRAD(MOV, size)    \
	LOAD(MOV, size)             \
	FMUL0(16, 1, 4)             \
	FCMGT(30, 0, 5)             \
	VBIT V5.B16, V1.B16, V4.B16 \
	MOV.P F4, size(R2)

// func leakyReLUGradNEON(y, dy, dx []float32, alpha float32)
TEXT ·leakyReLUGradNEON(SB), NOSPLIT, $0-76
	MOVD  y_base+0(FP), R0
	MOVD  y_len+8(FP), R4
	MOVD  dy_base+24(FP), R1
	MOVD  dx_base+48(FP), R2
	FMOVS alpha+72(FP), F16
	EACH(LEAKYRELUGRAD)
