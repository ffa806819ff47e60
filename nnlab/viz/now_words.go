package viz

// nowWords are the texts of a training's present moment.
type nowWords struct {
	present, gradientOf, vanishesIn, timesSmaller, nowhere string
}

var portugueseNow = nowWords{
	present: "agora", gradientOf: "gradiente ‖∂E/∂W‖ do último passo, da entrada à saída",
	vanishesIn: "o gradiente some em %s", timesSmaller: "%s vezes menor que o maior", nowhere: "em nenhuma camada o gradiente some",
}

var englishNow = nowWords{
	present: "now", gradientOf: "gradient ‖∂E/∂W‖ of the last step, from input to output",
	vanishesIn: "the gradient vanishes in %s", timesSmaller: "%s times smaller than the largest", nowhere: "the gradient vanishes in none of the layers",
}
