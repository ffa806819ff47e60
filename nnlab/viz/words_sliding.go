package viz

// slidingWords are the texts of the figures of windows: [Convolution] and [FeatureMaps].
type slidingWords struct {
	convolution, max, mean         string
	input, filter, output, channel string
	row, column, step              string
	padding, byRows, rest          string
	net, out, bias, maximum        string
}

// sliding are those words in the language of w.
func (w words) sliding() slidingWords {
	if w.comma {
		return slidingWords{convolution: "convolução", max: "subamostragem pelo máximo", mean: "subamostragem pela média",
			input: "entrada", filter: "filtro", output: "saída", channel: "canal", row: "linha", column: "coluna", step: "passo",
			padding: "borda de zeros (padding)", byRows: "saída, linha a linha", rest: "os outros %d canais",
			net: "net", out: "saída", bias: "b", maximum: "máx"}
	}
	return slidingWords{convolution: "convolution", max: "pooling by the maximum", mean: "pooling by the mean",
		input: "input", filter: "filter", output: "output", channel: "channel", row: "row", column: "column", step: "step",
		padding: "border of zeros (padding)", byRows: "output, row by row", rest: "the other %d channels",
		net: "net", out: "output", bias: "b", maximum: "max"}
}
