package plain

import (
	"html"
	"math/rand/v2"
	"regexp"
	"testing"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"\x1b[1;31mred\x1b[0m\n":            "red\n",
		"\x1b[?25l\x1b[2K50%\r":             "50%\r",
		"\x1b]0;title\x07a\x1b]8;;u\x1b\\b": "ab",
		"\x1b(Ba\x1b=b\x1bc":                "ab",
		"a\x1bPq#0\x1b\\b":                  "ab",
		"cut \x1b[3":                        "cut ",
		"bell\a back\b\x00":                 "bell back",
		"\u009b31mred":                      "red",
		"\x9b31mred":                        "\ufffd31mred", // a terminal that is set to Latin-1
		"a\u202egnp.exe\u2066b":             "agnp.exeb",
		"ação 日本 \t→ <b>":                   "ação 日本 \t→ <b>",
		"שלום \u200f(ok)":                   "שלום \u200f(ok)",
	} {
		if got := Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"a\x1b[31mb":             "a·b",
		"\u202efig.exe":          "·fig.exe",
		"um\ndois\r\ttrês\u00a0": "um dois três",
		"a\x00\u200bb\u2028c":    "a··b c",
		"a\xffb":                 "a\ufffdb",
		"cão 日本 <i>":             "cão 日本 <i>",
	} {
		if got := Line(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{{"avião", 5, "avião"}, {"aviões", 5, "aviõ…"}, {"a\x1b[31mbcd", 3, "a·…"}, {"qualquer", 0, "qualquer"}} {
		if got := Short(c.text, c.n); got != c.want {
			t.Errorf("%q, %d: %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

// The escape sequences are those of a regular expression, on texts of all signs that it
// names.
func TestEscapesAsExpression(t *testing.T) {
	escapes := regexp.MustCompile("(?s)(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]|\x1b[\\]PX^_].*?(?:\x07|\x1b\\\\|\u009c)|\x1b[ -/]*[0-Z\\\\`-~]|\x1b(?:\\[[0-?]*[ -/]*|[\\]PX^_].*)?$|\x1b")
	signs := []string{"\x1b", "\x1b", "\x1b", "\u009b", "\u009c", "\x07", "[", "]", "P", "X", "^", "_", "\\", "`", "0", ";", "?", " ", "/", "@", "m", "~", "Z", "\n", "é", "日"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		var text string
		for range random.IntN(9) {
			text += signs[random.IntN(len(signs))]
		}
		if got, want := withoutEscapes(text, "·"), escapes.ReplaceAllString(text, "·"); got != want {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestHTML(t *testing.T) {
	for _, text := range []string{"", "a", `<a href="x">it's & more</a>`, "&&", "日<é>"} {
		if got, want := HTML(text), html.EscapeString(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
