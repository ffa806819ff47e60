package cells

import (
	"fmt"
	"go/token"
)

// twice finds the functions and types that a cell declares more than once, of
// which GoNB would keep the last and say nothing. source is Go, with statements
// or without.
func twice(source string) (wrong []SyntaxError) {
	first := map[string]int{}
	for _, i := range items(source) {
		if i.name == "" || i.name == "_" {
			continue
		}
		line, column := position(source, i.start)
		before, known := first[i.receiver+i.name]
		if !known {
			first[i.receiver+i.name] = line
			continue
		}
		what, mend := "a função "+i.name, "deixe só uma das duas, ou dê à outra um nome seu"
		switch {
		case i.first == token.TYPE:
			what = "o tipo " + i.name
		case i.name == "main" || i.name == "init":
			mend = "junte as duas em uma só"
		}
		wrong = append(wrong, SyntaxError{line, column, fmt.Sprintf("%s já está na linha %d desta célula; %s", what, before, mend)})
	}
	return wrong
}
