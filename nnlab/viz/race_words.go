package viz

// raceWords are the texts of trainings beside each other.
type raceWords struct {
	race, ahead, bestEpoch, overfitting, solid, before string
	lot, seed, layer                                   string
	told                                               map[string]string // what layers and optimizers are told, by Keras's names
}

var portugueseRace = raceWords{
	race: "corrida", ahead: "à frente", bestEpoch: "melhor época", overfitting: "sobreajuste", solid: "─ %s  ┄ %s  ○ melhor época", before: "em cinza, antes",
	lot: "lote", seed: "semente", layer: "camada %d",
	told: map[string]string{"learning_rate": "η", "momentum": "α", "units": "unidades", "filters": "filtros", "rate": "taxa", "activation": "ativação",
		"kind": "tipo", "kernel_size": "núcleo", "loss": "perda", "optimizer": "otimizador", "layers": "camadas", "epochs": "épocas", "nesterov": "Nesterov"},
}

var englishRace = raceWords{
	race: "race", ahead: "ahead", bestEpoch: "best epoch", overfitting: "overfitting", solid: "─ %s  ┄ %s  ○ best epoch", before: "grey, before",
	lot: "batch", seed: "seed", layer: "layer %d",
	told: map[string]string{"learning_rate": "η", "momentum": "α", "kernel_size": "kernel size"},
}
