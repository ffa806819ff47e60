package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestCells runs cells one after the other in one kernel, as a student writes
// them, and looks at what they show.
func TestCells(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	for _, c := range []struct{ code, want string }{
		{"fmt.Println(\"sem %%\")", `stdout "sem %%\n"`},
		{"x := 20\nfunc double(n int) int {\n\treturn 2 * n\n}\nvar kept = 1\nfmt.Print(double(x) + kept)", `stdout "41"`},
		{"fmt.Print(double(kept))", `stdout "2"`},
		{"%%\nfmt.Print(double(kept + 1))", `stdout "4"`},
		{"import \"strings\"\nfmt.Print(strings.ToUpper(\"a\"))", `stdout "A"`},
		{"for i := 0; i < 3; i++ {\n\tfmt.Print(i)\n}", `stdout "012"`},
		// What does not compile leaves nothing behind, what fails as it runs does.
		{"var kept = 7\nnosuch()", "error erro de compilação: undefined: nosuch | Célula [7], linha 2: undefined: nosuch |    2 │ nosuch() |      │ ^"},
		{"fmt.Print(kept)", `stdout "1"`},
		{"var kept = 8\npanic(\"mau\")", "error panic: mau | panic: mau | Célula [9], linha 2 |    2 │ panic(\"mau\")"},
		{"fmt.Print(kept)", `stdout "8"`},
		{"func bad(p []int) int {\n\treturn p[3]\n}", ""},
		{"\n\nbad(nil)", "index out of range [3] with length 0 | o índice 3 não existe: a lista está vazia | Célula [11], linha 2 |    2 │ \treturn p[3] | Célula [12], linha 3 |    3 │ bad(nil)"},
		{"y := (", "error erro de compilação: falta ), que fecha ( da linha 1 (expected operand, found '}')"},
		// The last expression is the cell's result.
		{"1 + 2", "execute_result text/plain 3"},
		{"1 + 2;", "is not used |    1 │ 1 + 2;"},
		{"s := \"<b>\"\n\ns + \"é\"", "execute_result text/plain <b>é"},
		{"double(\n\tnosuch)", "Célula [17], linha 2: undefined: nosuch |    2 │ \tnosuch) |      │ \t^"},
		{"double(nosuch)", "|    1 │ double(nosuch) |      │        ^"},
		{"strconv.Atoi(\"7\")", "execute_result text/plain 7"},
		{"fmt.Println(1)", `stdout "1\n" idle`},
		{"image.NewGray(image.Rect(0, 0, 3, 2))", "execute_result image/png,text/plain imagem de 3 × 2"},
		{"import \"github.com/nnlab-go/lab/nnlab/nn\"\nm := nn.Sequential(nn.Input(4), nn.Dense(3)).Compile(nn.MSE, nn.SGD(0.1))\nm", "Dense"},
		{"m := nn.Sequential(nn.Input(4), nn.Dense(2, nn.KernelInitializer(nn.Zeros))).Compile(nn.MSE, nn.SGD(0.1))\nm.Params()[1].Value", "[2]"},
		{"%%\ndouble(4)", "idle"},
		{"func noValue() {}\nnoValue()", "idle"},
		// Variables that nothing uses do not stop a cell.
		{"a := 1\nfor i, v := range []int{4} {\n\tfmt.Print(i)\n}\nif b := 2; true {\n}", `stdout "0" stderr "aviso: linha 2: a variável v não é usada\naviso: linha 5: a variável b não é usada\n" idle`},
		{"x", "execute_result text/plain 20"},
		{"x + 1, \"é\",\n\t[]int{x} // o que um caderno de Python mostra", "execute_result text/plain 21 é [20]"},
		{"x, nenhuma", "undefined: nenhuma"},
		{"import \"github.com/nnlab-go/lab/nnlab/notebook\"\nfmt.Println(1)\nnotebook.Clear(false)\nfmt.Println(2)", "clear_output"},
		// What other languages have is answered with what Go has, once.
		{"for i in range(3):\n    print(i)", "erro de compilação: em Go um laço sobre números se escreve for i := range n { … }, ou for i := 0; i < n; i++ { … } (expected"},
		{"x = [1, 2, 3]\n", "1: em Go uma lista diz o seu tipo e fica entre chaves: []int{1, 2, 3}, ou []float64{0.5, 1} (unexpected comma; expecting ])"},
		{"novo = 5", "novo ainda não existe; em Go := cria uma variável, e = muda uma que já existe (undefined: novo)"},
		{"x := True", "em Go se escreve true (undefined: True)"},
		// What is for the kernel itself.
		{"%state", `stdout "nada está guardado\n" idle`},
		{"%state drop none\nfmt.Print(1)", "error erro: não há um modelo guardado com o nome \"none\""},
		{"%panic", `main.bad`},
		{"%panic\nfmt.Print(\"and on\")", "and on"},
		{"import (\n\t\"fmt\"\n\t\"sort\"\n)\nfmt.Print(1)", `stdout "1" stderr "aviso: linha 3: o pacote sort é importado e esta célula não o usa\n" idle`},
		{"import \"sort\"\n%%\nfmt.Print(1)", `stdout "1" stderr "aviso: linha 1: o pacote sort é importado e esta célula não o usa\n" idle`},
		{"import \"sort\"\nvar words = []string{}", "idle"},
		// Imports that are not used later, or that are not there.
		{"import . \"strings\"\nfmt.Print(ToUpper(\"a\"))", `stdout "A" idle`},
		{"fmt.Print(1)", `stdout "1" idle`},
		{"import . \"math\"\nfmt.Print(1)", `stdout "1" stderr "aviso: linha 1: o pacote math é importado com ponto e esta célula não usa nada dele\n" idle`},
		{"fmt.Print(ToUpper(\"b\"), Floor(2.5))", `stdout "B2" idle`},
		{"func Max(a int) int { return a }\nfmt.Print(Max(3))", `stdout "3" idle`},
		{"import \"os\"\nimport \"fnt\"", "não há um pacote \"fnt\"; o mais parecido é \"fmt\" (package fnt is not in std"},
		{"import x \"github.com/nnlab-go/lab/nnlab/n\"\n%%\nfmt.Print(1)", "Célula [48], linha 1: não há um pacote \"github.com/nnlab-go/lab/nnlab/n\"; o mais parecido é \"github.com/nnlab-go/lab/nnlab/nn\""},
		{"import \"github.com/nosuch/thing\"", "| A turma tem a biblioteca padrão do Go e os pacotes de github.com/nnlab-go/lab e gonum.org/v1/gonum; outro se acrescenta com !*go get CAMINHO"},
		{"fmt.Print(1)", `stdout "1" idle`},
		{"func main() {\n\tfmt.Print(1)\n}\nfmt.Print(2)", "a célula tem func main e também comandos fora de funções"},
		{"func main() {\n\tfmt.Print(3)\n}", `stdout "3" idle`},
		{"switch a := 1; {\n}\nswitch b := any(words).(type) {\ncase int:\n}\nfmt.Print(1)", `stdout "1" stderr "aviso: linha 1: a variável a não é usada\naviso: linha 3: a variável b não é usada\n" idle`},
	} {
		id, reply := f.run(c.code)
		got := strings.Join(f.about(id)[2:], " ")
		if r := f.find(id, "execute_result"); r != nil {
			data := r["data"].(map[string]any)
			got = fmt.Sprintf("execute_result %s %v", strings.Join(slices.Sorted(maps.Keys(data)), ","), data["text/plain"])
			if r["execution_count"] != reply["execution_count"] {
				t.Errorf("%q: the result's count is %v", c.code, r["execution_count"])
			}
		}
		if reply["status"] == "error" {
			lines := []string{}
			for _, l := range reply["traceback"].([]any) {
				lines = append(lines, l.(string))
			}
			got = fmt.Sprintf("%s: %s | %s", got[:len(got)-len(" idle")], reply["evalue"], strings.Join(lines, " | "))
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%q shows\n%s\nwant\n%s", c.code, got, c.want)
		}
	}
}
