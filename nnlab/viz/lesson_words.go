package viz

// lessonWords are the texts of figures that are gone through step by step.
type lessonWords struct {
	step, nextExample                   string // the buttons
	backpropagation                     string
	dataFlow, errorFlow, phase1, phase2 string
	enters, target, sums, answers       string
	errorIs, outputError, hiddenError   string
	update, afterwards, slide           string
	weight, differences, newWeight      string
}

var portugueseLessons = lessonWords{
	step: "passo", nextExample: "próximo exemplo",
	backpropagation: "retropropagação", dataFlow: "fluxo de dados", errorFlow: "fluxo de erros",
	phase1: "fase 1 · fluxo de dados →", phase2: "fase 2 · ← fluxo de erros",
	enters: "entra o exemplo", target: "alvo", sums: "cada neurônio soma net = Σ w·out + b e responde out = f(net)", answers: "a saída responde",
	errorIs: "a perda é", outputError: "cálculo do erro da camada de saída: δ = ∂E/∂net", hiddenError: "cálculo do erro da camada escondida: δ = f′(net)·Σ δ·w",
	update: "atualização dos pesos", afterwards: "com os pesos novos a perda do mesmo exemplo é",
	slide:  "δ = ∂E/∂net e Δw = −η·δ·out; na saída o slide escreve (y − out): o sinal contrário.",
	weight: "peso", differences: "diferenças", newWeight: "novo w",
}

var englishLessons = lessonWords{
	step: "step", nextExample: "next example",
	backpropagation: "back-propagation", dataFlow: "data flow", errorFlow: "error flow",
	phase1: "phase 1 · data flow →", phase2: "phase 2 · ← error flow",
	enters: "enter: example", target: "target", sums: "each neuron sums up net = Σ w·out + b and answers out = f(net)", answers: "the output answers",
	errorIs: "the loss is", outputError: "error at the output: δ = ∂E/∂net", hiddenError: "error at the hidden layer: δ = f′(net)·Σ δ·w",
	update: "update", afterwards: "after the update the loss at the same example is",
	slide:  "δ = ∂E/∂net and Δw = −η·δ·out; at the output the slide has (y − out): the other sign.",
	weight: "weight", differences: "differences", newWeight: "new w",
}
