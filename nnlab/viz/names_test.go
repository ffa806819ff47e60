package viz

import (
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// ones is a model that answers class 1 to pictures of 2×2, with that many classes.
func ones(classes int) *nn.Model {
	m := nn.Sequential(nn.Input(2, 2, 1), nn.Flatten(), nn.Dense(classes, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set(make([]float32, 4*classes))
	m.Params()[1].Value.Set(append([]float32{0, 3}, make([]float32, classes-2)...))
	return m
}

// figuresOf are the texts of the figures that name classes, and their words.
func figuresOf(t *testing.T, m *nn.Model, d nn.Data, options ...Option) (texts map[string][]string, all []*Figure) {
	t.Helper()
	texts = map[string][]string{}
	for name, draw := range map[string]func() (*Figure, error){
		"confusion": func() (*Figure, error) { return Confusion(m, d, options...) },
		"report":    func() (*Figure, error) { return ClassReport(m, d, options...) },
		"images":    func() (*Figure, error) { return Images(d, 10, options...) },
		"wrong":     func() (*Figure, error) { return Wrong(m, d, 10, options...) },
	} {
		f, err := draw()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		texts[name], all = wellFormed(t, f.SVG), append(all, f)
	}
	return texts, all
}

// misnamed has a name for its first class alone.
type misnamed struct{ pictures }

func (m misnamed) ClassNames() []string { return m.pictures.ClassNames()[:1] }

// Figures have the data's names for the classes, those of Names instead where it is
// given, and numbers where there are none.
func TestClassNames(t *testing.T) {
	x := [][]float32{{0, 0, 0, 1}, {0, 1, 0, 0}, {1, 0, 0, 0}}
	plain := datasets.FromSlices(x, []int{0, 1, 0})
	named := pictures{plain.WithClassNames("gato", "cão")}
	for name, c := range map[string]struct {
		model   *nn.Model
		data    nn.Data
		options []Option
		want    [2]string
	}{
		"the data's":        {ones(2), named, nil, [2]string{"gato", "cão"}},
		"changed images'":   {ones(2), nn.Augment(named, nn.RandomFlip(nn.Horizontal)), nil, [2]string{"gato", "cão"}},
		"of fixed images":   {ones(2), nn.Augment(named, nn.RandomFlip(nn.Horizontal)).Fixed(1), nil, [2]string{"gato", "cão"}},
		"given":             {ones(2), named, []Option{Names("cat", "dog")}, [2]string{"cat", "dog"}},
		"none":              {ones(2), pictures{plain}, nil, [2]string{"0", "1"}},
		"fewer than needed": {ones(2), misnamed{named}, nil, [2]string{"gato", "1"}},
	} {
		texts, all := figuresOf(t, c.model, c.data, c.options...)
		zero, one := c.want[0], c.want[1]
		for _, figure := range []string{"confusion", "report"} {
			if !slices.Contains(texts[figure], zero) || !slices.Contains(texts[figure], one) {
				t.Errorf("%s, %s: got %q", name, figure, texts[figure])
			}
		}
		if got := texts["images"][1:]; !slices.Equal(got, []string{zero, one, zero}) {
			t.Errorf("%s: images are called %q", name, got)
		}
		mistake := "era " + zero + ", disse " + one
		if got := texts["wrong"][1:]; !slices.Equal(got, []string{mistake, "95\u00a0%", mistake, "95\u00a0%"}) {
			t.Errorf("%s: mistakes are called %q", name, got)
		}
		if !slices.ContainsFunc(all, func(f *Figure) bool { return strings.Contains(f.Alt, ": "+zero+"\u00a0→\u00a0"+one+"\u00a0(2×); ") }) {
			t.Errorf("%s: the most frequent mistake has no name", name)
		}
	}
	for _, draw := range []func(...Option) (*Figure, error){
		func(o ...Option) (*Figure, error) { return Images(named, 1, o...) },
		func(o ...Option) (*Figure, error) { return Wrong(ones(2), named, 1, o...) },
	} {
		if _, err := draw(Names("gato")); err == nil || !strings.Contains(err.Error(), "2 names") {
			t.Errorf("one name for two classes gave %v", err)
		}
	}
}

// Names from outside are shown and do nothing: not in a picture, not in a page, not on a
// terminal that shows a figure's words.
func TestNamesDoNothing(t *testing.T) {
	d := pictures{datasets.FromSlices([][]float32{{0, 0, 0, 1}, {0, 1, 0, 0}, {1, 0, 0, 0}, {1, 1, 0, 0}}, []int{0, 1, 2, 3}).
		WithClassNames("a\x1b[31mb", "<script>", "\u202efig\x00\uffff&\"'", strings.Repeat("longo", 20))}
	texts, all := figuresOf(t, ones(4), d)
	for figure, list := range texts {
		got := strings.Join(list, "|")
		for _, want := range []string{"a·b", "<script>", "·fig··&\"'", "longolongolongolongolon…"} {
			if !strings.Contains(got, want) && figure != "images" && figure != "wrong" {
				t.Errorf("%s: no %q in %s", figure, want, got)
			}
		}
	}
	if got, want := texts["images"][1:], []string{"a·b", "<script>", "·fig··&\"'", "longolongolongolongolon…"}; !slices.Equal(got, want) {
		t.Errorf("images are called %q, want %q", got, want)
	}
	t.Setenv("NNLAB_ECHARTS", "1")
	curves, err := Option{}.Functions(0, 1, Function{"a\x1b]0;t\ab\u202e</script><script>", func(x float64) float64 { return x }})
	if err != nil {
		t.Fatal(err)
	}
	slider := SliderOf("a\x1b[31mb<script>\u202e", 0, 1, 0.5, func(float64) {})
	for _, f := range append(all, curves, slider.figure(true)) {
		b, err := f.bundle("id")
		if err != nil {
			t.Fatal(err)
		}
		for kind, form := range b {
			text := form.(string)
			if strings.ContainsAny(text, "\x1b\a\x00\u202e") || kind != "text/plain" && strings.Count(text, "<script>") > 1 || kind == "image/svg+xml" && strings.Contains(text, "<script>") {
				t.Errorf("%s: %.500q", kind, text)
			}
		}
	}
}

// The names of clothes and of objects are whole below the bars of FeatureMaps and beside those of
// Now, in both languages; what has no room even there is shortened, with the whole name as its title.
func TestNamesBelowBars(t *testing.T) {
	for _, options := range [][]Option{nil, {English()}} {
		comma := newSettings(options).words.comma
		for name, draw := range longNames(t, options) {
			f, err := draw()
			if err != nil {
				t.Fatal(err)
			}
			want := clothes[comma]
			if strings.HasSuffix(name, "objects") {
				want = objects[comma]
			}
			texts := wellFormed(t, f.SVG)
			for _, class := range want {
				if !slices.Contains(texts, class) {
					t.Errorf("%s: no %q in %q", name, class, texts)
				}
			}
			if strings.Contains(f.SVG, "<title>") {
				t.Errorf("%s: a name is shortened", name)
			}
		}
	}
	long := Names("um nome muito comprido", "1", "2", "3", "4", "5", "6", "7", "8", "outro nome bem comprido")
	for name, draw := range map[string]func() (*Figure, error){
		"now": func() (*Figure, error) { return presentOf(newSettings([]Option{long})) },
		"features": func() (*Figure, error) {
			cnn, digits := digitsCNN(t)
			return FeatureMaps(cnn, digits, 0, long)
		},
	} {
		f, err := draw()
		if err != nil {
			t.Fatal(err)
		}
		for _, class := range []string{"um nome muito comprido", "outro nome bem comprido"} {
			if !strings.Contains(f.SVG, "<title>"+class+"</title>") {
				t.Errorf("%s: %q is not told whole", name, class)
			}
		}
	}
}
