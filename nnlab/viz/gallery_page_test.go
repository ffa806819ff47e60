package viz

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shownInGallery are the figures of docs/gallery.md: the name in gallery, the heading, what
// a student writes, and what the figure does when it is alive.
var shownInGallery = []struct{ name, heading, code, alive string }{
	{"convolution", "Convolution", "viz.Convolution(nn.Conv2D(1, 3), image, viz.Kernel(1, 0, -1, 1, 0, -1, 1, 0, -1))", "mouse, arrow keys or buttons move the window"},
	{"channels", "Convolution of three channels, with padding", "viz.Convolution(nn.Conv2D(1, 3, nn.Same, nn.ReLU), colours, viz.Kernel(…), viz.Bias(1))", "the same"},
	{"signal", "Convolution in one dimension", "viz.Convolution(nn.Conv1D(1, 3, nn.Strides(2), nn.ReLU), signal, viz.Kernel(-1, 0, 1))", "the same"},
	{"pooling", "Pooling", "viz.Convolution(nn.MaxPool2D(2), image)", "the same"},
	{"features", "Feature maps", "viz.FeatureMaps(model, test, 0)", "any pixel under the mouse, or reached by the arrow keys, is followed to its window below, with the sum written out"},
	{"receptive", "Receptive field", "viz.ReceptiveField(model, test, 0)", "the fields follow the mouse, or the arrow keys"},
	{"filters", "Filters", `viz.Filters(model, "conv2d_1")`, "a filter that is chosen, by a click or by the arrow keys and Enter, shows its numbers"},
	{"answers", "Filters and their answers", `viz.Filters(model, "conv2d", viz.AnswersTo(test, 0))`, "the same, and the answer large"},
	{"network", "Network", "viz.Draw(model)", ""},
	{"blocks", "Network of blocks", "viz.Draw(model)", "a click or Enter opens a block"},
	{"inspect", "Back-propagation, step by step", "viz.Inspect(model, train, 3)", "buttons and arrow keys go forwards, backwards and to the next example"},
	{"race", "Race", `viz.Race(train, nn.Epochs(20), nn.Validation(test), viz.Runner("η = 0,1", a), viz.Runner("η = 0,01", b))`, "the chart grows while the cell runs"},
	{"playground", "Playground", "viz.Playground(model, datasets.Moons(200, 0.1, 1))", "sliders and buttons change it while the cell runs"},
	{"now", "Training, now", "model.Fit(train, viz.Live(viz.Now(test)))", "the bars move while the cell runs"},
	{"embedding", "Embedding", `model.Fit(train, viz.EmbeddingByEpoch("dense", test))`, "buttons and arrow keys go through the epochs; each point is its image under the mouse"},
	{"live", "Training", "model.Fit(train, viz.Live())", "the chart grows while the cell runs; then numbers under the mouse, zoom"},
	{"curves", "Curves", "viz.Curves(model.History())", "numbers under the mouse, zoom"},
	{"gradients", "Gradients", "model.Fit(train, viz.GradientNorms())", "numbers under the mouse, zoom"},
	{"histograms", "Histograms", "viz.Histograms(model)", ""},
	{"boundary", "Decision regions", "model.Fit(train, viz.DecisionBoundary(train))", ""},
	{"digits", "Confusion matrix", "viz.Confusion(model, test)", "a cell that is chosen, by a click or by the arrow keys and Enter, shows its images"},
	{"report", "By class", "viz.ClassReport(model, test)", ""},
	{"images", "Images", "viz.Images(test, 20)", ""},
	{"wrong", "Mistakes", "viz.Wrong(model, test, 10)", ""},
	{"activations", "Activation functions", "viz.ActivationCurves(nn.Step, nn.Sigmoid, nn.Tanh, nn.LeakyReLU)", "numbers under the mouse, zoom"},
	{"losses", "Cross-entropy", "viz.LossCurves()", "numbers under the mouse, zoom"},
}

// The gallery of the docs has each of its figures, as a picture and with its code. With
// NNLAB_GALLERY_PAGE the page and its pictures are made anew: make gallery.
func TestGalleryPage(t *testing.T) {
	const folder, page = "../../docs/gallery", "../../docs/gallery.md"
	var list strings.Builder
	for _, s := range shownInGallery {
		fmt.Fprintf(&list, "\n### %s\n\n```go\n%s\n```\n\n![%[1]s](gallery/%[3]s.svg)\n", s.heading, s.code, s.name)
		if s.alive != "" {
			fmt.Fprintf(&list, "\nAlive: %s.\n", s.alive)
		}
	}
	const from = "\n<!-- figures: made by make gallery -->\n"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, figures, ok := strings.Cut(string(text), from)
	if !ok {
		t.Fatalf("%s has no line %q", page, from)
	}
	if os.Getenv("NNLAB_GALLERY_PAGE") != "" {
		all := everyFigure(t, nil)
		for _, s := range shownInGallery {
			f, err := all[s.name]()
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Save(filepath.Join(folder, s.name+".svg")); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(page, []byte(head+from+list.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if figures != list.String() {
		t.Errorf("%s has other figures; make gallery", page)
	}
	for _, s := range shownInGallery {
		svg, err := os.ReadFile(filepath.Join(folder, s.name+".svg"))
		if err != nil {
			t.Error(err)
			continue
		}
		wellFormed(t, string(svg))
		if !strings.Contains(string(text), "](gallery/"+s.name+".svg)") {
			t.Errorf("%s does not show %s", page, s.name)
		}
		if len(svg) > 60_000 {
			t.Errorf("%s has %d bytes", s.name, len(svg))
		}
	}
}
