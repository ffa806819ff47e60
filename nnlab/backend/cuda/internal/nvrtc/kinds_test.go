package nvrtc

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/internal/written"
)

// The text is what NVRTC 12.9 makes of
//
//	extern "C" __global__ void axpy(int n, float a, const float *x, float *y, double d, long long l)
//	extern "C" __global__ void nothing()
//	extern "C" __global__ void pair(float2 p)
//
// and a parameter is written as NVRTC 13 does.
const ptx = `.version 8.8
.target sm_52
.address_size 64

.visible .entry axpy(
	.param .u32 axpy_param_0,
	.param .f32 axpy_param_1,
	.param .u64 axpy_param_2,
	.param .u64 .ptr .align 1 axpy_param_3,
	.param .f64 axpy_param_4,
	.param .u64 axpy_param_5
)
{
	ret;
}
.visible .entry nothing()
{
	ret;
}
.visible .entry pair(
	.param .align 8 .b8 pair_param_0[8]
)
{
	ret;
}
`

func TestKinds(t *testing.T) {
	for kernel, want := range map[string][]written.Kind{"axpy": {written.Whole32, written.Float32, written.Whole64, written.Whole64, written.Float64, written.Whole64}, "nothing": {}} {
		if got, err := Kinds(ptx, kernel); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s has %v (%v), want %v", kernel, got, err, want)
		}
	}
	long := ".entry f(" + strings.Repeat(".param .u32 f_param,", written.Most) + ".param .u32 f_param)"
	for _, c := range []struct{ ptx, kernel, want string }{
		{ptx, "pair", "another type as parameter 1"},
		{ptx, "axp", `got axpy, nothing, pair; declare it as extern "C" __global__ void axp`},
		{"", "f", "expected a kernel f, got none"},
		{long, "f", "at most 48 parameters of f, got 49"},
	} {
		if _, err := Kinds(c.ptx, c.kernel); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.kernel, err, c.want)
		}
	}
}
