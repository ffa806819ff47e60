//go:build !noasm

#include "textflag.h"
#include "neon_arm64.h"
#include "vector_arm64.h"

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

// v = α·v − η·g and w = w + α·v − η·g
#define NESTEROV(MOV, size) \
	MOV (R0), F0        \
	MOV.P size(R1), F1  \
	MOV (R2), F2        \
	FMUL0(17, 2, 2)     \
	FMLS0(16, 1, 2)     \
	FMUL0(17, 2, 4)     \
	FMLS0(16, 1, 4)     \
	FADD(4, 0, 0)       \
	MOV.P F2, size(R2)  \
	MOV.P F0, size(R0)

// func nesterovNEON(w, g, v []float32, rate, alpha float32)
TEXT ·nesterovNEON(SB), NOSPLIT, $0-80
	MOVD  w_base+0(FP), R0
	MOVD  w_len+8(FP), R4
	MOVD  g_base+24(FP), R1
	MOVD  v_base+48(FP), R2
	FMOVS rate+72(FP), F16
	FMOVS alpha+76(FP), F17
	EACH(NESTEROV)

// s = s + g² and w = w − η·g/√(s + ε)
#define ADAGRAD(MOV, size)        \
	MOV (R0), F0              \
	MOV.P size(R1), F1        \
	MOV (R2), F2              \
	VFMLA V1.S4, V1.S4, V2.S4 \
	FADD(17, 2, 5)            \
	FSQRT(5, 5)               \
	FMUL0(16, 1, 6)           \
	FDIV(5, 6, 6)             \
	FSUB(6, 0, 0)             \
	MOV.P F2, size(R2)        \
	MOV.P F0, size(R0)

// func adagradNEON(w, g, s []float32, rate, epsilon float32)
TEXT ·adagradNEON(SB), NOSPLIT, $0-80
	MOVD  w_base+0(FP), R0
	MOVD  w_len+8(FP), R4
	MOVD  g_base+24(FP), R1
	MOVD  s_base+48(FP), R2
	FMOVS rate+72(FP), F16
	FMOVS epsilon+76(FP), F17
	VDUP  V17.S[0], V17.S4
	EACH(ADAGRAD)

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
