package lecture

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/check"
	"github.com/nnlab-go/lab/kernel/internal/course"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// lectureNotebooks are the lecture's notebooks that TestNotebooks runs shortened, with what
// must come out however short they are: the slides' numbers and what they are about.
var lectureNotebooks = map[string]struct {
	parameters []string
	want       []string
}{
	"00-inicio":                   {nil, []string{"60000 examples [28 28 1]"}},
	"00-go-para-quem-sabe-python": {nil, []string{"3 1 3.5", "média de nada", "acurácia no teste: 100,00 %", "put nn.Flatten() before it"}},
	"01-perceptron": {nil, []string{
		"perceptron: perda no teste: 0,0000 · acurácia no teste: 100,00 %", // slide "Início": right behind fifty trials
		"época 4: 0 mudanças", "época 1000: 4 mudanças"}},
	"02-neuronio": {nil, []string{"net = -0.30", "sigmoide: 0.4256", "0.4256 <nil>", "(100 + 1)·100·2 = 20 200"}},
	"03-back-propagation": {[]string{"epochs=40"}, []string{"= 2·(0,6204 − 1)·0,2355 = −0,1788", "fase 2  dense_1  δ = [-0.17878]", "δ da saída -0.17878", // slide "Algoritmo Back-Propagation", by hand
		"fase 2  dense    δ = [-0.04090 +0.04090]", "δ dos ocultos -0.04090 +0.04090",
		"pesos   dense_1  Δw = [+0.05772 +0.03168]", "Δw da saída +0.05772 +0.03168", "dense_1/bias     1 ",
		"α = 0.00:  135 passos até o fundo", "α = 0.50:   59 passos", "α = 0.99:  692 passos"}},
	"03b-mlp-em-go-puro": {[]string{"rounds=2400"}, []string{"época     0: E = 0.54", "mine_1/kernel   8         0", "erro: <nil>",
		"acurácia no XOR: 100 %"}},
	"04-questoes-do-mlp": {[]string{"epochs=1", "samples=1200"}, []string{"784·100 + 100 = 78 500", "lote 512:    3 passos", // slide "Questões importantes sobre MLP"
		"15052900 parâmetros", "mlp-embaralhados: ", "cnn-embaralhados: ", "sen x, a rede"}},
	"05-softmax-e-lote": {[]string{"epochs=1", "samples=3200"}, []string{"50000 examples [28 28 1]", "784·10 + 10 = 7 850", // slide "Aprendizado profundo x MLP"
		"32 784\n32 10", "menor que 0,00001: true", "o mesmo passo: true"}},
	"06-por-que-profundas": {[]string{"epochs=1", "samples=1100"}, []string{"1400 imagens por classe", "AlexNet (2012)          8 camadas    61.0 M",
		"138.4 M", "60.3 M", "duas-relu: perda no teste"}},
	"07-convolucao": {[]string{"epochs=1", "samples=600"}, []string{"saída, linha a linha: −5 −4 0 8", "= 308 − 498 + 164 + 1 = −25", "bordas-mlp: ",
		"[0 5 5 0 0 -5 -5 0]", "   -5   -4    0    8\n", "308 -498 164 → -25", // slides "Convolução", "Convolução 3D"
		"= 608", "= 1 168", "= 544", "contra 608", "máximo 2×2: [7 4 4 9]", "[40 40 100]", "[100]"}},
	"08-lenet-e-neocognitron": {[]string{"epochs=1", "samples=600", "labelled=300"}, []string{"3 278", "[24 24 4]", "[12 12 4]", "[8 8 12]", "[4 4 12]", // slide "LeNet"
		"3 pixels ao lado"}},
	"09-alexnet": {[]string{"epochs=1", "samples=300"}, []string{"60 965 224", "do slide:  62378344", "(227 − 11 + 2·0)/4 + 1 = 55", "sem-LRN: "}},
	"10-vgg":     {[]string{"epochs=1", "samples=300"}, []string{"138 357 544", "VGG-19: 143667240", "um 7×7:     50176", "três 3×3:   27648"}},
	"11-googlenet": {[]string{"epochs=1", "samples=64"}, []string{"13 378 280", "5×5 direto:          153632", "1×1 e depois 5×5:     15920",
		"com-auxiliares loss", "7×7: 1806336 · 1×7 e 7×1: 516096"}},
	"12-resnet":               {[]string{"epochs=1", "samples=64"}, []string{"ResNet-34:  21.8 M", "ResNet-152: 60.3 M", "profundidade-44-sem: "}},
	"13-gradiente-por-camada": {[]string{"epochs=1", "samples=600"}, []string{"primeira / última: ", "norma do gradiente ‖∂E/∂W‖: layer1 ", "sigmoide: perda no teste"}},
	"14-cpu-e-gpu": {[]string{"samples=600", "batch=16"}, []string{"menor que 0,001: true", "mesmos bits duas vezes: true", "menor que 0,0001: true",
		"produto  16.97 ms   axpy 1.927 ms", "produto   2.05 ms   axpy 0.184 ms", "convolução ≥ 0.111 ms", // docs/gpu-kernels.md
		"T4        o telhado dobra em 25.3"}},
	"15-suas-imagens": {[]string{"epochs=1", "samples=600"}, []string{"10 de 200", "lenet5: ", "84·2 + 2 = 170", "par-impar.onnx, 240 KiB, <nil>"}},
}

