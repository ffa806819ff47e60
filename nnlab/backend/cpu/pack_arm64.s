//go:build !noasm

#include "textflag.h"

// func packCopyNEON(dst []float32, width int, src []float32, ld, depth int)
TEXT ·packCopyNEON(SB), NOSPLIT, $0-72
	MOVD dst_base+0(FP), R0
	MOVD width+24(FP), R1
	MOVD src_base+32(FP), R2
	MOVD ld+56(FP), R3
	MOVD depth+64(FP), R4
	LSL  $2, R3
	CBZ  R4, done

row:
	MOVD R2, R5
	MOVD R1, R6

four:
	FMOVQ.P 16(R5), F0
	FMOVQ.P F0, 16(R0)
	SUBS $4, R6
	BGT  four
	ADD  R3, R2
	SUBS $1, R4
	BNE  row

done:
	RET

// func packTransposed4NEON(dst []float32, width int, src []float32, ld, depth int)
TEXT ·packTransposed4NEON(SB), NOSPLIT, $0-72
	MOVD dst_base+0(FP), R0
	MOVD width+24(FP), R1
	MOVD src_base+32(FP), R2
	MOVD ld+56(FP), R6
	MOVD depth+64(FP), R7
	LSL  $2, R1
	ADD  R6<<2, R2, R3
	ADD  R6<<2, R3, R4
	ADD  R6<<2, R4, R5

	SUBS $4, R7
	BLT  rest

four:
	FMOVQ.P 16(R2), F0
	FMOVQ.P 16(R3), F1
	FMOVQ.P 16(R4), F2
	FMOVQ.P 16(R5), F3
	VTRN1 V1.S4, V0.S4, V4.S4 // the numbers 0, 2 of rows 0, 1
	VTRN2 V1.S4, V0.S4, V5.S4 // 1, 3
	VTRN1 V3.S4, V2.S4, V6.S4 // the same of rows 2, 3
	VTRN2 V3.S4, V2.S4, V7.S4
	VTRN1 V6.D2, V4.D2, V0.D2
	VTRN1 V7.D2, V5.D2, V1.D2
	VTRN2 V6.D2, V4.D2, V2.D2
	VTRN2 V7.D2, V5.D2, V3.D2
	FMOVQ F0, (R0)
	ADD   R1, R0
	FMOVQ F1, (R0)
	ADD   R1, R0
	FMOVQ F2, (R0)
	ADD   R1, R0
	FMOVQ F3, (R0)
	ADD   R1, R0
	SUBS  $4, R7
	BGE   four

rest:
	ADDS $4, R7
	BEQ  done

one:
	FMOVS.P 4(R2), F0
	FMOVS.P 4(R3), F1
	FMOVS.P 4(R4), F2
	FMOVS.P 4(R5), F3
	FSTPS (F0, F1), (R0)
	FSTPS (F2, F3), 8(R0)
	ADD   R1, R0
	SUBS  $1, R7
	BNE   one

done:
	RET
