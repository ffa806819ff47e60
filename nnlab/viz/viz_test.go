package viz

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// history is a training of three epochs.
func history() *nn.History {
	return &nn.History{Seconds: []float64{1, 1, 1}, Series: []nn.Series{
		{Name: "loss", Values: []float64{0.8, 0.4, 0.2}},
		{Name: "accuracy", Values: []float64{0.7, 0.9, 0.95}},
		{Name: "val_loss", Values: []float64{0.6, 0.5, math.NaN()}},
		{Name: "val_accuracy", Values: []float64{0.8, 0.85, 0.9}},
	}}
}

// wellFormed fails unless the SVG is XML, and returns its texts.
func wellFormed(t *testing.T, svg string) (texts []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	inText := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "text"
		case xml.EndElement:
			inText = inText || token.Name.Local == "title" // of what is shortened
		case xml.CharData:
			if inText {
				texts = append(texts, string(token))
			}
		}
	}
}

var (
	strokes = regexp.MustCompile(`<path d="(M[^"]+)" fill="none" stroke="(#[0-9a-f]+)" stroke-width="2"`)
	points  = regexp.MustCompile(`[ML]([\d.]+) ([\d.]+)`)
)

// heights returns the y of the points of a line, by its place among the lines.
func heights(t *testing.T, svg string, i int) (y []float64) {
	t.Helper()
	lines := strokes.FindAllStringSubmatch(svg, -1)
	if i >= len(lines) {
		t.Fatalf("there are %d lines", len(lines))
	}
	for _, p := range points.FindAllStringSubmatch(lines[i][1], -1) {
		v, err := strconv.ParseFloat(p[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		y = append(y, v)
	}
	return y
}

func TestAnyNumbersMakeAChart(t *testing.T) {
	inf := math.Inf(1)
	for _, values := range [][]float64{nil, {0}, {5}, {1e-9}, {1e30, 1}, {-3, 4}, {inf, 1}, {math.NaN()}, {0.5, 0.5, 0.5}} {
		for _, name := range []string{"loss", "accuracy", "<a & b>"} {
			h := &nn.History{Seconds: make([]float64, len(values)), Series: []nn.Series{{Name: name, Values: values}}}
			f, err := Curves(h)
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, f.SVG)
			if strings.Contains(f.SVG, `="NaN`) || strings.Contains(f.SVG, "MNaN") || strings.Contains(f.SVG, "Inf") && !strings.Contains(f.Alt, "Inf") {
				t.Errorf("%v: %s", values, f.SVG)
			}
			if option, err := f.interactive.option(); err != nil || !json.Valid(option) {
				t.Errorf("%v: option %v", values, err)
			}
		}
	}
}

func TestBundle(t *testing.T) {
	f, err := Curves(history())
	if err != nil {
		t.Fatal(err)
	}
	still, err := f.bundle("one")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NNLAB_ECHARTS", "1")
	live, err := f.bundle("one")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []notebook.Bundle{still, live} {
		html := b[notebook.HTML].(string)
		_, rest, _ := strings.Cut(html, `src="data:image/svg+xml;base64,`)
		data, _, _ := strings.Cut(rest, `"`)
		if svg, err := base64.StdEncoding.DecodeString(data); err != nil || string(svg) != f.SVG || b[notebook.SVG] != f.SVG {
			t.Errorf("the picture is not the SVG: %v", err)
		}
		if !strings.Contains(html, `alt="`+escape(f.Alt)+`"`) || b[notebook.Plain] != f.Alt {
			t.Error("the words are not there")
		}
	}
	if strings.Contains(still[notebook.HTML].(string), "<script") {
		t.Error("a script although there is no library")
	}
	script := live[notebook.HTML].(string)
	_, rest, _ := strings.Cut(script, "const given = ")
	text, _, _ := strings.Cut(rest, ";\n")
	var given struct {
		Option struct {
			Series []struct {
				Name string
				Data []struct{ Value []any }
			}
			Grid, Title, Legend []any
		}
	}
	if err := json.Unmarshal([]byte(text), &given); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	option := given.Option
	if len(option.Title) != 4 || len(option.Legend) != 2 || !strings.Contains(script, ">"+escape(f.interactive.title)+"</div>") || strings.Contains(script, "SETTING") || strings.Contains(script, "OPTION") {
		t.Errorf("a name, a best epoch and a legend for each of two panels, and the whole title over them: %s", script)
	}
	if len(option.Series) != 6 || len(option.Grid) != 2 || option.Series[1].Data[2].Value[1] != nil || option.Series[0].Data[1].Value[1] != 0.4 || option.Series[3].Data[1].Value[1] != 90. {
		t.Errorf("option %s", text)
	}
}

// A training seen by its callback: the chart grows within the first epoch.
func TestLiveChart(t *testing.T) {
	l := &training{settings: newSettings(nil)}
	h := &nn.History{}
	e := &nn.Event{Epoch: 1, Epochs: 3, Batches: 10, History: h, ETA: 80 * time.Second}
	lengths := map[int]bool{}
	for e.Batch = 1; e.Batch <= 9; e.Batch++ {
		e.Phase, e.Logs = nn.BatchEnd, nn.Logs{{Name: "loss", Value: 1 / float64(e.Batch)}, {Name: "accuracy", Value: 0.1 * float64(e.Batch)}}
		l.note(e)
		f := l.chart(e).figure(l.alt(e))
		wellFormed(t, f.SVG)
		lengths[len(heights(t, f.SVG, 0))] = true
	}
	if len(lengths) != 9 {
		t.Errorf("after 9 steps the line has had %d lengths", len(lengths))
	}
	if want := "época 1/3 · perda 0,1111 · acurácia 90,00 % · faltam 1 min 20 s"; l.alt(e) != want {
		t.Errorf("got %q, want %q", l.alt(e), want)
	}
	h.Series = history().Series
	h.Seconds = []float64{1, 1, 1}
	e.Phase, e.Epoch, e.Batch, e.Elapsed = nn.FitEnd, 3, 10, 3*time.Second
	f := l.chart(e).figure(l.alt(e))
	if got := len(heights(t, f.SVG, 0)); got != 3 {
		t.Errorf("after three epochs the line has %d points", got)
	}
	h.Stopped = "interrupted"
	if !strings.HasSuffix(l.alt(e), "fim: interrompido") {
		t.Errorf("got %q", l.alt(e))
	}
	e.Err = errors.New("it broke\nhere")
	if !strings.HasSuffix(l.alt(e), "fim: it broke") {
		t.Errorf("got %q", l.alt(e))
	}
}

// pictures are examples of four numbers as images of 2×2.
type pictures struct{ *datasets.Set }

func (pictures) Shape() tensor.Shape { return tensor.Shape{2, 2, 1} }

func TestWrong(t *testing.T) {
	// A model that says 1 for every image.
	m := nn.Sequential(nn.Input(2, 2, 1), nn.Flatten(), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
	m.Params()[0].Value.Set(make([]float32, 8))
	m.Params()[1].Value.Set([]float32{0, 3})
	x := [][]float32{{0, 0, 0, 1}, {0, 1, 0, 0}, {1, 0, 0, 0}}
	d := pictures{datasets.FromSlices(x, []int{0, 1, 0})}
	f, err := Wrong(m, d, 1)
	if err != nil {
		t.Fatal(err)
	}
	if f.Alt != "2 erros de 3 · os de mais certeza primeiro: era 0, disse 1 95\u00a0%" || strings.Count(f.SVG, "<image") != 1 {
		t.Errorf("%q, %d images", f.Alt, strings.Count(f.SVG, "<image"))
	}
	// e³/(e³ + 1) = 95 %
	if got := strings.Join(wellFormed(t, f.SVG), "|"); got != "2 erros de 3 · os de mais certeza primeiro|era 0, disse 1|95\u00a0%" {
		t.Errorf("captions %q", got)
	}
	all, err := Images(d, 10)
	if err != nil || strings.Count(all.SVG, "<image") != 3 {
		t.Errorf("images: %v", err)
	}
	// Random changes are training's: what shows none says so.
	moved := nn.Augment(d, nn.RandomTranslation(0.5, 0.5), nn.FillConstant(0))
	same, err := Images(moved, 1)
	if want := "1 de 3 · sem as mudanças ao acaso, que .Fixed(1) mostra · rótulo: 0"; err != nil || same.Alt != want {
		t.Errorf("%v, %q, want %q", err, same.Alt, want)
	}
	if fixed, err := Images(moved.Fixed(1), 3); err != nil || fixed.Alt != "3 de 3 · rótulo: 0; 1; 0" || fixed.SVG == all.SVG {
		t.Errorf("fixed: %v, %q", err, fixed.Alt)
	}
	if _, err := Wrong(m, datasets.FromSlices(x, []int{0, 1, 0}), 1); err == nil || !strings.Contains(err.Error(), "expects images") {
		t.Errorf("examples that are no images gave %v", err)
	}
	if _, err := Images(nil, 1); err == nil {
		t.Error("no data gave no error")
	}
}

func TestSave(t *testing.T) {
	f, err := Curves(history())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"f.svg", "f.html"} {
		if err := f.Save(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
		if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || len(data) < 1000 {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	if err := f.Save(filepath.Join(dir, "f.png")); err == nil {
		t.Error("saved as PNG")
	}
}

func BenchmarkLiveChart(b *testing.B) {
	l := &training{settings: newSettings(nil)}
	e := &nn.Event{Phase: nn.BatchEnd, Epoch: 4, Epochs: 20, Batch: 100, Batches: 469, History: history(),
		Logs: nn.Logs{{Name: "loss", Value: 0.1}, {Name: "accuracy", Value: 0.97}}}
	for b.Loop() {
		l.chart(e).figure(l.alt(e))
	}
}

// A single output says yes or no: a class is not the place of the largest number
// of one, and what is no probability is not shown as one.
func TestWrongOfOneOutput(t *testing.T) {
	d := pictures{datasets.FromSlices([][]float32{{.25, 0, 0, 0}, {-.5, 0, 0, 0}, {2, 0, 0, 0}, {0, -2, 0, 0}}, []int{1, 0, 0, 0})}
	model := nn.Sequential(nn.Input(2, 2, 1), nn.Flatten(), nn.Dense(1, nn.KernelInitializer(nn.Ones))).Compile(nn.Hinge, nn.SGD(0.1))
	f, err := Wrong(model, d, 4, English())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(f.SVG, ">was 0, said 1</text>") || !strings.Contains(f.SVG, ">2.0</text>") || strings.Count(f.SVG, "<image") != 1 {
		t.Errorf("%s", f.SVG)
	}
}

// No wrong answer is certain because of its rounding, and a minus sign is no hyphen.
func TestNumbers(t *testing.T) {
	for p, want := range map[float64]string{0.6: "60 %", 0.994: "99 %", 0.9996: "> 99 %", 1: "100 %"} {
		if got := portuguese.sure(p); got != want {
			t.Errorf("%v is %q, want %q", p, got, want)
		}
	}
	for v, want := range map[float64]string{-2.449: "−2,45", -0.001: "0,00", 0.001: "0,00"} {
		if got := portuguese.number("%.2f", v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
	if got := portuguese.digits(math.Copysign(0, -1)); got != "0" {
		t.Errorf("zero is %q", got)
	}
}

func TestFigureAsResult(t *testing.T) {
	f, err := Curves(history())
	if err != nil {
		t.Fatal(err)
	}
	forms := f.ShowResult()
	if len(forms) != 3 || forms[notebook.Plain] != f.Alt || forms[notebook.SVG] != f.SVG || !strings.Contains(forms[notebook.HTML], ` alt="`+escape(f.Alt)+`"`) {
		t.Errorf("a figure is shown as %.500v", forms)
	}
	if got := (*Figure)(nil).ShowResult(); len(got) != 1 || got[notebook.Plain] != "nil" {
		t.Errorf("no figure is shown as %v", got)
	}
}
