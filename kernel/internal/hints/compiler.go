package hints

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

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
	`^(?:undefined: |name )(\w+) not exported by package (\w+)`, `o pacote $2 não mostra $1: o que um pacote mostra começa com maiúscula`,
	`^(\S+)\.append undefined`, `em Go se escreve $1 = append($1, x)`,
	`^(\S+) undefined \(type (.+) has no field or method (\w+), but does have (?:field|method) (\w+)\)`, `$2 não tem $3; o nome é $4`,
	`^(\S+)\.(?:len|size|shape) undefined`, `em Go se escreve len($1)`,
	`^invalid operation: .*mismatched types (?:byte|rune|uint8|int32) and untyped string\)|^invalid operation: .*mismatched types untyped string and (?:byte|rune|uint8|int32)\)`, `um só caractere fica entre aspas simples: 'a'`,
	`^invalid operation: .*mismatched types ((?:untyped )?string) and (.+?)\)|^invalid operation: .*mismatched types (.+) and ((?:untyped )?string)\)`, `os dois lados têm tipos diferentes, $1$3 e $2$4; o texto de um valor é fmt.Sprint(x), o número de um texto strconv.Atoi(s)`,
	`^invalid operation: .*mismatched types (.+) and (.+?)\)`, `os dois lados têm tipos diferentes, $1 e $2; em Go a conversão se escreve: float64(n), int(x)`,
	`^invalid operation: cannot (?:indirect|dereference)`, `em Go não há **; escreva math.Pow(x, 2), ou x*x`,
	`^no new variables on left side of :=`, `o nome já existe; para mudar o seu valor escreva =, sem dois-pontos`,
	`^multiple-value (.+) \(value of type .+\) in single-value context`, `$1 devolve mais de um valor, e aqui cabe um; receba-os antes, o que não interessa com _: v, _ := $1`,
	`^assignment mismatch: 1 variable but (.+) returns? 2 values`, `$1 devolve dois valores, e à esquerda há um nome: x, err := …, ou x, _ := … quando o segundo não interessa`,
	`^assignment mismatch: (\d+) variables? but (.+) returns? (\d+) values?`, `nomes à esquerda: $1; valores que $2 devolve: $3; o que não interessa se recebe com _`,
	`^label (?:try|except|finally) `, `em Go não há try nem except; uma função que pode falhar devolve também um erro: if err != nil { … }`,
	`^expected declaration, found`, `uma linha com % faz a célula ser do GoNB; nela os comandos ficam depois de uma linha só com %%`,
	`^missing function body`, `em Go a { fica na mesma linha do func, no fim dela`,
	`^func (main|init) must have no arguments`, `a função $1 não recebe nem devolve nada: func $1() { … }`,
	`^missing return`, `a função diz que devolve um valor, e há um caminho por ela que termina sem return`,
	`^non-boolean condition in (\w+) statement`, `a condição de um $1 é verdadeira ou falsa, bool; compare o valor: x != 0`,
	`^(?:cannot use|cannot range over|(?:invalid operation: )?cannot index) (\S+) \(value of type func\(\)`, `$1 é uma função, e o que ela devolve se pede com parênteses: $1()`,
	`^cannot use nil as (.+) value`, `nil não é um valor do tipo $1`,
	`^cannot use .+ \((?:.* )?of (?:\w+ )?type \[\].+\) as nn\.Data value in`, `aqui cabe um conjunto de dados; de listas se faz um com datasets.FromSlices(entradas, rótulos)`,
	`^cannot use (.+) \((?:.* )?of (?:\w+ )?type (.+)\) as (.+) value in (?:assignment|argument|variable|return|array|struct|map)`, `$1 é $2, e aqui cabe $3`,
	`^cannot use (.+) \(untyped (\w+) constant.*\) as (.+) value in`, `$1 não é um valor do tipo $3`,
	`^not enough arguments in call to (\S+)\n\thave .*\n\twant (.*)`, `faltam argumentos na chamada de $1, que recebe $2`,
	`^too many arguments in call to (\S+)\n\thave .*\n\twant (.*)`, `há argumentos a mais na chamada de $1, que recebe $2`,
	`^not enough arguments in call to (\S+)`, `faltam argumentos na chamada de $1`,
	`^too many arguments in call to (\S+)`, `há argumentos a mais na chamada de $1`,
	`division by zero`, `divisão por zero`,
	`^undefined: (\w+)\.(\w+)$`, `o pacote $1 não tem $2; com $1. e a tecla Tab se vê o que ele tem`,
	`^(\S+) undefined \(type (.+) has no field or method (\w+)(?:\)|, but does have unexported)`, `$2 não tem campo nem método $3`,
	`^unknown field (\w+) in struct literal of type (\S+)`, `o tipo $2 não tem o campo $1`,
	`^too many return values`, `há valores a mais no return; fora de uma função, e em uma que não diz o que devolve, ele não tem nenhum`,
	`^not enough return values`, `faltam valores no return: a função diz quantos devolve`,
	`^assignment mismatch: (\d+) variables? but (\d+) values?`, `nomes à esquerda: $1; valores à direita: $2`,
	`^invalid operation: operator (\S+) not defined on .+ \((?:.* )?of type (.+)\)`, `o operador $1 não existe para $2`,
	`^invalid operation: operator (\S+) not defined on .+ \(untyped (\w+) constant`, `o operador $1 não existe para um valor assim`,
	`^invalid operation: cannot call (?:non-function )?(\S+) \(`, `$1 não é uma função, mas um valor: fica sem parênteses`,
	`^invalid argument: index (\d+) out of bounds \[0:(\d+)\]`, `o índice $1 não existe: são $2 elementos, e o primeiro é o 0`,
	`^invalid argument: index (\S+) \(constant of type int\) must not be negative`, `um índice negativo não existe em Go; o último elemento é x[len(x)-1]`,
	`^cannot convert (.+) \((?:untyped string constant|.* of type string)\) to type (?:int|float)\w*`, `um texto vira número com strconv.Atoi($1), ou strconv.ParseFloat($1, 64)`,
	`^cannot convert (.+) \(.+\) to type (.+)`, `$1 não se converte em $2`,
	`^cannot use .+ as (.+) value in .+: \S+ does not implement \S+ \(missing method (\w+)\)`, `falta o método $2, que $1 pede`,
	`^cannot define new methods on non-local type (\S+)`, `$1 não é um tipo seu; métodos se declaram em um que é: type Meu $1`,
	`^expression in (go|defer) must be function call`, `atrás de $1 fica uma chamada: $1 f()`,
	`^cannot assign to (.+) \(.*constant`, `$1 é uma constante, cujo valor não muda`,
	`^cannot assign to (\S+) \(neither addressable`, `o valor de $1 não muda: não é uma variável`,
	`^cannot assign to .*\(value of type byte\)`, `os bytes de um texto não mudam; faça outro texto, ou um []byte(texto)`,
	`label not defined: (\w+)|^label (\w+) not defined`, `não há aqui o rótulo $1$2`,
	`^in call to (\S+), cannot infer (\w+)`, `os argumentos de $1 não dizem que tipo é $2; escreva os tipos: $1[int](…)`,
	`^label (\w+) not declared`, `não há aqui o rótulo $1`,
	`^label (\w+) (?:defined|declared) and not used`, `ninguém usa o rótulo $1; deixe-o fora`,
	`^label (\w+) already (?:defined|declared)`, `o rótulo $1 já existe; dê a um dos dois outro nome`,
	`^invalid (break|continue) label (\w+)`, `o rótulo $2 não está antes de um laço que está em volta do $1`,
	`^goto (\w+) jumps over`, `entre o goto e o rótulo $1 não pode ser criada uma variável; crie-a antes do goto`,
	`^goto (\w+) jumps into block`, `o rótulo $1 está dentro de um bloco em que o goto não está`,
	`^(\w+) redeclared$`, `há dois $1`,
	`^duplicate (method|field|key) (\S+)`, `há dois $2`,
	`^invalid recursive type (\w+)`, `um $1 contém a si mesmo e não teria fim; ponha um ponteiro no meio: *$1`,
	`^(break|continue) is not in a loop`, `$1 só existe dentro de um laço`,
	`go:embed`, `go:embed não vale em uma célula; leia o arquivo com os.ReadFile`,
	`^use of untyped nil in`, `nil sozinho não diz de que tipo é: var x *T`,
	`^(\S+) is not a type`, `$1 não é um tipo`,
	`^(\S+) \(type\) is not an expression`, `$1 é um tipo, e não um valor`,
	`^cannot range over (\S+)`, `$1 não se percorre com range`,
	`^(\w+) redeclared in this block`, `$1 já está declarado neste bloco`,
	`^duplicate case (\S+) in`, `há dois case $1`,
	`^(?:cannot use (\S+) .*|constant (\S+) )overflows (\w+)`, `o valor não cabe em $3`,
	`^(?:invalid operation: )?cannot index (\S+) \((?:.* )?of type \*datasets\.Set\)`, `um conjunto de dados não tem índice; $1.Take(n) são os seus n primeiros exemplos`,
	`^(?:invalid operation: )?cannot index (\S+)`, `$1 não tem elementos: não é lista, texto nem map`,
	`^invalid argument: (\S+) \((?:.* )?of type \*datasets\.Set\) for built-in len`, `quantos exemplos um conjunto tem diz $1.Len()`,
	`^invalid argument: (.+) \(.*\) for built-in (\w+)`, `$2 não serve para $1`,
)

// assigned is a line that gives names values.
var assigned = regexp.MustCompile(letters.Replace(`^\s*(\w+(?:\s*,\s*\w+)*)\s*[-+*/]?=[^=]`))

// textAsIndex is what is said of l["a"], of a list, and of int("3") as well.
var textAsIndex = regexp.MustCompile(`^cannot convert (".*") \(untyped string constant\) to type int`)

// Compiler says what Go wants in a line of a cell of which its compiler says
// something; "" where the message says all that is known.
func Compiler(line, message string) string {
	if m := undefined.FindStringSubmatch(message); m != nil {
		if says := others[m[1]]; says != "" {
			return says
		}
		if a := assigned.FindStringSubmatch(line); a != nil && slices.Contains(strings.FieldsFunc(a[1], func(r rune) bool { return r == ',' || unicode.IsSpace(r) }), m[1]) {
			return m[1] + " ainda não existe; em Go := cria uma variável, e = muda uma que já existe"
		}
		return ""
	}
	if m := textAsIndex.FindStringSubmatch(message); m != nil && strings.Contains(line, "["+m[1]+"]") {
		return "uma lista se indexa por números; por nomes, um map, ou o método Get de quem o tem"
	}
	return first(compiler, message)
}
