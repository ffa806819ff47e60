package viz

// slidingWords are the texts of [Convolution].
type slidingWords struct {
	convolution, max, mean         string
	input, filter, output, channel string
	row, column                    string
	padding, byRows                string
	net, out, maximum              string
}

// sliding are those words in the language of w.
func (w words) sliding() slidingWords {
	if w.comma {
		return slidingWords{convolution: "convolução", max: "subamostragem pelo máximo", mean: "subamostragem pela média",
			input: "entrada", filter: "filtro", output: "saída", channel: "canal", row: "linha", column: "coluna",
			padding: "borda de zeros (padding)", byRows: "saída, linha a linha",
			net: "net", out: "saída", maximum: "máx"}
	}
	return slidingWords{convolution: "convolution", max: "pooling by the maximum", mean: "pooling by the mean",
		input: "input", filter: "filter", output: "output", channel: "channel", row: "row", column: "column",
		padding: "border of zeros (padding)", byRows: "output, row by row",
		net: "net", out: "output", maximum: "max"}
}
