package viz

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/nnlab-go/lab/nnlab/internal/look"
)

// linear is the light of a colour "#rrggbb", red, green and blue 0…1 (IEC 61966-2-1).
func linear(colour string) (light [3]float64) {
	for i, v := range rgb(colour) {
		c := float64(v)
		if c <= 0.04045 {
			light[i] = c / 12.92
		} else {
			light[i] = math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return light
}

// contrast is that of WCAG 2.2, from 1 to 21.
func contrast(a, b string) float64 {
	luminance := func(colour string) float64 {
		c := linear(colour)
		return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// sights are what eyes without one kind of cones make of light: the matrices of severity 1
// of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of
// Color Vision Deficiency", 2009.
var sights = map[string][3][3]float64{
	"all":    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protan": {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deutan": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritan": {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func times(m [3][3]float64, v [3]float64) (out [3]float64) {
	for i, row := range m {
		for j, w := range row {
			out[i] += w * v[j]
		}
	}
	return out
}

// lab is a colour in CIELAB under D65 (CIE 15:2004) as such eyes see it.
func lab(colour, sight string) [3]float64 {
	light := times(sights[sight], linear(colour))
	for i := range light {
		light[i] = min(1, max(0, light[i]))
	}
	xyz := times([3][3]float64{{0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}}, light)
	for i, ground := range []float64{0.95047, 1, 1.08883} {
		const knee = 6. / 29
		if t := xyz[i] / ground; t > knee*knee*knee {
			xyz[i] = math.Cbrt(t)
		} else {
			xyz[i] = t/(3*knee*knee) + 4./29
		}
	}
	return [3]float64{116*xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])}
}

// apart is the distance ΔE*ab of two colours, for the eyes that see the least of it.
func apart(a, b string) float64 {
	least := math.Inf(1)
	for sight := range sights {
		p, q := lab(a, sight), lab(b, sight)
		least = min(least, math.Sqrt((p[0]-q[0])*(p[0]-q[0])+(p[1]-q[1])*(p[1]-q[1])+(p[2]-q[2])*(p[2]-q[2])))
	}
	return least
}

func TestContrastAndApart(t *testing.T) {
	// The ends of WCAG's scale, and its best known example of what just fails.
	if c := contrast("#000000", "#ffffff"); math.Abs(c-21) > 1e-9 {
		t.Errorf("black on white is %v", c)
	}
	if c := contrast("#777777", "#ffffff"); math.Abs(c-4.48) > 0.005 {
		t.Errorf("#777 on white is %v", c)
	}
	if l := lab("#ffffff", "deutan"); math.Abs(l[0]-100) > 0.1 || math.Abs(l[1]) > 0.1 || math.Abs(l[2]) > 0.1 {
		t.Errorf("white is %v", l)
	}
	// What eyes without M cones take for one: a red and a green of like lightness.
	if d := apart("#b06000", "#7b7a00"); d > 15 {
		t.Errorf("a brown and an olive are %v apart", d)
	}
}

// themes are the colours on light and on dark ground.
func themes() map[string]func(string) string {
	return map[string]func(string) string{"light": func(c string) string { return c }, "dark": func(c string) string { return dark[c] }}
}

// A figure lies on its own paper, and its paper on the page of JupyterLab (white and
// #111111) or of exec (white and #16181c); what is read or seen on the one is on the other.
func TestColours(t *testing.T) {
	grounds := map[string][]string{"light": {paper, "#ffffff", "#f5f6f8"}, "dark": {dark[paper], "#111111", "#16181c", "#20242a"}}
	for theme, in := range themes() {
		for _, ground := range grounds[theme] {
			check := func(what string, least float64, colours ...string) {
				for _, c := range colours {
					if got := contrast(in(c), ground); !(got >= least) {
						t.Errorf("%s: %s %s has %.2f with %s, want %v", theme, what, in(c), got, ground, least)
					}
				}
			}
			check("text", 4.5, ink, muted, blue, orange)
			check("a graphic", 3, append([]string{rule}, palette...)...)
		}
		for what, fill := range map[string]string{"blue": blue, "orange": orange} { // numbers in full cells
			if got := contrast(in(paper), in(fill)); got < 4.5 {
				t.Errorf("%s: text on %s has %.2f", theme, what, got)
			}
		}
		if d := apart(in(series[0]), in(series[1])); d < 40 {
			t.Errorf("%s: the two series are %.0f apart", theme, d)
		}
		for i, a := range palette {
			for _, b := range palette[:i] {
				if d := apart(in(a), in(b)); d < 15 {
					t.Errorf("%s: %s and %s are %.0f apart", theme, a, b, d)
				}
			}
		}
	}
}

// Outlines are seen over the ends of the scales of pixels and on paper, and numbers are read
// over the strongest tints.
func TestMarksOverPixels(t *testing.T) {
	for _, ground := range []string{paper, dark[paper], active, weightHigh, "#000000"} {
		if c, d := contrast(outline, ground), apart(outline, ground); c < 3 && d < 60 { // by its light, or by its hue
			t.Errorf("an outline has %.2f with %s and is %.0f apart", c, ground, d)
		}
	}
	for _, ground := range []string{paper, active, weightLow, weightHigh, "#000000"} { // what is no number, among pixels that are
		if c, d := contrast(noNumber, ground), apart(noNumber, ground); c < 3 && d < 55 {
			t.Errorf("no number has %.2f with %s and is %.0f apart", c, ground, d)
		}
	}
	for _, ground := range []string{colourText(tint(active, tintMost)), colourText(tint(weightLow, tintMost)), colourText(tint(weightHigh, tintMost)), paddingTint} {
		if c := contrast(onPixels, ground); c < 4.5 {
			t.Errorf("a number has %.2f with %s", c, ground)
		}
	}
}

// The table of a model has no paper of its own.
func TestFamiliesOnAnyGround(t *testing.T) {
	for family, colour := range look.OnAnyGround {
		for _, ground := range []string{"#ffffff", "#f5f6f8", "#111111", "#16181c", "#20242a"} {
			if c := contrast(colour, ground); c < 3 {
				t.Errorf("family %d has %.2f with %s", family, c, ground)
			}
		}
	}
}

func TestEveryColourHasADarkOne(t *testing.T) {
	for _, c := range append([]string{paper, ink, muted, rule, faint}, palette...) {
		if dark[c] == "" {
			t.Errorf("%s has none", c)
		}
	}
}

// hex writes parts of 0…1 as a colour.
func hex(c []float32) string {
	s := "#"
	for _, v := range c {
		s += fmt.Sprintf("%02s", strconv.FormatInt(int64(255*v+0.5), 16))
	}
	return s
}

// A weight's colour says its sign and how large it is, an activation's how large it is.
func TestScales(t *testing.T) {
	darker := func(name string, scale func(v float32) []float32) {
		last := 101.
		for i := range 11 {
			l := lab(hex(scale(float32(i)/10)), "all")[0]
			if l >= last {
				t.Errorf("%s at %d/10 is no darker than before", name, i)
			}
			last = l
		}
		if c := contrast(hex(scale(1)), paper); c < 4.5 {
			t.Errorf("%s ends at a contrast of %.2f", name, c)
		}
	}
	darker("activation", sequential)
	darker("+w", diverging)
	darker("−w", func(v float32) []float32 { return diverging(-v) })
	for _, v := range []float32{0.25, 0.5, 1} {
		if d := apart(hex(diverging(v)), hex(diverging(-v))); d < 60*float64(v) {
			t.Errorf("±%v are %.0f apart", v, d)
		}
	}
}

// No letter is smaller than 11 pixels where JupyterLab in a page of 800 leaves a
// figure 600, as frontend/test_lab.py measures.
func TestLettersAreLargeEnough(t *testing.T) {
	if size := small * 600 / widest; size < 11 {
		t.Errorf("they are %.1f pixels", size)
	}
}
