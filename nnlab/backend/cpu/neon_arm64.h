// Instructions on four numbers that Go's assembler does not know, by the encodings
// of the Arm Architecture Reference Manual: m, n and d are the numbers of vector
// registers, in the order in which the assembler takes its own operands.

#define THREE(code, m, n, d) WORD $((code) | (m)<<16 | (n)<<5 | (d))

// d = d + n·m[0], d − n·m[0], n·m[0]
#define FMLA0(m, n, d) THREE(0x4f801000, m, n, d)
#define FMLS0(m, n, d) THREE(0x4f805000, m, n, d)
#define FMUL0(m, n, d) THREE(0x4f809000, m, n, d)

// d = n op m; FMAX is NaN where n or m is
#define FADD(m, n, d) THREE(0x4e20d400, m, n, d)
#define FSUB(m, n, d) THREE(0x4ea0d400, m, n, d)
#define FMUL(m, n, d) THREE(0x6e20dc00, m, n, d)
#define FDIV(m, n, d) THREE(0x6e20fc00, m, n, d)
#define FMAX(m, n, d) THREE(0x4e20f400, m, n, d)

// d = all ones where n > m, else none
#define FCMGT(m, n, d) THREE(0x6ea0e400, m, n, d)

// d = √n
#define FSQRT(n, d) WORD $(0x6ea1f800 | (n)<<5 | (d))

// d = sums of the pairs of n, then of the pairs of m
#define FADDP(m, n, d) THREE(0x6e20d400, m, n, d)
