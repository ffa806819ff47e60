package lecture

import (
	"regexp"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// The tests here run whole notebooks, shortened: each of their cells must work,
// the slides' numbers must come out, and what little they train must be learnt.

func TestExemplo1(t *testing.T) {
	text := shortened(t, "exemplo1-mlp", "epochs=1", "samples=6000")
	kerneltest.Expect(t, text, "784·512 + 512 = 401 920", "669 706", "784·100 + 100 = 78 500", "perda (treino no fim) 0,")
	if !regexp.MustCompile(`(?m)^[0-9a-f]{8}$`).MatchString(text) {
		t.Error("the network's hash is not shown")
	}
	learnt := regexp.MustCompile(`mlp: perda no teste: [\d,]+ · acurácia no teste: (\d\d,\d+) %`).FindStringSubmatch(text)
	if learnt == nil || learnt[1] < "80" { // about 90 % after 47 steps
		t.Errorf("the network learnt %v", learnt)
	}
}

func TestExemplo2(t *testing.T) {
	text := shortened(t, "exemplo2-cnn", "epochs=1", "samples=2560")
	kerneltest.Expect(t, text,
		"saída, linha a linha: −5 −4 0 8", "= 308 − 498 + 164 + 1 = −25", // slides "Convolução" and "Convolução 3D"
		"= 608", "= 1 168", "= 544", // slide "Número de parâmetros"
		"1 199 882", "34 826", // Keras's summaries
		"matriz de confusão", "filtros de conv2d: 3×3×1 → 32", "filtros de conv2d_1: 3×3×32 → 64 · 60 de 2 048",
		"conv2d, 26×26×32: ", "conv2d_1, 24×24×64: ", "maxpool2d, 12×12×64: ", "dense, 128: ", "dense_1, 10: ",
	)
	// 20 steps bring the large network to about 84 %; guessing gives 10 %.
	learnt := regexp.MustCompile(`cnn: perda no teste: [\d,]+ · acurácia no teste: ([\d,]+) %`).FindStringSubmatch(text)
	if learnt == nil || learnt[1] < "60" || len(learnt[1]) < 5 {
		t.Errorf("the network learnt %v", learnt)
	}
}

// TestExemplo3 does the same for the cross-entropy: what the text derives must
// come out of the calculations.
func TestExemplo3(t *testing.T) {
	text := shortened(t, "exemplo3-cross-entropy", "epochs=1", "samples=6400")
	kerneltest.Expect(t, text,
		"E, pela fórmula: 0.785479", "E, pelo nnlab:   0.785479", // −(log 0.9 + log 0.6 + log 0.8 + log 0.1)/4
		"∂E/∂net3: y − t = -0.824710, por diferenças -0.824710",
		"parâmetros da primeira camada: 78500", "como no slide: true", // slide "Questões importantes sobre MLP"
		"mesmos pesos iniciais: true",
		"  20         +Inf       20.0000   1.0000       16.1181   0.0000", // −log 1e-7 = 16.1181
		"expects ∂E/∂y[0] = ", "com o sinal certo: <nil>",
	)
	// 200 steps: the cross-entropy is ahead.
	accuracy := map[string]string{}
	for _, m := range regexp.MustCompile(`(perda-\S+): perda no teste: [\d,]+ · acurácia no teste: (\d\d,\d+) %`).FindAllStringSubmatch(text, -1) {
		accuracy[m[1]] = m[2]
	}
	if mse, ce := accuracy["perda-mse"], accuracy["perda-cross-entropy"]; mse == "" || !(ce > mse) {
		t.Errorf("the accuracies are %v", accuracy)
	}
}
