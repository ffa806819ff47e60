package look

import "testing"

func TestNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"SGD(0.1, momentum 0.9)":          "SGD(0,1, momentum 0,9)",
		"RMSprop(0.001, epsilon 1e-07)":   "RMSprop(0,001, epsilon 10⁻⁷)",
		"Adam(1.5e-03)":                   "Adam(1,5·10⁻³)",
		"L2(2e+06)":                       "L2(2·10⁶)",
		"LeakyReLU(-0.3) -2.5e-05":        "LeakyReLU(−0,3) −2,5·10⁻⁵",
		"Conv2D(32, 3×3), conv2d_1.5 mlp": "Conv2D(32, 3×3), conv2d_1.5 mlp",
		"12.3":                            "12,3",
		"ação":                            "ação",
		"":                                "",
	} {
		if got := Numbers(in, true); got != want {
			t.Errorf("Numbers(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Numbers("Dropout(0.2), 1e-05", false); got != "Dropout(0.2), 10⁻⁵" {
		t.Errorf("in English %q", got)
	}
	if got := Number("-0.00", true); got != "0,00" {
		t.Errorf("zero is %q", got)
	}
}
