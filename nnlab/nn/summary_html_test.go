package nn

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// table reads the page's table: the rows with the texts of their cells, and the styles.
func table(t *testing.T, page string) (rows [][]string, styles []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return rows, styles
		}
		if err != nil {
			t.Fatalf("%v in %s", err, page)
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "tr":
				rows = append(rows, nil)
			case "td", "th":
				rows[len(rows)-1] = append(rows[len(rows)-1], "")
			}
			for _, a := range token.Attr {
				if a.Name.Local == "style" {
					styles = append(styles, a.Value)
				}
			}
		case xml.CharData:
			if n := len(rows); n > 0 && len(rows[n-1]) > 0 {
				rows[n-1][len(rows[n-1])-1] += string(token)
			}
		}
	}
}

func TestSummaryInAPage(t *testing.T) {
	m := Sequential(Input(11, 11, 1), Conv2D(4, 3, ReLU), MaxPool2D(2),
		Block("meio", Chain(Conv2D(2, 1, ReLU), BatchNorm())), Flatten(), Named("<saída>", Dense(3, Softmax))).Compile(CategoricalCrossentropy, SGD(0.1))
	forms := m.ShowResult()
	if text, _ := m.summary(false, summaryPortuguese); forms["text/plain"] != text || len(forms) != 2 {
		t.Errorf("the forms are %v", forms)
	}
	rows, styles := table(t, forms["text/html"])
	if len(rows) != 1+6+1 {
		t.Fatalf("%d rows: %q", len(rows), rows)
	}
	// 4·(3·3 + 1) of 40 + (4·2 + 2 + 2·4) + (32·3 + 3) = 157 parameters.
	for i, want := range [][]string{
		{"camada", "saída", "tamanho do mapa", "parâmetros", "parte", "MACs", "campo receptivo"},
		{"input (Input)", "11×11×1", "", "0", "", "0", ""},
		{"conv2d (Conv2D)", "9×9×4", "(11 − 3 + 2·0)/1 + 1 = 9", "[(3·3·1) + 1]·4 = 40", "25,5\u00a0%", "2\u00a0916", "3×3"},
		{"maxpool2d (MaxPool2D)", "4×4×4", "⌊(9 − 2 + 2·0)/2⌋ + 1 = 4", "0", "", "0", "4×4"},
	} {
		if got := strings.Join(rows[i], "|"); got != strings.Join(want, "|") {
			t.Errorf("row %d is %q, want %q", i, got, strings.Join(want, "|"))
		}
	}
	block := rows[4][0]
	if !strings.HasPrefix(block, "meio (Block)") || !strings.Contains(block, "Conv2D(2, 1×1, relu) · 4×4×2") || !strings.Contains(forms["text/html"], "<details>") {
		t.Errorf("the block is %q", block)
	}
	if got := rows[6][0]; got != "<saída> (Dense)" || strings.Contains(forms["text/html"], "<saída>") {
		t.Errorf("the last layer is %q", got)
	}
	right := 0
	for _, s := range styles {
		if strings.Contains(s, "text-align:right") {
			right++
		}
	}
	if right != 2*len(rows) {
		t.Errorf("%d cells of numbers are at the right, want two in each of %d rows", right, len(rows))
	}
	bad := Sequential(Input(2, 2, 1), Conv2D(4, 3)).Compile(MSE, SGD(0.1))
	if forms := bad.ShowResult(); len(forms) != 1 || !strings.Contains(forms["text/plain"], "expects") {
		t.Errorf("a model that cannot be built is shown as %v", forms)
	}
}

// In a notebook the table is Portuguese in both forms; what a terminal shows is Keras's.
func TestSummaryIsOneLanguage(t *testing.T) {
	shared := Shared(Dense(4, Tanh))
	in := Input(4)
	m := Graph(Inputs(in), Outputs(in.Then(shared, shared, Dense(3, Softmax)))).Compile(CategoricalCrossentropy, SGD(0.1), GlobalClipNorm(2), Accuracy, Seed(7))
	forms := m.ShowResult()
	for form, want := range map[string][]string{
		"text/plain": {"Modelo graph · CategoricalCrossentropy junto com o softmax que a precede · SGD(0,1) · corte da norma global 2 · accuracy · semente 7 · cpu\n", "\ncamada ", " saída ", " parâmetros ", "0, os de dense", "\ntotal "},
		"text/html":  {">Modelo graph · CategoricalCrossentropy junto com o softmax que a precede · SGD(0,1) · corte da norma global 2 · accuracy · semente 7 · cpu", "0, os de dense"},
	} {
		for _, text := range want {
			if !strings.Contains(forms[form], text) {
				t.Errorf("no %q in %s", text, forms[form])
			}
		}
	}
}

func TestTogether(t *testing.T) {
	for in, want := range map[string]string{
		"1 199 882":    "1\u00a0199\u00a0882",
		"784·100 + 10": "784·100 + 10",
		"3 2048":       "3 2048",
		"11 992 448":   "11\u00a0992\u00a0448",
		" 100 x":       " 100 x",
	} {
		if got := together(in); got != want {
			t.Errorf("together(%q) = %q, want %q", in, got, want)
		}
	}
}
