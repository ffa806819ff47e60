package viz

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

// read is the number that a tick says.
func readTick(t *testing.T, s string) float64 {
	t.Helper()
	unit := 1.
	if before, exponent, ok := strings.Cut(s, "10"); ok && (before == "" || before == "−" || strings.HasSuffix(before, "·")) && exponent != "" && !strings.ContainsAny(exponent, ",0123456789\u00a0") {
		lowered := strings.NewReplacer("⁻", "-", "⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")
		n, err := strconv.Atoi(lowered.Replace(exponent))
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		unit, s = math.Pow(10, float64(n)), strings.TrimSuffix(before, "·")
		if s == "" || s == "−" {
			s += "1"
		}
	}
	v, err := strconv.ParseFloat(strings.NewReplacer("−", "-", ",", ".", "\u00a0", "").Replace(s), 64)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return v * unit
}

// From 10⁻⁹ to 10⁹ each tick says its own number, no two are alike, and all have room beside
// their axis.
func TestTicksOfAllSizes(t *testing.T) {
	for n := -9; n <= 9; n++ {
		for _, m := range []float64{1, 1.7, 2.5, 6, 9.9999} {
			size := m * math.Pow(10, float64(n))
			for _, limits := range [][2]float64{{0, size}, {-size, size}, {-size, 0.1 * size}, {size, 1.01 * size}} {
				lines := []line{{points: []point{{0, limits[0]}, {1, limits[1]}}}}
				c := &chart{done: -1, xMin: limits[0], xMax: limits[1], words: portuguese, panels: []panel{{lines: lines}}}
				for name, a := range map[string]axis{"x": c.xAxis(), "y": c.panels[0].yAxis()} {
					seen := map[string]bool{}
					if len(a.ticks) < 3 {
						t.Errorf("%v, %s: ticks %v", limits, name, a.ticks)
					}
					for _, v := range a.ticks {
						text := portuguese.tick(v, a.tickForm)
						if got := readTick(t, text); math.Abs(got-v) > 1e-6*a.step || seen[text] {
							t.Errorf("%v, %s: %v is written %q, which is %v; %v", limits, name, v, text, got, seen)
						}
						seen[text] = true
						if room := float64(c.marginLeft()) - 6; name == "y" && textWidth(text, small) > room || strings.ContainsAny(text, ".eE-") {
							t.Errorf("%v, %s: %q in %v pixels", limits, name, text, room)
						}
					}
				}
			}
		}
	}
}

func TestTicksByHand(t *testing.T) {
	for _, c := range []struct {
		low, high, step float64
		want            string
	}{
		{0, 3e6, 1e6, "0 10⁶ 2·10⁶ 3·10⁶"},
		{-1.5e6, 1.5e6, 5e5, "−1,5·10⁶ −10⁶ −0,5·10⁶ 0 0,5·10⁶ 10⁶ 1,5·10⁶"},
		{0, 2e-5, 1e-5, "0 10⁻⁵ 2·10⁻⁵"},
		{0, 60000, 20000, "0 20\u00a0000 40\u00a0000 60\u00a0000"},
		{0, 1e-3, 5e-4, "0 0,0005 0,001"},
		{-1, 1, 0.5, "−1 −0,5 0 0,5 1"},
	} {
		var texts []string
		for i := range 1 + int(math.Round((c.high-c.low)/c.step)) {
			texts = append(texts, portuguese.tick(c.low+float64(i)*c.step, formOf(c.low, c.high, c.step)))
		}
		if got := strings.Join(texts, " "); got != c.want {
			t.Errorf("%v to %v: %q, want %q", c.low, c.high, got, c.want)
		}
	}
}

// Numbers in sentences, over the same sizes.
func TestNumbersOfAllSizes(t *testing.T) {
	for v, want := range map[float64]string{
		1e-9: "1,0·10⁻⁹", 1.24e-5: "1,2·10⁻⁵", 0.001: "0,001", 0.5: "0,5", 1234: "1\u00a0234", 60000: "60\u00a0000", -60000: "−60\u00a0000", 999999.7: "1,0·10⁶", 2.5e6: "2,5·10⁶", 1e9: "1,0·10⁹", 0: "0",
	} {
		if got := portuguese.digits(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0,0000", 1.5: "1,5000", 2e-5: "2,0·10⁻⁵", 1e6: "1,0·10⁶", 12345.6: "12\u00a0346", math.Inf(1): "+∞"} {
		if got := portuguese.value("loss", v); got != want {
			t.Errorf("a loss of %v is %q, want %q", v, got, want)
		}
	}
	for v, want := range map[float64]string{1e-8: "1,0·10⁻⁸", 1e-4: "0,0001", 3e6: "3,0·10⁶", 0: "0"} {
		if got := portuguese.short(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
	if got := fmt.Sprintf(portuguese.ofFilters, count(60), count(2048)); got != "60 de 2\u00a0048" {
		t.Errorf("filters are %q", got)
	}
}