// Each notebook runs from its first cell to its last.
func TestNotebooks(t *testing.T) {
	files, err := filepath.Glob("../../../notebooks/*.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".ipynb")
		if _, is := lectureNotebooks[name]; !is && !strings.HasPrefix(name, "exemplo") && !strings.HasSuffix(name, ".executed") {
			t.Errorf("nothing runs %s", f)
		}
	}
	for name, c := range lectureNotebooks {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // much of a notebook is compiling, on one core
			kerneltest.Expect(t, shortened(t, name, c.parameters...), c.want...)
		})
	}
}

const sheets = "../../../notebooks/professor"

var answered = regexp.MustCompile(`(?m)^(r\d+)\s*:=`)

// The sheets can be read, and each answer that a notebook asks for is marked by its sheet.
func TestSheets(t *testing.T) {
	files, err := filepath.Glob("../../../notebooks/*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".ipynb")
		if strings.HasSuffix(name, ".executed") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var nb struct {
			Cells []struct {
				Source   []string
				Metadata struct{ Tags []string }
			}
		}
		if err := json.Unmarshal(text, &nb); err != nil {
			t.Fatal(name, err)
		}
		var source strings.Builder
		for _, c := range nb.Cells {
			if slices.Contains(c.Metadata.Tags, "solution") {
				source.WriteString(strings.Join(c.Source, "") + "\n")
			}
		}
		if source.Len() == 0 {
			continue
		}
		sheet, err := check.ReadSheet(filepath.Join(sheets, name+".toml"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range answered.FindAllStringSubmatch(source.String(), -1) {
			if !slices.ContainsFunc(sheet.Checks, func(c *check.Check) bool { return c.Expr == m[1] }) {
				t.Errorf("%s.toml does not look at %s", name, m[1])
			}
		}
	}
}

// A notebook with its solutions has all points, the student's copy as he gets it none: some
// notebooks each time, all of them in make test-all.
func TestSheetsGrade(t *testing.T) {
	if testing.Short() {
		t.Skip("runs notebooks")
	}
	student := filepath.Join(t.TempDir(), "aluno")
	if _, err := course.Release("../../../notebooks", student); err != nil {
		t.Fatal(err)
	}
	names := []string{"01-perceptron", "03b-mlp-em-go-puro", "07-convolucao", "exemplo3-cross-entropy"}
	if os.Getenv("NNLAB_WHOLE") != "" { // of make test-all
		files, err := filepath.Glob(sheets + "/*.toml")
		if err != nil || len(files) < 20 {
			t.Fatal(files, err)
		}
		names = nil
		for _, f := range files {
			names = append(names, strings.TrimSuffix(filepath.Base(f), ".toml"))
		}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(sheets, name+".toml"))
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "checks.toml")
			if err := os.WriteFile(file, text, 0o666); err != nil {
				t.Fatal(err)
			}
			if out, report, err := grade(t, file, "../../../notebooks/"+name+".ipynb"); err != nil {
				t.Errorf("solved: %v, %v of %v points\n%s", err, report.Points, report.Max, out)
			}
			if out, report, err := grade(t, file, filepath.Join(student, name+".ipynb")); err == nil || report.Points != 0 {
				t.Errorf("as students get it: %v, %v points\n%s", err, report.Points, out)
			}
		})
	}
}

// grade has a notebook checked, and returns what is printed, its report, and an error where a
// point is missing.
func grade(t *testing.T, sheet, notebook string) (printed string, report check.Report, failed error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "grades.json")
	text, failed := command(t, "check", "-json", file, sheet, notebook).CombinedOutput()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var grades struct{ Notebooks []check.Report }
	if err := json.Unmarshal(data, &grades); err != nil || len(grades.Notebooks) != 1 {
		t.Fatalf("%v\n%s", err, data)
	}
	return string(text), grades.Notebooks[0], failed
}
