package backend

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// What the documents say of the size of the interface is counted.
func TestKernelsAreCounted(t *testing.T) {
	count := func(part any) int { return reflect.TypeOf(part).Elem().NumMethod() }
	kernels := 0
	for _, part := range []any{(*Products)(nil), (*Convolutions)(nil), (*Pools)(nil), (*Norms)(nil), (*Moves)(nil), (*Elementwise)(nil), (*Rowwise)(nil), (*Losses)(nil), (*Updates)(nil)} {
		kernels += count(part)
	}
	all, steps, reductions, memory := count((*Backend)(nil)), count((*Steps)(nil)), count((*Reductions)(nil)), count((*Memory)(nil))
	if all != kernels+steps+reductions+memory+2 { // Name and Sync
		t.Errorf("%d methods, of which %d are kernels, %d of steps, %d reductions, %d of memory", all, kernels, steps, reductions, memory)
	}
	for file, want := range map[string]string{
		"backend.go": fmt.Sprintf("interface of %d methods that a CPU, a GPU or a plain float64 reference implements. Of these %d are the kernels of layers, losses and optimizers, %d those of a step, %d return a number, %d make and move memory.",
			all, kernels, steps, reductions, memory),
		"../../CONTRIBUTING.md": fmt.Sprintf("one interface of %d methods, %d of them the kernels of layers, losses and optimizers", all, kernels),
		"../../docs/house.svg":  fmt.Sprintf("the boundary: %d methods", all),
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(strings.ReplaceAll(string(text), "\n//", " ")), " ")
		if !strings.Contains(words, want) {
			t.Errorf("%s does not say: %s", file, want)
		}
	}
}
