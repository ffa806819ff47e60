// Package hints says in Portuguese what Go wants where a beginner wrote something
// else, Python most often. It knows the words of Go's parser and compiler, which
// are shown behind its own.
package hints

import (
	"fmt"
	"go/scanner"
	"go/token"
	"regexp"
	"strings"
	"sync"
)

// rule is something that is no Go, and what Go has instead.
type rule struct {
	is   *regexp.Regexp
	says string
}

// letters has \w stand for what a name has in Go: média is one.
var letters = strings.NewReplacer(`[\w`, `[\pL\d_`, `\w`, `[\pL\d_]`)

func rules(pairs ...string) func() []rule {
	return sync.OnceValue(func() (all []rule) {
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, rule{regexp.MustCompile(letters.Replace(pairs[i])), pairs[i+1]})
		}
		return all
	})
}

func first(all func() []rule, text string) string {
	for _, r := range all() {
		if m := r.is.FindStringSubmatchIndex(text); m != nil {
			return string(r.is.ExpandString(nil, r.says, text, m))
		}
	}
	return ""
}

// python is what a line of another language looks like. Strings are empty in the
// lines that are looked at.
var python = rules(
	`^\s*(?:async )?def\s+(\w+)`, `em Go uma função se escreve func $1(x int) int { … }, e não com def`,
	`^\s*class\s+(\w+)`, `em Go não há class; um tipo se escreve type $1 struct { … }, e seus métodos são funções`,
	`^\s*while\b`, `em Go não há while; um laço com condição se escreve for condição { … }`,
	`^\s*elif\b`, `em Go não há elif; escreva } else if condição { … }`,
	`^\s*for\s+(\w+)\s+in\s+range\(`, `em Go um laço sobre números se escreve for $1 := range n { … }, ou for $1 := 0; $1 < n; $1++ { … }`,
	`^\s*for\s+(\w+)\s*,\s*(\w+)\s+in\b`, `em Go um laço sobre uma lista se escreve for $1, $2 := range lista { … }`,
	`^\s*for\s+(\w+)\s+in\b`, `em Go um laço sobre uma lista se escreve for _, $1 := range lista { … }`,
	`^\s*(?:try|except|finally|raise)\b`, `em Go não há try nem except; uma função que pode falhar devolve também um erro: if err != nil { … }`,
	`^\s*with\b.*:\s*$`, `em Go não há with; um arquivo aberto se fecha com defer f.Close()`,
	`^\s*(if|else|for|switch)\b[^{]*:\s*(?:#.*)?$`, `em Go o bloco de um $1 fica entre chaves, $1 … { … }, sem dois-pontos; a margem não conta`,
	`^\s*(if|for)\b[^{\[]*:\s*[^\s=]`, `em Go o bloco de um $1 fica entre chaves, $1 … { … }, sem dois-pontos`,
	`^\s*del\s+(\w+)\s*(?:,|$)`, `uma variável se esquece com %del $1, em uma linha sua`,
	`^\s*del\s+(\w+)\[`, `de um map se tira uma chave com delete($1, chave), e de uma lista com lista = slices.Delete(lista, i, i+1)`,
	`^\s*from\s+[\w.]+\s+import\b`, `em Go se importa um pacote inteiro, com o caminho entre aspas: import "math"`,
	`^\s*import\s+[A-Za-z_]`, `em Go o caminho de um pacote fica entre aspas: import "math"`,
	`^\s*#`, `em Go um comentário começa com //, e não com #`,
	`^\s*@\w`, `em Go não há decoradores`,
	`\bf""`, `em Go não há f-strings; escreva fmt.Printf("%v\n", x), ou fmt.Sprintf("%v", x) para ter o texto`,
	`""""""|"""`, "em Go um texto de várias linhas fica entre crases: `…`",
	`\blambda\b`, `em Go uma função sem nome se escreve func(x int) int { return x * x }`,
	`^\s*print\s+\S`, `em Go se imprime com fmt.Println(…), com parênteses`,
	`\[[^\[\]]+\bfor\b.*\bin\b`, `em Go não há listas por compreensão; escreva um for que faz lista = append(lista, x)`,
	`=\s*[^=]+\bif\b.+\belse\b`, `em Go um if não tem valor; escreva if condição { x = a } else { x = b }`,
	`\b(?:and|or)\b|\bnot\s+\w`, `em Go os operadores lógicos são &&, || e !`,
	`\bis\s+(?:not\s+)?\w`, `em Go se compara com == e !=`,
	`[\w"]\s+not\s+in\b|[\w"]\s+in\s+[\w"]`, `em Go não há in; slices.Contains(lista, x) procura em uma lista, e _, ok := m[x] em um map`,
	`(?:^|[=(,:]|\breturn\b)\s*\[[^\[\]]*(?:,[^\[\]]*)?\]\s*(?:$|[,);+\-*/])`, `em Go uma lista diz o seu tipo e fica entre chaves: []int{1, 2, 3}, ou []float64{0.5, 1}`,
	`(?:[=(,]|\breturn\b)\s*\[\s*\[`, `em Go uma lista de listas diz o seu tipo e fica entre chaves: [][]float64{{1, 2}, {3, 4}}`,
	`(?:=|\breturn\b|\()\s*\{\s*(?:""|\w+)\s*:`, `em Go um dicionário é um map e diz os seus tipos: map[string]int{"a": 1}`,
	`^\s*(?:const|let)\s+\w+\s*=.*`, `em Go uma variável se cria com x := …, e uma constante com const x = …`,
	`^\s*(?:int|float64|double|float|string|bool)\s+(\w+)\s*=`, `em Go o tipo fica atrás do nome, var $1 int = …, ou se omite: $1 := …`,
	`\w\+\+\s*[\w)]|\+\+\w`, `em Go i++ é um comando sozinho, atrás da variável`,
	`\w\s*\?\s*.+:`, `em Go não há ? :; escreva if condição { x = a } else { x = b }`,
)

