package cells

import (
	"fmt"
	"strings"
	"testing"
)

// What a cell makes is known of one that does not compile, too.
func TestMakes(t *testing.T) {
	for source, want := range map[string]string{
		"x := 1":                           "x1",
		"a, _, b := f()\nc = 3":            "a1 b1",
		"// uma rede\nmodel := nn.Seq(\n)": "model2",
		"model := nn.Seq(":                 "model1",
		"var (\n\tp int\n\tq, r = 1, 2\n)": "p2 q3 r3",
		"const k = 3\ntype T struct{ A int }\nfunc f(n int) int { m := n; return m }": "k1 T2 f3 m3i",
		"func (t T) soma() {}\nfunc main() {}":                                        "",
		"for i, v := range xs {\n\ts := v\n}":                                         "v1i i1i s2i",
		"if true {\n\tm := 1\n\tm, n := 2, 3\n}\nm := 4":                              "m2i n3i m3i m5",
		"%%\n!ls x := 3\ny := 2":                                                      "y3",
		"f := func() { g := 1 }":                                                      "f1 g1i",
		"x := 1)\ny := 2":                                                             "x1 y2",
		"":                                                                            "",
	} {
		var got []string
		for _, m := range Makes(source) {
			text := fmt.Sprint(m.Name, m.Line)
			if m.Inner {
				text += "i"
			}
			got = append(got, text)
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%q makes %s, want %s", source, got, want)
		}
	}
}
