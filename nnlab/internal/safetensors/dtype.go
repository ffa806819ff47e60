package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"
)

// bits is how many bits a number of each type of the format has.
var bits = map[string]int{
	"BOOL": 8, "U8": 8, "I8": 8, "U16": 16, "I16": 16, "U32": 32, "I32": 32, "U64": 64, "I64": 64,
	"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8,
	"F16": 16, "BF16": 16, "F32": 32, "F64": 64, "C64": 64,
}

// Reads tells whether the numbers of an array can be read as float32, which those of a
// type with 16 bits and more can be.
func (a Array) Reads() bool {
	convert, _ := converterOf(a.DType)
	return convert != nil
}

// converterOf is how bytes of a type become float32, and how many a number has; nil
// for a type that is not read.
func converterOf(dtype string) (convert func(to []float32, from []byte) error, width int) {
	each := func(width int, value func([]byte) float32) (func([]float32, []byte) error, int) {
		return func(to []float32, from []byte) error {
			for i := range to {
				to[i] = value(from[width*i:])
			}
			return nil
		}, width
	}
	switch dtype {
	case "F32":
		return each(4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) })
	case "F16":
		return each(2, func(b []byte) float32 { return float16(binary.LittleEndian.Uint16(b)) })
	case "BF16": // the front half of a float32
		return each(2, func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) })
	case "F64":
		return float64s, 8
	}
	return nil, 0
}

// float16 is the value of IEEE 754's binary16: 1 bit of sign, 5 of exponent with bias
// 15, 10 of fraction.
func float16(h uint16) float32 {
	// The bits of the magnitude where float32 has them are a number whose exponent has the
	// bias 127, also below the normal ones; 2^112 mends that.
	magnitude := math.Float32bits(math.Float32frombits(uint32(h&0x7fff)<<13) * 0x1p112)
	if h&0x7c00 == 0x7c00 { // ∞ and NaN
		magnitude |= 0xff << 23
	}
	return math.Float32frombits(uint32(h&0x8000)<<16 | magnitude)
}

func float64s(to []float32, from []byte) error {
	for i := range to {
		v := math.Float64frombits(binary.LittleEndian.Uint64(from[8*i:]))
		to[i] = float32(v)
		if math.IsInf(float64(to[i]), 0) && !math.IsInf(v, 0) {
			return fmt.Errorf("expected numbers that float32 can hold, up to %.3g, got %v", math.MaxFloat32, v)
		}
	}
	return nil
}
