// Command _asm writes the loops of package peak. It is a module of its own, so
// that the generator weighs on nobody who only runs the measurement.
//
//	go generate ./nnlab/bench/internal/peak
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("!noasm")
	loop("AVX2", "ymm", 12, YMM)
	loop("AVX512", "zmm", 24, ZMM)
	Generate()
}

// loop writes a function that does n times one multiply-add on each of so many
// registers: enough of them that none waits for its own result.
func loop(name, width string, sums int, vector func() reg.VecVirtual) {
	TEXT("fma"+name, NOSPLIT, "func(n int, x, y float32)")
	Doc(fmt.Sprintf("fma%s computes s = s·x + y in %d %s registers, n times.", name, sums, width))
	n, x, y := Load(Param("n"), GP64()), vector(), vector()
	address, err := Param("x").Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(address.Addr, x)
	if address, err = Param("y").Resolve(); err != nil {
		panic(err)
	}
	VBROADCASTSS(address.Addr, y)
	sum := make([]reg.VecVirtual, sums)
	for i := range sum {
		sum[i] = vector()
		VMOVAPS(y, sum[i])
	}
	Label("again")
	for _, s := range sum {
		VFMADD213PS(y, x, s)
	}
	DECQ(n)
	JNE(LabelRef("again"))
	VZEROUPPER()
	RET()
}