// messages are what the scanner and the parser say of what is not another
// language's.
var messages = rules(
	`illegal character U\+0023`, `em Go um comentário começa com //, e não com #`,
	`illegal character U\+00(?:A0)|illegal character U\+(?:200B|FEFF|202F)`, `há um espaço que não se vê aqui, copiado de outro lugar; apague-o e escreva um espaço comum`,
	`illegal character U\+(?:201C|201D|201E|00AB|00BB)|curly quotation mark`, `estas aspas são tipográficas; em Go um texto fica entre aspas retas: "…"`,
	`illegal character U\+(?:2018|2019|00B4)`, `este apóstrofo é tipográfico; em Go um texto fica entre aspas retas: "…"`,
	`illegal character U\+(?:2212|2013|2014)`, `este traço não é o sinal de menos do teclado, -`,
	`illegal character U\+00D7`, `em Go se multiplica com *`,
	`illegal character U\+005C`, `em Go uma linha continua na próxima quando termina com um operador, uma vírgula ou um ponto, sem \`,
	`illegal character U\+(\w+)(?: '(.*)')?`, `o caractere $2 (U+$1) não existe em Go fora de um texto`,
	`more than one character in rune literal|illegal rune literal|rune literal not terminated|empty rune literal`, `em Go um texto fica entre aspas duplas, "…"; entre aspas simples fica um só caractere, 'a'`,
	`raw string literal not terminated`, "falta a crase que fecha o texto: `…`",
	`string literal not terminated|newline in string`, `faltam as aspas que fecham o texto, na mesma linha: "…"`,
	`comment not terminated`, `falta */, que fecha o comentário`,
	`unknown escape`, `depois de \ só pode vir n, t, \, ", um número ou outra letra que Go conhece; para uma \ escreva \\`,
	`missing ',' before newline in (?:composite literal|argument list|parameter list)`, `falta uma vírgula no fim da linha: quando ) ou } fica na linha seguinte, a última linha também precisa dela`,
	`missing ',' in (?:composite literal|argument list)`, `falta uma vírgula entre dois valores, ou há algo que Go não conhece atrás do primeiro`,
	`else must be|expected .*, found 'else'|unexpected else`, `em Go o else fica na linha da chave que fecha: } else { … }`,
	`(?:expected '\{'|missing condition|expected .*block).*newline|unexpected newline, expect(?:ed|ing) \{`, `em Go a { fica na mesma linha do if, for ou func, no fim dela`,
	`cannot use (?:.*) as value|expected boolean expression, found (?:simple statement|assignment)`, `em Go = só muda uma variável; para comparar escreva ==`,
	`expected 1 expression`, `aqui só cabe um valor`,
	`missing parameter name|expected type, found`, `falta um tipo: em Go ele fica atrás do nome, func f(x int, nome string) float64 { … }`,
	`imports must appear before other declarations`, `os import ficam no começo da célula`,
)

