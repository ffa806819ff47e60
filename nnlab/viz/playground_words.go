package viz

// playWords are the texts of a playground.
type playWords struct{ playground, neurons, activation, pause, oneStep, anew, finish, orAnew string }

var portuguesePlay = playWords{
	playground: "experimento", neurons: "neurônios", activation: "ativação",
	pause: "pausar ou continuar", oneStep: "um passo", anew: "recomeçar", finish: "terminar", orAnew: "diminua η ou recomece",
}

var englishPlay = playWords{
	playground: "playground", neurons: "neurons", activation: "activation",
	pause: "pause or go on", oneStep: "one step", anew: "begin anew", finish: "end", orAnew: "lower η or begin anew",
}
