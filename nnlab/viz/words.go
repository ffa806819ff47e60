package viz

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/nnlab-go/lab/nnlab/internal/look"
)

// words are the texts of figures in one language.
type words struct {
	names                                           map[string]string // of History's quantities
	top                                             string            // of TopK's
	training, validation, epoch, left, ended        string
	trainingAgain                                   string // training examples, evaluated behind the steps
	label, says, mistakes, mistake, none, of        string
	score                                           string
	asTheyAre                                       string // images that only training sees changed
	matrix, often, rows, filters, maps              string
	howMany, class, mean, row                       string
	example, seen                                   string
	report, support, macro, weighted                string
	histograms, weights, gradient, boundary         string
	gradients, firstGradient, lossCurves, ofFilters string
	network, layers, parameters, block, on          string
	restore, saveImage                              string // the buttons of an interactive figure
	slider, button, to, pressed, notPressed, byHand string // of controls
	inRegion                                        string // examples in the region of their class
	notNumbers                                      string // answers that are NaN, and what nn counts them as
	offline                                         string // a control that the kernel does not answer
	more                                            string // lines that a legend has no room for
	zoom, zoomBack                                  string
	logarithmic                                     string            // an axis
	mends                                           map[string]string // of trainings that diverge, by those of nn
	lessonWords                                                       // of figures that are gone through
	answerWords                                                       // of a model's answers to examples
	raceWords                                                         // of trainings beside each other
	nowWords                                                          // of a training's present moment
	embeddingWords                                                    // of what a layer has made of examples
	playWords                                                         // of a playground
	comma                                           bool
}

var portuguese = words{
	names: map[string]string{"loss": "perda", "accuracy": "acurácia", "learning_rate": "taxa de aprendizado",
		"precision": "precisão", "recall": "revocação", "f1_score": "F1", "auc": "AUC", "binary_accuracy": "acurácia binária",
		"mean_absolute_error": "erro absoluto médio", "r2_score": "R²"}, top: "acurácia top-%s",
	training: "treino", trainingAgain: "treino no fim", validation: "validação", epoch: "época", left: "faltam", ended: "fim",
	label: "rótulo", says: "resposta", mistakes: "erros", mistake: "erro", none: "nenhum erro", of: "de",
	score: "no teste", comma: true, asTheyAre: "sem as mudanças ao acaso, que .Fixed(1) mostra",
	matrix: "matriz de confusão", often: "mais confundidos", rows: "linhas: rótulo, colunas: resposta", filters: "filtros de", howMany: "quantos", class: "classe", mean: "média", row: "linha", seen: "no plano", ofFilters: "%s de %s",
	report: "por classe", support: "suporte", macro: "média", weighted: "média por suporte",
	histograms: "histogramas", weights: "pesos w", gradient: "gradientes ∂E/∂w do último passo", boundary: "regiões de decisão",
	gradients: "norma do gradiente ‖∂E/∂W‖", firstGradient: "gradiente que chega à primeira camada ‖∂E/∂W‖",
	lossCurves: "entropia cruzada: a perda conforme a resposta h", maps: "mapas de ativação", example: "exemplo",
	network: "rede", layers: "camadas", parameters: "parâmetros", block: "bloco de", on: "em",
	restore: "restaurar", saveImage: "salvar imagem", zoom: "ampliar um trecho", zoomBack: "desfazer a ampliação", more: "e mais %s", logarithmic: "log", mends: map[string]string{"lower the learning rate": "diminua η", "clean the data": "tire dos dados o que não é número"}, lessonWords: portugueseLessons, answerWords: portugueseAnswers, raceWords: portugueseRace, nowWords: portugueseNow, embeddingWords: portugueseEmbedding, playWords: portuguesePlay,
	slider: "controle deslizante", button: "botão", to: "a", pressed: "apertado", notPressed: "não foi apertado", byHand: "parado à mão", offline: "sem conexão", inRegion: "%s de %s exemplos na região de sua classe", notNumbers: "%s respostas são NaN, contadas como %s",
}

var english = words{
	names: map[string]string{"loss": "loss", "accuracy": "accuracy", "learning_rate": "learning rate",
		"precision": "precision", "recall": "recall", "f1_score": "F1", "auc": "AUC", "binary_accuracy": "binary accuracy",
		"mean_absolute_error": "mean absolute error", "r2_score": "R²"}, top: "top-%s accuracy",
	training: "training", trainingAgain: "training, end", validation: "validation", epoch: "epoch", left: "left:", ended: "end",
	label: "label", says: "answer", mistakes: "mistakes", mistake: "mistake", none: "no mistake", of: "of", asTheyAre: "without the random changes, which .Fixed(1) shows",
	score:  "on the test set",
	matrix: "confusion matrix", often: "most often confused", rows: "rows: label, columns: answer", filters: "filters of", howMany: "how many", class: "class", mean: "mean", row: "row", seen: "of the plane", ofFilters: "%s of %s",
	report: "by class", support: "support", macro: "mean", weighted: "mean by support",
	histograms: "histograms", weights: "weights w", gradient: "gradients ∂E/∂w of the last step", boundary: "decision regions",
	gradients: "norm of the gradient ‖∂E/∂W‖", firstGradient: "gradient that reaches the first layer ‖∂E/∂W‖",
	lossCurves: "cross-entropy: the loss of an answer h", maps: "activation maps", example: "example",
	network: "network", layers: "layers", parameters: "parameters", block: "block of", on: "on",
	restore: "restore", saveImage: "save as image", zoom: "zoom in", zoomBack: "undo the zoom", more: "and %s more", logarithmic: "log", mends: map[string]string{"lower the learning rate": "lower η", "clean the data": "take out of the data what is no number"}, lessonWords: englishLessons, answerWords: englishAnswers, raceWords: englishRace, nowWords: englishNow, embeddingWords: englishEmbedding, playWords: englishPlay,
	slider: "slider", button: "button", to: "to", pressed: "pressed", notPressed: "not pressed", byHand: "stopped by hand", offline: "not connected", inRegion: "%s of %s examples in the region of their class", notNumbers: "%s answers are NaN, counted as %s",
}

