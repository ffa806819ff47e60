package hints

import "regexp"

// others are names that other languages have, and what Go has instead.
var others = map[string]string{
	"True": "em Go se escreve true", "False": "em Go se escreve false", "None": "em Go se escreve nil", "null": "em Go se escreve nil", "self": "em Go o receptor de um método tem o nome que se lhe dá: func (r Rede) Treinar()",
	"printf": "em Go se escreve fmt.Printf(…)", "println": "em Go se escreve fmt.Println(…)", "input": "em Go uma linha se lê com fmt.Scanln(&x)",
	"range": "range só existe em um for: for i := range n { … }", "str": "em Go se escreve fmt.Sprint(x), ou strconv.Itoa(n)", "float": "em Go o tipo é float64: float64(x)", "list": "em Go uma lista é um slice: []int{1, 2, 3}",
	"dict": "em Go um dicionário é um map: map[string]int{}", "abs": "em Go se escreve math.Abs(x)", "sum": "em Go uma soma é um for, ou floats.Sum(x) do gonum", "round": "em Go se escreve math.Round(x)", "pow": "em Go se escreve math.Pow(x, y)",
	"sqrt": "em Go se escreve math.Sqrt(x)", "exp": "em Go se escreve math.Exp(x)", "log": "em Go se escreve math.Log(x)", "enumerate": "em Go se escreve for i, x := range lista { … }", "zip": "em Go se escreve for i := range a { … a[i], b[i] … }",
	"sorted": "em Go se escreve slices.Sorted, ou slices.Sort(lista)", "type": "em Go se escreve fmt.Printf(\"%T\\n\", x)", "double": "em Go o tipo é float64", "boolean": "em Go o tipo é bool", "integer": "em Go o tipo é int", "char": "em Go o tipo é rune, ou byte",
	"pass": "em Go um bloco pode ficar vazio: { }", "del": "em Go se escreve delete(m, chave)", "isinstance": "em Go se escreve _, ok := x.(T)", "np": "em Go não há NumPy; os pacotes do laboratório e gonum.org/v1/gonum/mat têm matrizes",
	"plt": "em Go não há matplotlib; as figuras são do pacote viz", "tf": "em Go não há TensorFlow; as redes são do pacote nn", "keras": "as camadas são do pacote nn, com os nomes do Keras: nn.Dense(10, nn.Softmax)", "torch": "em Go não há PyTorch; as redes são do pacote nn",
}

var undefined = regexp.MustCompile(letters.Replace(`^undefined: (\w+)$`))

// compiler is what the compiler says of what beginners write.
var compiler = rules(
	`^undefined: (\w+)\.(\w+) \(but have (\w+)\)`, `o nome é $1.$3: o que um pacote mostra começa com maiúscula`,
	`^(?:undefined|name) (?:\w+)? ?(\w+) not exported by package (\w+)`, `o pacote $2 não mostra $1: o que um pacote mostra começa com maiúscula`,
	`^(\S+)\.append undefined`, `em Go se escreve $1 = append($1, x)`,
	`^(\S+)\.(?:len|size|shape) undefined`, `em Go se escreve len($1)`,
	`^invalid operation: .*mismatched types (.+) and (.+?)\)`, `os dois lados têm tipos diferentes, $1 e $2; em Go a conversão se escreve: float64(n), int(x)`,
	`^invalid operation: cannot (?:indirect|dereference)`, `em Go não há **; escreva math.Pow(x, 2), ou x*x`,
	`^no new variables on left side of :=`, `o nome já existe; para mudar o seu valor escreva =, sem dois-pontos`,
	`^assignment mismatch: (\d+) variables? but (.+) returns? (\d+) values?`, `à esquerda há $1 nome(s), e $2 devolve $3 valor(es); o que não interessa se recebe com _`,
	`^label (?:try|except|finally) `, `em Go não há try nem except; uma função que pode falhar devolve também um erro: if err != nil { … }`,
	`^missing function body`, `em Go a { fica na mesma linha do func, no fim dela`,
	`^missing return`, `a função diz que devolve um valor, e há um caminho por ela que termina sem return`,
	`^non-boolean condition in (\w+) statement`, `a condição de um $1 é verdadeira ou falsa, bool; compare o valor: x != 0`,
	`^cannot use nil as (.+) value`, `nil não é um valor do tipo $1`,
	`^cannot use (.+) \((?:.* )?of (?:\w+ )?type (.+)\) as (.+) value in (?:assignment|argument|variable|return|array|struct|map)`, `$1 é $2, e aqui cabe $3`,
	`^cannot use (.+) \(untyped (\w+) constant.*\) as (.+) value in`, `$1 não é um valor do tipo $3`,
	`^not enough arguments in call to (\S+)`, `faltam argumentos na chamada de $1`,
	`^too many arguments in call to (\S+)`, `há argumentos a mais na chamada de $1`,
	`division by zero`, `divisão por zero`,
)

// assigned is a line that gives a name a value.
var assigned = regexp.MustCompile(letters.Replace(`^\s*(\w+)\s*[-+*/]?=[^=]`))

// Compiler says what Go wants in a line of a cell of which its compiler says
// something; "" where the message says all that is known.
func Compiler(line, message string) string {
	if m := undefined.FindStringSubmatch(message); m != nil {
		if says := others[m[1]]; says != "" {
			return says
		}
		if a := assigned.FindStringSubmatch(line); a != nil && a[1] == m[1] {
			return m[1] + " ainda não existe; em Go := cria uma variável, e = muda uma que já existe"
		}
		return ""
	}
	return first(compiler, message)
}
