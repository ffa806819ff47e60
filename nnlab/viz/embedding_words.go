package viz

// embeddingWords are the texts of what a layer has made of examples.
type embeddingWords struct{ madeOf, component, middle, around, nearest, choosePoint, lostPoints string }

var portugueseEmbedding = embeddingWords{
	madeOf: "o que %s fez de %s exemplos", component: "componente %d (%s da variância)",
	middle: "centro", around: "distância média ao centro", nearest: "a mais próxima:",
	choosePoint: "aponte um exemplo, com o mouse ou com as setas", lostPoints: "fora do plano, por serem NaN/∞: %s",
}

var englishEmbedding = embeddingWords{
	madeOf: "what %s has made of %s examples", component: "component %d (%s of the variance)",
	middle: "middle", around: "mean distance from it", nearest: "the nearest:",
	choosePoint: "point at an example, with the mouse or the arrow keys", lostPoints: "not on the plane, being NaN/∞: %s",
}