// Syntax says what Go wants in a place of a cell where its parser found another
// thing, from 1 on; "" where the message says all that is known.
func Syntax(source string, line, column int, message string) string {
	if says := open(source, message); says != "" {
		return says
	}
	lines := strings.Split(source, "\n")
	if line < 1 || line > len(lines) {
		return general(message)
	}
	// The parser notices some things a line later.
	for at := line; at >= max(line-1, 1); at-- {
		text := lines[at-1]
		if strings.HasPrefix(strings.TrimSpace(text), "//") {
			continue
		}
		if at == line && named(text, column) {
			return `em Go os argumentos de uma chamada não têm nome, e contam pela ordem: f(10, 0.5), sem nome= na frente`
		}
		if says := first(python, bare(text)); says != "" {
			return says
		}
		if says := first(messages, message); says != "" {
			return says
		}
	}
	return general(message)
}

// quotes are texts of a line.
var quotes = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`)

// bare is a line without what its texts say, and without a comment behind it.
func bare(line string) string {
	line = quotes.ReplaceAllString(line, `""`)
	code, _, _ := strings.Cut(line, "//")
	return code
}

// named tells whether a line gives a name to an argument of a call at a column or
// before: activation=.
func named(line string, column int) bool {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(line))
	s.Init(file, []byte(line), nil, 0)
	depth := 0
	var before token.Token
	for {
		pos, t, _ := s.Scan()
		if t == token.EOF || file.Offset(pos) > column {
			return false
		}
		switch t {
		case token.FUNC: // its parameters are none of a call
			return false
		case token.LPAREN:
			depth++
		case token.RPAREN:
			depth--
		case token.ASSIGN:
			if depth > 0 && before == token.IDENT {
				return true
			}
		}
		before = t
	}
}

// open says which bracket is not closed, or is closed without having been opened,
// where the parser stumbles at the end of a cell or at a bracket.
func open(source, message string) string {
	type bracket struct {
		token.Token
		line int
	}
	closes := map[token.Token]token.Token{token.RPAREN: token.LPAREN, token.RBRACK: token.LBRACK, token.RBRACE: token.LBRACE}
	ends := map[token.Token]string{token.LPAREN: ")", token.LBRACK: "]", token.LBRACE: "}"}
	var stack []bracket
	file := token.NewFileSet().AddFile("", -1, len(source))
	bad := false
	var s scanner.Scanner
	s.Init(file, []byte(source), func(token.Position, string) { bad = true }, 0)
	for {
		pos, t, _ := s.Scan()
		if bad { // something else is wrong, of which the brackets may be a part
			return ""
		}
		line := file.Line(pos)
		switch t {
		case token.EOF:
			if len(stack) == 0 || !strings.Contains(message, "EOF") && !strings.Contains(message, "'}'") && !strings.Contains(message, "newline") {
				return ""
			}
			if b := stack[len(stack)-1]; first(python, bare(strings.Split(source, "\n")[b.line-1])) == "" {
				return fmt.Sprintf("falta %s, que fecha %s da linha %d", ends[b.Token], b.Token, b.line)
			}
			return ""
		case token.LPAREN, token.LBRACK, token.LBRACE:
			stack = append(stack, bracket{t, line})
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(stack) == 0 {
				return fmt.Sprintf("há %s a mais na linha %d: nada que ele feche está aberto", t, line)
			}
			if b := stack[len(stack)-1]; b.Token != closes[t] {
				return fmt.Sprintf("na linha %d há %s, mas o que está aberto é %s da linha %d, que %s fecha", line, t, b.Token, b.line, ends[b.Token])
			}
			stack = stack[:len(stack)-1]
		}
	}
}

// things are what the parser names.
var things = map[string]string{"operand": "um valor", "expression": "uma expressão", "statement": "um comando", "type": "um tipo", "declaration": "uma declaração",
	"'EOF'": "o fim da célula", "newline": "o fim da linha", "'IDENT'": "um nome", "identifier": "um nome", "';'": "o fim do comando", "'STRING'": "um texto entre aspas",
	"selector or type assertion": "um nome atrás do ponto", "1 expression": "um só valor", "boolean or range expression": "uma condição", "for loop condition": "a condição do for",
	"'package'": "package", "simple statement": "um comando simples", "semicolon": "um ponto e vírgula", "if": "if"}

// expected is how the parser says most of what it says.
var expected = regexp.MustCompile(`^expected (.+), found (.+)$`)

// general puts the parser's words into Portuguese; "" where it does not know them.
func general(message string) string {
	m := expected.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	return "o Go esperava " + thing(m[1]) + " e achou " + thing(m[2])
}

// General tells whether a hint is no more than the parser's words in Portuguese.
func General(hint string) bool { return strings.HasPrefix(hint, "o Go esperava ") }

func thing(words string) string {
	if t, ok := things[words]; ok {
		return t
	}
	if name, ok := strings.CutPrefix(words, "'IDENT' "); ok {
		return "o nome " + name
	}
	return strings.ReplaceAll(words, " or ", " ou ")
}
