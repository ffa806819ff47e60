package viz

// answerWords are the texts of figures of a model's answers to examples.
type answerWords struct {
	wasSaid, surestFirst          string
	share, choose, cell, pictures string
	chooseFilter                  string
}

var portugueseAnswers = answerWords{
	wasSaid: "era %s, disse %s", surestFirst: "os de mais certeza primeiro",
	share: "parte da linha", choose: "escolha uma célula para ver suas imagens, com o mouse ou com as setas e Enter",
	cell: "rótulo %s, resposta %s: %s", pictures: "%s das %s imagens, as de mais certeza",
	chooseFilter: "escolha um filtro para ver seus números, com o mouse ou com as setas e Enter",
}

var englishAnswers = answerWords{
	wasSaid: "was %s, said %s", surestFirst: "the most certain first",
	share: "share of the row", choose: "choose a cell to see its images, with the mouse or with the arrow keys and Enter",
	cell: "label %s, answer %s: %s", pictures: "%s of the %s images, the most certain ones",
	chooseFilter: "choose a filter to see its numbers, with the mouse or with the arrow keys and Enter",
}
