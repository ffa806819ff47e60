// What is computed number by number. The pointers to the buffers stand in R0, R1,
// R2, R3 in the order of the signature, their length in R4, the constants in V16,
// V17 and on. V30 is zeros, V31 ones. A body works on size bytes of each buffer,
// which it reads to F0, F1, F2, F3 and leaves behind it; EACH runs it on four
// numbers at a time, then on one at a time, and returns; ALONG goes on.
#define EACH(BODY) \
	ALONG(BODY) \
	RET

#define ALONG(BODY)                     \
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
done:

// LOAD reads two buffers that are not written to through the same pointers.
#define LOAD(MOV, size)    \
	MOV.P size(R0), F0 \
	MOV.P size(R1), F1
