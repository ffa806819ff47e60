package hints

import "strings"

// orders are what notebooks of Python order, and what is written here instead.
var orders = map[string]string{
	"time":       "o tempo de um trecho se mede com t := time.Now() antes e time.Since(t) depois",
	"matplotlib": "as figuras aparecem sem ele; apague a linha",
	"pip":        "um pacote de Go se acrescenta com !*go get CAMINHO, em uma célula sua",
	"whos":       "as variáveis mostra %who",
	"pwd":        "a pasta mostra !pwd",
	"history":    "as células de antes ficam no caderno",
	"run":        "um caderno inteiro roda com nnlab-kernel exec",
	"pylab":      "as figuras são do pacote viz",
	"debug":      "a pilha inteira do último panic mostra %panic",
	"html":       "texto formatado fica em uma célula Markdown",
}

var sameOrder = map[string]string{"timeit": "time", "prun": "time", "conda": "pip", "mamba": "pip", "tb": "debug", "latex": "html", "markdown": "html"}

// Order says what stands here in place of an order of another kernel, by its name.
func Order(name string) string {
	name = strings.ToLower(name)
	if same, ok := sameOrder[name]; ok {
		name = same
	}
	return orders[name]
}
