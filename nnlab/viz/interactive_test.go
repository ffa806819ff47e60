package viz

import (
	"encoding/json"
	"testing"
)

// A mark stands once in each panel, with the first of its lines; a line knows its panel.
func TestMarksInOption(t *testing.T) {
	two := []line{{name: "a", points: []point{{1, 0.5}, {2, 0.25}}}, {name: "b"}}
	c := &chart{xMin: 1, xMax: 2, panels: []panel{{name: "loss", lines: two}, {name: "rate", lines: two}}, marks: []mark{{1.5, "×0,5"}}, words: portuguese}
	data, err := c.option()
	if err != nil {
		t.Fatal(err)
	}
	var option struct {
		Series []struct {
			XAxisIndex, YAxisIndex int
			MarkLine               *struct {
				Data []struct {
					Name  string
					XAxis float64
				}
			}
		}
	}
	if err := json.Unmarshal(data, &option); err != nil {
		t.Fatal(err)
	}
	if len(option.Series) != 4 {
		t.Fatalf("%d series in %s", len(option.Series), data)
	}
	for i, s := range option.Series {
		if s.XAxisIndex != i/2 || s.YAxisIndex != i/2 || (s.MarkLine != nil) != (i%2 == 0) {
			t.Errorf("series %d is of panel %d and %d, marks %v", i, s.XAxisIndex, s.YAxisIndex, s.MarkLine)
		}
		if m := s.MarkLine; m != nil && (len(m.Data) != 1 || m.Data[0].Name != "×0,5" || m.Data[0].XAxis != 1.5) {
			t.Errorf("the mark of series %d is %v", i, m.Data)
		}
	}
}