// lostAt says where on an axis of epochs values are no numbers any more.
func (w words) lostAt(x float64) string {
	return fmt.Sprintf("%s, %s %.0f", noNumbers, w.epoch, math.Ceil(x))
}

// name is the word for a quantity of the History, after the output's name where
// a model has several: "lado: acurácia".
func (w words) name(quantity string) string {
	if n, ok := w.names[quantity]; ok {
		return n
	}
	if output, k, ok := topAccuracy(quantity); ok {
		return strings.TrimPrefix(output+": ", ": ") + fmt.Sprintf(w.top, k)
	}
	output, known := quantity, ""
	for name := range w.names {
		if before, ok := strings.CutSuffix(quantity, "_"+name); ok && len(before) < len(output) {
			output, known = before, name
		}
	}
	if known == "" {
		return strings.ReplaceAll(quantity, "_", " ")
	}
	return output + ": " + w.names[known]
}

// topAccuracy takes apart what TopK calls itself, which may have an output's name before it.
func topAccuracy(quantity string) (output, k string, ok bool) {
	name, ok := strings.CutSuffix(quantity, "_accuracy")
	at := strings.LastIndex(name, "top_")
	if !ok || at < 0 {
		return "", "", false
	}
	output, k = strings.TrimSuffix(name[:at], "_"), name[at+len("top_"):]
	return output, k, k != "" && strings.Trim(k, "0123456789") == "" && (at == 0 || len(output) > 0 && len(output) < at)
}

// number writes v as the language does, with a minus sign that is no hyphen.
func (w words) number(format string, v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "+∞"
	case math.IsInf(v, -1):
		return "−∞"
	}
	return w.written(grouped(fmt.Sprintf(format, v)))
}

// written is a number as the language writes it; zero has no sign.
func (w words) written(s string) string {
	return look.Number(s, w.comma)
}

// digits writes a number with three digits that count, "1,2·10⁻⁵" where it is very small
// or very large, and zero as 0.
func (w words) digits(v float64) string {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return w.number("%g", v)
	}
	if a := math.Abs(v); a >= smallNumber && a < largeNumber*(1-5e-7) { // else it would be rounded to that
		return w.short(v)
	}
	return w.withPower(v)
}

// withPower is "1,2·10⁻⁵".
func (w words) withPower(v float64) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', 1, 64), "e")
	n, err := strconv.Atoi(exponent)
	if err != nil {
		panic(err) // FormatFloat writes one
	}
	return w.written(mantissa) + "·" + look.PowerOfTen(n)
}

// count groups the digits of a whole number: "10 000".
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// value writes a quantity: fractions as percent.
func (w words) value(quantity string, v float64) string {
	if isFraction(quantity) {
		return w.percents("%.2f", v)
	}
	if a := math.Abs(v); a > 0 && a < smallNumber || a >= 1e4 && isNumber(v) {
		return w.digits(v)
	}
	return w.number("%.4f", v)
}

// isFraction tells whether a quantity lies between 0 and 1 and is read as
// percent.
func isFraction(quantity string) bool {
	for _, name := range []string{"accuracy", "precision", "recall", "f1_score", "auc"} {
		if quantity == name || strings.HasSuffix(quantity, "_"+name) {
			return true
		}
	}
	// Keras and this lab name the accuracy of the k best answers top_k or top_5.
	for i := range quantity {
		k, ok := strings.CutPrefix(quantity[i:], "top_")
		if ok && (i == 0 || quantity[i-1] == '_') && k != "" && strings.IndexByte("k0123456789", k[0]) >= 0 {
			return true
		}
	}
	return false
}

// duration is "1 min 20 s".
func duration(d time.Duration) string {
	d = d.Round(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case m > 0:
		return fmt.Sprintf("%d min %d s", m, s)
	}
	return fmt.Sprintf("%d s", s)
}

// stopped says why a training ended before its time.
func (w words) stopped(reason string) string {
	if !w.comma {
		return reason
	}
	switch reason {
	case "interrupted":
		return "interrompido"
	case "stopped by hand":
		return w.byHand
	}
	if n, ok := strings.CutPrefix(reason, "early stopping: no better for "); ok {
		return "early stopping: sem melhora por " + strings.Replace(n, "epochs", "épocas", 1)
	}
	return reason
}

// sure is a probability in percent. One that is not 1 is not rounded to it: a wrong
// answer with 100 % looks like a mistake of the figure.
func (w words) sure(p float64) string {
	if p < 1 && p >= 0.995 {
		return "> 99 %"
	}
	return w.percents("%.0f", p)
}

// percents is a part of 1 in percent; what is no number is none of anything.
func (w words) percents(format string, v float64) string {
	text := w.number(format, 100*v)
	if isNumber(v) {
		text += "\u00a0%"
	}
	return text
}
