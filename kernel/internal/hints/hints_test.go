package hints

import (
	"strings"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// What beginners write, most of it Python, and what they are told.
func TestSyntax(t *testing.T) {
	for source, want := range map[string]string{
		"for i := 0; i < 3; i++ {\n\tfmt.Println(i)": "falta }, que fecha { da linha 1",
		"func f() {\n\tif true {\n\t\tg()\n}\nf()":   "falta }, que fecha { da linha 1",
		"fmt.Println((1 + 2)":                        "falta ), que fecha ( da linha 1",
		"fmt.Println(1))":                            "há ) a mais na linha 1",
		"x := []int{1, 2)":                           "na linha 1 há ), mas o que está aberto é { da linha 1, que } fecha",
		"}":                                          "há } a mais na linha 1",
		"m := nn.Dense(10, activation=nn.ReLU)":      "os argumentos de uma chamada não têm nome",
		"fmt.Println(\"a\", end=\"\")":               "os argumentos de uma chamada não têm nome",
		"print \"a\"":                                "em Go se imprime com fmt.Println(…), com parênteses",
		"print x":                                    "em Go se imprime com fmt.Println(…), com parênteses",
		"x := [1, 2, 3]":                             "em Go uma lista diz o seu tipo e fica entre chaves: []int{1, 2, 3}",
		"x = [0.5]":                                  "em Go uma lista diz o seu tipo",
		"f([1, 2])":                                  "em Go uma lista diz o seu tipo",
		"[1,2,3]":                                    "em Go uma lista diz o seu tipo",
		"w := [[1, 2], [3, 4]]":                      "[][]float64{{1, 2}, {3, 4}}",
		"d := {\"a\": 1}":                            "em Go um dicionário é um map",
		"def f(x):\n    return x":                    "em Go uma função se escreve func f(x int) int { … }",
		"class Rede:\n    pass":                      "type Rede struct { … }",
		"while x < 3:\n    x += 1":                   "em Go não há while",
		"for i in range(10):\n    print(i)":          "for i := range n { … }",
		"for x in lista:\n    print(x)":              "for _, x := range lista { … }",
		"for i, x in enumerate(l):\n    print(x)":    "for i, x := range lista { … }",
		"if x > 1:\n    y = 2":                       "o bloco de um if fica entre chaves",
		"if x > 1 {\n}\nelif y {\n}":                 "em Go não há elif",
		"if x > 1 {\n}\nelse {\n}":                   "o else fica na linha da chave que fecha",
		"if x > 1\n{\n}":                             "a { fica na mesma linha",
		"with open(\"a\") as f:\n    g()":            "em Go não há with",
		"import numpy as np":                         "em Go o caminho de um pacote fica entre aspas",
		"from math import sqrt":                      "em Go se importa um pacote inteiro",
		"# comentário":                               "em Go um comentário começa com //",
		"x := 1 # comentário":                        "em Go um comentário começa com //",
		"x := 'texto'":                               "entre aspas duplas",
		"x := \"texto":                               "faltam as aspas",
		"x := “texto”":                               "estas aspas são tipográficas",
		"x := 3 − 2":                                 "não é o sinal de menos do teclado",
		"x := 3\u00a0+ 2":                            "há um espaço que não se vê",
		"fmt.Println(f\"{x}\")":                      "em Go não há f-strings",
		"x := \"\"\"a\nb\"\"\"":                      "entre crases",
		"f := lambda x: x + 1":                       "em Go uma função sem nome se escreve",
		"x := [i * i for i in l]":                    "compreensão",
		"x := 1 if y else 2":                         "em Go um if não tem valor",
		"if a and b {\n}":                            "os operadores lógicos são &&, || e !",
		"if not a {\n}":                              "os operadores lógicos são &&, || e !",
		"if x in lista {\n}":                         "slices.Contains",
		"\"c\" in d":                                 "_, ok := m[x]",
		"if x == 1: print(\"a\")":                    "o bloco de um if fica entre chaves",
		"del x":                                      "%del x",
		"del x, y":                                   "%del x",
		"del d[\"a\"]":                               "delete(d, chave)",
		"x := []int{\n\t1,\n\t2\n}":                  "falta uma vírgula no fim da linha",
		"f(\n\t1,\n\t2\n)":                           "falta uma vírgula no fim da linha",
		"x := f(1 2)":                                "falta uma vírgula entre dois valores",
		"int x = 3":                                  "var x int = …",
		"x := a ? b : c":                             "em Go não há ? :",
		"y := (":                                     "falta ), que fecha ( da linha 1",
		"x := 1\ny := )":                             "há ) a mais na linha 2",
		"var a = 1; x = = 1":                         "o Go esperava um valor e achou '='",
		"fmt.":                                       "o Go esperava um nome atrás do ponto",
		"@decorador\nf()":                            "em Go não há decoradores",
		"x := y \\\n + 1":                            "sem \\",
	} {
		_, wrong := cells.Split(source)
		if wrong == nil {
			t.Errorf("%q is Go", source)
			continue
		}
		got := Syntax(source, wrong[0].Line, wrong[0].Column, wrong[0].Message)
		if !strings.Contains(got, want) {
			t.Errorf("%q (%s):\n got %q\nwant %q", source, wrong[0].Message, got, want)
		}
	}
}

func TestCompiler(t *testing.T) {
	for message, want := range map[string][2]string{
		"undefined: True":                      {"x := True", "em Go se escreve true"},
		"undefined: x":                         {"x = 5", "x ainda não existe; em Go := cria uma variável"},
		"undefined: média":                     {"média = 5", "média ainda não existe"},
		"undefined: y":                         {"x == y", ""},
		"undefined: math.sqrt (but have Sqrt)": {"", "o nome é math.Sqrt"},
		"x.append undefined (type []int has no field or method append)":                                               {"", "x = append(x, x)"},
		"invalid operation: a + b (mismatched types int and float64)":                                                 {"", "os dois lados têm tipos diferentes, int e float64"},
		"no new variables on left side of :=":                                                                         {"", "o nome já existe"},
		"name sqrt not exported by package math":                                                                      {"", "o pacote math não mostra sqrt:"},
		"undefined: sqrt not exported by package math":                                                                {"", "o pacote math não mostra sqrt:"},
		"invalid operation: a + b (mismatched types string and int)":                                                  {"", "string e int; o texto de um valor é fmt.Sprint(x)"},
		"invalid operation: a == \"1\" (mismatched types int and untyped string)":                                     {"", "int e untyped string; o texto"},
		"invalid operation: s[0] == \"a\" (mismatched types byte and untyped string)":                                 {"", "entre aspas simples: 'a'"},
		"invalid argument: train (variable of type *datasets.Set) for built-in len":                                   {"", "train.Len()"},
		"cannot index train (variable of type *datasets.Set)":                                                         {"", "train.Take(n)"},
		"p.shape undefined (type *tensor.Tensor has no field or method shape, but does have field Shape)":             {"", "o nome é Shape"},
		"l.len undefined (type []int has no field or method len)":                                                     {"", "em Go se escreve len(l)"},
		"m.Weights undefined (type *nn.Model has no field or method Weights, but does have unexported field weights)": {"", "*nn.Model não tem campo nem método Weights"},
		"assignment mismatch: 1 variable but f() returns 2 values":                                                    {"", "f() devolve dois valores, e à esquerda há um nome: x, err := …"},
		"assignment mismatch: 2 variables but f() returns 1 value":                                                    {"", "nomes à esquerda: 2; valores que f() devolve: 1; "},
		"undefined: b": {"a, b = 1, 2", "b ainda não existe; em Go := cria uma variável"},
		"undefined: z": {"a, b = z, 2", ""},
		"func main must have no arguments and no return values":                                                                                                    {"func main(args []string) {", "a função main não recebe nem devolve nada: func main() { … }"},
		"not enough arguments in call to datasets.Moons\n\thave (number)\n\twant (int, float64, uint64)":                                                           {"", "faltam argumentos na chamada de datasets.Moons, que recebe (int, float64, uint64)"},
		"too many arguments in call to f\n\thave (number)\n\twant ()":                                                                                              {"", "há argumentos a mais na chamada de f, que recebe ()"},
		"cannot use x (variable of type [][]float32) as nn.Data value in argument to model.Predict: [][]float32 does not implement nn.Data (missing method Batch)": {"", "datasets.FromSlices(entradas, rótulos)"},
		"multiple-value acc.Get(\"a\") (value of type (float64, bool)) in single-value context":                                                                    {"", "acc.Get(\"a\") devolve mais de um valor"},
		"cannot convert \"a\" (untyped string constant) to type int":                                                                                               {"acc[\"a\"]", "uma lista se indexa por números"},
		"missing return":                        {"", "sem return"},
		"non-boolean condition in if statement": {"", "bool"},
		"cannot use \"a\" (untyped string constant) as int value in assignment": {"", "\"a\" não é um valor do tipo int"},
		"cannot use x (variable of type int) as float64 value in argument to f": {"", "x é int, e aqui cabe float64"},
		"label try defined and not used":                                        {"try:", "em Go não há try"}, "missing function body": {"", "na mesma linha do func"},
		"something else":                                          {"", ""},
		"undefined: fmt.Printl":                                   {"", "o pacote fmt não tem Printl"},
		"too many return values":                                  {"return 3", "há valores a mais no return"},
		"not enough return values\n\thave ()\n\twant (int)":       {"return", "faltam valores no return"},
		"x.foo undefined (type []int has no field or method foo)": {"", "[]int não tem campo nem método foo"},
		"m.fit undefined (type *nn.Model has no field or method fit, but does have method Fit)":                        {"", "*nn.Model não tem fit; o nome é Fit"},
		"unknown field b in struct literal of type T":                                                                  {"", "o tipo T não tem o campo b"},
		"assignment mismatch: 2 variables but 1 value":                                                                 {"", "nomes à esquerda: 2; valores à direita: 1"},
		"invalid operation: operator % not defined on x (variable of type float64)":                                    {"", "o operador % não existe para float64"},
		"invalid operation: cannot call non-function x (variable of type int)":                                         {"", "x não é uma função, mas um valor"},
		"invalid operation: cannot call w.Shape (variable of slice type tensor.Shape): tensor.Shape is not a function": {"", "w.Shape não é uma função, mas um valor: fica sem parênteses"},
		"cannot index m.Layers (value of type func() []nn.LayerInfo)":                                                  {"", "m.Layers é uma função, e o que ela devolve se pede com parênteses: m.Layers()"},
		"cannot range over m.Layers (value of type func() []nn.LayerInfo): func must be func(yield func(...) bool)":    {"", "m.Layers()"},
		"cannot use m.Epochs (value of type func() int) as int value in assignment":                                    {"", "m.Epochs()"},

		"invalid argument: index 3 out of bounds [0:3]":                                               {"", "o índice 3 não existe: são 3 elementos"},
		"invalid argument: index -1 (constant of type int) must not be negative":                      {"", "um índice negativo não existe em Go"},
		"cannot convert \"3\" (untyped string constant) to type int":                                  {"", "strconv.Atoi(\"3\")"},
		"cannot convert x (variable of type []int) to type string":                                    {"", "x não se converte em string"},
		"cannot define new methods on non-local type int":                                             {"", "type Meu int"},
		"expression in go must be function call":                                                      {"", "go f()"},
		"cannot assign to c (neither addressable nor a map index expression)":                         {"", "o valor de c não muda"},
		"cannot assign to c (constant 10 of type untyped int)":                                        {"", "c é uma constante"},
		"cannot assign to s[0] (value of type byte) (neither addressable nor a map index expression)": {"", "os bytes de um texto não mudam"},
		"break label not defined: fora":                                                               {"", "não há aqui o rótulo fora"},
		"label L not defined":                                                                         {"", "não há aqui o rótulo L"},
		"label L not declared":                                                                        {"", "não há aqui o rótulo L"},
		"label L defined and not used":                                                                {"", "ninguém usa o rótulo L"},
		"label L already defined at Célula [1], linha 2":                                              {"", "o rótulo L já existe"},
		"invalid break label L":                                                                       {"", "o rótulo L não está antes de um laço"},
		"goto L jumps over variable declaration at Célula [1], linha 2":                               {"", "crie-a antes do goto"},
		"goto L jumps into block":                                                                     {"", "dentro de um bloco"},
		"in call to mk, cannot infer B (declared at Célula [1], linha 1)":                             {"", "escreva os tipos: mk[int]"},
		"a redeclared":                                   {"", "há dois a"},
		"duplicate method M":                             {"", "há dois M"},
		"invalid recursive type A":                       {"", "ponha um ponteiro no meio: *A"},
		"break is not in a loop, switch, or select":      {"", "break só existe dentro de um laço"},
		"use of untyped nil in assignment":               {"", "nil sozinho"},
		"x is not a type":                                {"", "x não é um tipo"},
		"int (type) is not an expression":                {"", "int é um tipo, e não um valor"},
		"cannot range over x (variable of type float64)": {"", "x não se percorre"},
		"expected declaration, found x":                  {"", "os comandos ficam depois de uma linha só com %%"},
		"x redeclared in this block":                     {"", "x já está declarado"},
		"duplicate case 1 in expression switch":          {"", "há dois case 1"},
		"cannot use 300 (untyped int constant) as byte value in variable declaration (overflows)":                                        {"", "300 não é um valor do tipo byte"},
		"invalid operation: cannot index x (variable of type int)":                                                                       {"", "x não tem elementos"},
		"invalid argument: x (variable of type int) for built-in len":                                                                    {"", "len não serve para x"},
		"cannot use r (variable of type Rede) as nn.Data value in argument to f: Rede does not implement nn.Data (missing method Batch)": {"", "r é Rede, e aqui cabe nn.Data"},
	} {
		if got := Compiler(want[0], message); got != want[1] && (want[1] == "" || !strings.Contains(got, want[1])) {
			t.Errorf("%s: %q, want %q", message, got, want[1])
		}
	}
}

func TestRuntime(t *testing.T) {
	for message, want := range map[string]string{
		"panic: runtime error: index out of range [3] with length 2":              "o índice 3 não existe: a lista tem 2 elementos",
		"panic: runtime error: index out of range [0] with length 0":              "a lista está vazia",
		"panic: runtime error: index out of range [-1]":                           "um índice negativo não existe em Go",
		"panic: runtime error: slice bounds out of range [:5] with capacity 2":    "passa do fim da lista",
		"panic: assignment to entry in nil map":                                   "o map ainda não foi criado",
		"panic: runtime error: invalid memory address or nil pointer dereference": "um ponteiro é nil",
		"panic: runtime error: integer divide by zero":                            "divisão de um inteiro por zero",
		"fatal error: all goroutines are asleep - deadlock!":                      "todas as goroutines esperam",
		"panic: interface conversion: interface {} is int, not string":            "o valor é int, e não string",
		"runtime: goroutine stack exceeds 1000000000-byte limit":                  "chama a si mesma sem fim",
		"panic: mau": "",
	} {
		if got := Runtime(message); got != want && (want == "" || !strings.Contains(got, want)) {
			t.Errorf("%s: %q, want %q", message, got, want)
		}
	}
}
