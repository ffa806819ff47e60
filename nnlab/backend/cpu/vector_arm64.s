//go:build !noasm

#include "textflag.h"
#include "neon_arm64.h"

// What is computed number by number. The pointers to the buffers stand in R0, R1,
// R2, R3 in the order of the signature, their length in R4, the constants in V16,
// V17 and on. V30 is zeros, V31 ones. A body works on size bytes of each buffer,
// which it reads to F0, F1, F2, F3 and leaves behind it; EACH runs it on four
// numbers at a time, then on one at a time.
#define EACH(BODY)                      \
	VEOR  V30.B16, V30.B16, V30.B16 \
	FMOVS $1.0, F31                 \
	VDUP  V31.S[0], V31.S4          \
	SUBS  $4, R4                    \
	BLT   rest                      \
four:                                   \
	BODY(FMOVQ, 16)                 \
	SUBS  $4, R4                    \
	BGE   four                      \
rest:                                   \
	ADDS  $4, R4                    \
	BEQ   done                      \
one:                                    \
	BODY(FMOVS, 4)                  \
	SUBS  $1, R4                    \
	BNE   one                       \
done:                                   \
	RET

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

#define LOADGRAD(MOV, size) \
	MOV.P size(R0), F0  \
	MOV.P size(R1), F1

// dx = dy where y > 0, else 0·dy, and NaN where y is
#define RELUGRAD(MOV, size)          \
	LOADGRAD(MOV, size)          \
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
	LOADGRAD(MOV, size)    \
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
	LOADGRAD(MOV, size)            \
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

// v = α·v − η·g and w = w + v
#define MOMENTUM(MOV, size) \
	MOV   (R0), F0      \
	MOV.P size(R1), F1  \
	MOV   (R2), F2      \
	FMUL0(17, 2, 2)     \
	FMLS0(16, 1, 2)     \
	FADD(2, 0, 0)       \
	MOV.P F2, size(R2)  \
	MOV.P F0, size(R0)

// func momentumNEON(w, g, v []float32, rate, alpha float32)
TEXT ·momentumNEON(SB), NOSPLIT, $0-80
	MOVD  w_base+0(FP), R0
	MOVD  w_len+8(FP), R4
	MOVD  g_base+24(FP), R1
	MOVD  v_base+48(FP), R2
	FMOVS rate+72(FP), F16
	FMOVS alpha+76(FP), F17
	EACH(MOMENTUM)

// s = ρ·s + (1 − ρ)·g² and w = w − η·g/√(s + ε)
#define RMSPROP(MOV, size) \
	MOV   (R0), F0     \
	MOV.P size(R1), F1 \
	MOV   (R2), F2     \
	FMUL(1, 1, 4)      \
	FMUL0(18, 4, 4)    \
	FMLA0(17, 2, 4)    \
	FADD(19, 4, 5)     \
	FSQRT(5, 5)        \
	FMUL0(16, 1, 6)    \
	FDIV(5, 6, 6)      \
	FSUB(6, 0, 0)      \
	MOV.P F4, size(R2) \
	MOV.P F0, size(R0)

// func rmspropNEON(w, g, s []float32, rate, rho, rest, epsilon float32)
TEXT ·rmspropNEON(SB), NOSPLIT, $0-88
	MOVD  w_base+0(FP), R0
	MOVD  w_len+8(FP), R4
	MOVD  g_base+24(FP), R1
	MOVD  s_base+48(FP), R2
	FMOVS rate+72(FP), F16
	FMOVS rho+76(FP), F17
	FMOVS rest+80(FP), F18
	FMOVS epsilon+84(FP), F19
	VDUP  V19.S[0], V19.S4
	EACH(RMSPROP)

// m = β₁·m + (1 − β₁)·g, v = β₂·v + (1 − β₂)·g² and w = w − η·m/(√v + ε)
#define ADAM(MOV, size)    \
	MOV   (R0), F0     \
	MOV.P size(R1), F1 \
	MOV   (R2), F2     \
	MOV   (R3), F3     \
	FMUL0(18, 1, 4)    \
	FMLA0(17, 2, 4)    \
	FMUL(1, 1, 5)      \
	FMUL0(20, 5, 5)    \
	FMLA0(19, 3, 5)    \
	FMUL0(16, 4, 6)    \
	FSQRT(5, 7)        \
	FADD(21, 7, 7)     \
	FDIV(7, 6, 6)      \
	FSUB(6, 0, 0)      \
	MOV.P F4, size(R2) \
	MOV.P F5, size(R3) \
	MOV.P F0, size(R0)

// func adamNEON(w, g, m, v []float32, rate, beta1, rest1, beta2, rest2, epsilon float32)
TEXT ·adamNEON(SB), NOSPLIT, $0-120
	MOVD  w_base+0(FP), R0
	MOVD  w_len+8(FP), R4
	MOVD  g_base+24(FP), R1
	MOVD  m_base+48(FP), R2
	MOVD  v_base+72(FP), R3
	FMOVS rate+96(FP), F16
	FMOVS beta1+100(FP), F17
	FMOVS rest1+104(FP), F18
	FMOVS beta2+108(FP), F19
	FMOVS rest2+112(FP), F20
	FMOVS epsilon+116(FP), F21
	VDUP  V21.S[0], V21.S4
	EACH(ADAM)
