package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// before stands in what is wanted for the number of a cell, counted back from the one
// that shows it.
var before = regexp.MustCompile(`\[@(\d+)\]`)

// What a notebook shows whose author comes from Python and from haste: what is right is
// done, what is wrong is said in the words that lead on, and no mistake costs what other
// cells have made. Each begins without variables.
func TestMistakes(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	for _, m := range []struct {
		mistake string
		cells   []step
	}{
		{"a package hidden", []step{
			{"fmt := 3", "idle"},
			{"fmt.Println(1)", "int não tem campo nem método Println (fmt.Println undefined (type int has no field or method Println)) |    1 │ fmt.Println(1) |      │     ^ | fmt é uma variável (int) desde a célula [@1] e esconde o pacote fmt; %del fmt desfaz isso"},
			{"%del fmt", "idle"},
			{"fmt.Print(1)", `stdout "1"`}}},
		{"hidden by the cell itself, by a parameter, and an import by its own name", []step{
			{"nn := 3\nnn.Sequential()", "nn é aqui uma variável (int), que esconde o pacote nn; dê a ela outro nome"},
			{"int := 3\nvar k int = 4", "int é aqui uma variável (int), que esconde o tipo int; dê a ela outro nome"},
			{"func maiorDe(max []float64) float64 { return max(1.0, 2.0) }", "max é aqui uma variável ([]float64), que esconde a função max"},
			{"func triplo(n int) int { return 3 * n }\nfor _, triplo := range []int{1} {\n\ttriplo(2)\n}", "triplo é aqui uma variável (int), que esconde a função triplo"},
			{"import mat2 \"math\"\nmat2.Pi > 3", "execute_result text/plain true"},
			{"mat2 := 3", "idle"},
			{"mat2.Pi", "mat2 é uma variável (int) desde a célula [@1] e esconde o pacote mat2; %del mat2 desfaz isso"}}},
		{"orders in front and behind", []step{
			{"x, y := 4, 2\n%who", `x      int    8 B`},
			{"x++\n%del x, y", "idle"},
			{"%who\nx := 3", `stdout "nenhuma variável\n"`},
			{"panic(1)\n%del x", "panic"},
			{"x", "execute_result text/plain 3"},
			{"%timeit x++", "%timeit não existe neste kernel; o tempo de um trecho se mede"},
			{"%%time\nx++", "%%time não existe neste kernel; o tempo"},
			{"x++\n%nada", "%nada não existe neste kernel; %help mostra"},
			{"x", "execute_result text/plain 3"},
			{"%%bash\necho a\n%b", "a"},
			{"%env MINHA 5\nx++", "uma linha com % faz a célula ser do GoNB; nela os comandos ficam depois de uma linha só com %%"},
			{"func TestX(t *testing.T) { t.Log(x) }\n%test", "em células com %test e %wasm não há variáveis do caderno, e x é uma"},
			{"%rm TestX", "idle"}}},
		{"declared again as something else", []step{
			{"type vira struct{ A int }\nfunc (v vira) dois() int { return 2 * v.A }\nv := vira{1}\nvs := map[string][]vira{\"a\": {v}}", "idle"},
			{"func vira() int { return 3 }\nvira()", "as variáveis v, vs foram esquecidas, porque vira deixou de ser um tipo"},
			{"vira() + 1", "execute_result text/plain 4"},
			{"func TestVira(t *testing.T) {\n\tif vira() != 3 {\n\t\tt.Fatal(vira())\n\t}\n}\n%test", "--- PASS: TestVira"},
			{"%rm TestVira", "idle"},
			{"vs", "a variável vs, da célula [@5], só existiu nela: vira deixou de ser um tipo na célula [@4]"},
			{"type vira struct{ B int }\nvira{5}", "execute_result text/plain {B:5}"},
			{"vira{6}.B", "execute_result text/plain 6"},
			{"vira{6}.dois()", "v.A undefined (type vira has no field or method A)"},
			{"const vira = 7\nvira", "execute_result text/plain 7"},
			{"vira := vira + 1\nvira", "execute_result text/plain 8"},
			{"import vira \"strings\"\nvira.ToUpper(\"a\")", "execute_result text/plain A"},
			{"func vira() int { return 9 }\nvira()", "execute_result text/plain 9"},
			{"const (\n\tum = iota\n\tmeio\n\tfim\n)", "idle"},
			{"func meio() string { return \"meio\" }\nfmt.Sprint(um, meio(), fim)", "execute_result text/plain 0meio2"},
			{"fmt.Sprint(um, meio(), fim)", "execute_result text/plain 0meio2"},
			{"um := func() int { return 4 }", "idle"},
			{"fmt.Sprint(um(), meio(), fim)", "execute_result text/plain 4meio2"},
			{"var posto = 1\n%%\nfmt.Print(posto)", `stdout "1"`},
			{"func posto() int { return 2 }\nposto()", "execute_result text/plain 2"}}},
		{"a type declared again, of which a method no longer compiles", []step{
			{"type troca struct{ A int }\nfunc (t troca) soma() int { return t.A + 1 }", "idle"},
			{"type troca struct{ B int }\ntroca{5}", "execute_result text/plain {B:5}"},
			{"troca{5}.soma()", "t.A undefined (type troca has no field or method A)"}}},
		{"an error about two places", []step{
			{"func mesmo(a int, a int) {}\n3", "a já está declarado neste bloco (a redeclared in this block)"},
			{"4", "execute_result text/plain 4"}}},
		{"a field that is not there hides nothing", []step{
			{"type ponto struct{ x int }\nv := ponto{1}", "idle"},
			{"v.z", "Célula [@0], linha 1: ponto não tem campo nem método z (v.z undefined (type ponto has no field or method z)) |    1 │ v.z |      │   ^"},
			{"v", "execute_result text/plain {x:1}"}}},
		{"a builtin hidden", []step{
			{"max := 2\nlen := 1", "idle"},
			{"max(1, 2)", "max é uma variável (int) desde a célula [@1] e esconde a função max; %del max desfaz isso"},
			{"max + len", "execute_result text/plain 3"}}},
		{"a type hidden", []step{
			{"error := \"e\"\nint := 4", "idle"},
			{"var e error", "error é uma variável (string) desde a célula [@1] e esconde o tipo error; %del error desfaz isso"},
			{"func soma1(n int) int { return n + 1 }\nsoma1(int)", "execute_result text/plain 5"}}},
		{"nil and true hidden", []step{
			{"nil := 3\ntrue := 0", "idle"},
			{"var p *float64 = nil", "nil é int, e aqui cabe *float64 (cannot use nil"},
			{"p := (*float64)(nil)", "nil é uma variável (int) desde a célula [@2] e esconde o valor nil; %del nil desfaz isso"},
			{"if true {\n}", "a condição de um if é verdadeira ou falsa"}}},
		{"a function hidden", []step{
			{"func area(r float64) float64 { return 3 * r * r }\narea(1)", "execute_result text/plain 3"},
			{"area := func() int { return 7 }\narea()", "execute_result text/plain 7"},
			{"area(2)", "area é uma variável (func() int) desde a célula [@1] e esconde a função area; %del area desfaz isso"},
			{"%del area", "idle"},
			{"area(2)", "execute_result text/plain 12"}}},
		{"a hidden function lives in a variable", []step{
			{"func junta(a, b string) string { return a + b }\nop := junta", "idle"},
			{"junta := 4", "idle"},
			{"op(\"a\", fmt.Sprint(junta))", "execute_result text/plain a4"}}},
		{"a type of the notebook hidden", []step{
			{"type par struct{ a int }\nfunc (p par) dobro() int { return 2 * p.a }\nfunc novo() par { return par{} }\nv := par{3}", "idle"},
			{"par := 1", "idle"},
			{"v.dobro() + par", "execute_result text/plain 7"},
			{"novo()", "linha 3: par (package-level variable) is not a type |    3 │ func novo() par { return par{} } |      │                          ^ | par é uma variável (int) desde a célula [@2] e esconde o tipo par; %del par desfaz isso"}}},
		{"init, main and words with accents as names", []step{
			{"init := 1\nmain := 2\nmédia := 3", "idle"},
			{"init + main + média", "execute_result text/plain 6"},
			{"média = média / nada", "undefined: nada"},
			{"função = 3", "função ainda não existe; em Go := cria uma variável"}}},
		{"names in inner scopes", []step{
			{"x := 1\nfor i := 0; i < 3; i++ {\n\tx := x + i\n}\nx", "aviso: linha 3: a variável x não é usada\\n\" execute_result"},
			{"x", "execute_result text/plain 1 "},
			{"if x := 5; x > 2 {\n\tfmt.Print(x)\n}\nfunc g(x int) int { return x * 10 }\nx + g(2)", "execute_result text/plain 21 | stdout \"5\""},
			{"err := errors.New(\"velho\")\nif true {\n\t_, err := strconv.Atoi(\"1\")\n\tfmt.Print(err)\n}\nerr", "execute_result text/plain velho"}}},
		{"an initialiser that panics", []step{
			{"n := 10\ndiv := 0\nr := n / div\nq := 1", "divisão de um inteiro por zero | Célula [@0], linha 3"},
			{"n", "execute_result text/plain 10"},
			{"r", "undefined: r"},
			{"var b = []int{1}[n]", "o índice 10 não existe"},
			{"b", "undefined: b"}}},
		{"a function that knew a variable of another type", []step{
			{"total := 0\nfunc some(k int) int { total += k; return total }\nsome(2)", "execute_result text/plain 2"},
			{"total := \"texto\"", "idle"},
			{"some(3)", "linha 2: total é string, e aqui cabe int"},
			{"some(3)", "a função some usa total, que é uma variável (string) desde a célula [@2]"},
			{"total", "execute_result text/plain texto"},
			{"total := 5\nsome(3)", "execute_result text/plain 8"}}},
		{"a method that no longer compiles", []step{
			{"saldo := 0\ntype conta struct{ n int }\nfunc (c conta) soma() { saldo += c.n }\nfunc (c conta) nome() string { return strings.ToUpper(fmt.Sprint(saldo + 1)) }\nc := conta{4}\nc.soma()", "idle"},
			{"saldo := \"agora texto\"", "idle"},
			{"c.n", "execute_result text/plain 4"},
			{"c.soma()", "o método soma usa saldo, que é uma variável (string) desde a célula [@2]"},
			{"var s interface{ nome() string } = c\nfmt.Print(s != nil, strings.ToLower(\"A\"))", "truea"}}},
		{"a function in a variable that no longer compiles", []step{
			{"e := 1\nn := 2\nconta := func() int { return e + 1 }\njunto := []any{&n, conta}\nfunc nota() int { return e }\nmarca := nota", "idle"},
			{"e := \"x\"", "idle"},
			{"*junto[0].(*int)++\nn", "execute_result text/plain 3"},
			{"conta()", "esta função não compila mais: invalid operation: e + 1 (mismatched types string and untyped int); esta função usa e, que é uma variável (string) desde a célula [@2]"},
			{"marca()", "a função nota não compila mais: cannot use e (variable of type string) as int value in return statement; a função nota usa e, que é uma variável (string) desde a célula [@3]"},
			{"e := 5\nconta() + marca()", "execute_result text/plain 11"},
			{"e := func() int { return e }\ne()", "execute_result text/plain 5"},
			{"e()", "a variável e (func() int), da célula [@1], não passa de uma célula para outra"}}},
		{"declared again", []step{
			{"x := 1\nx := \"a\"\nx", "execute_result text/plain a"},
			{"var x float64\nx", "execute_result text/plain 0"},
			{"x, y := 2, 3\nx, y := y, x\nfmt.Print(x, y)", `stdout "3 2"`},
			{"var z = z", "undefined: z"}}},
		{"declared again beside a pointer to it", []step{
			{"e := 1\nh := &e", "idle"},
			{"e := 2", "idle"},
			{"fmt.Print(*h)", `stdout "2"`},
			{"e := 3\ne := \"x\"", "idle"},
			{"fmt.Print(*h, e)", `stdout "3x"`}}},
		{"a type declared again, alike and otherwise", []step{
			{"type item struct{ a, b int }\nv := item{1, 2}\nw := []item{{3, 4}}\nk := 5", "idle"},
			{"type item struct {\n\ta, b int\n}\nv", "execute_result text/plain {a:1 b:2}"},
			{"type item struct{ a, b string }", "as variáveis v, w foram esquecidas, porque o tipo item mudou"},
			{"w", "a variável w, da célula [@3], só existiu nela: o tipo item mudou na célula [@1]"},
			{"k", "execute_result text/plain 5"}}},
		{"a variable that has been deleted", []step{
			{"x := 1", "idle"},
			{"%del x", "idle"},
			{"x", "undefined: x"},
			{"%del x", "não há uma variável x"},
			{"%del", "escreva %del NOME"}}},
		{":= with nothing new", []step{
			{"a := 1\na := 2\na", "execute_result text/plain 2"},
			{"func h() int { b := 1; b := 2; return b }", "o nome já existe; para mudar o seu valor escreva =, sem dois-pontos"},
			{"a", "execute_result text/plain 2"}}},
		{"variables that nothing uses", []step{
			{"só := 1", "idle"},
			{"func u() { b := 2 }\nu()", "aviso: linha 1: a variável b não é usada"},
			{"{\n\tc := 3\n}", "aviso: linha 2: a variável c não é usada"}}},
		{"assigned before it is there", []step{
			{"y = 3", "y ainda não existe; em Go := cria uma variável, e = muda uma que já existe"},
			{"z += 1", "z ainda não existe"},
			{"m[\"a\"] = 1", "undefined: m"}}},
		{"an old err", []step{
			{"n, err := strconv.Atoi(\"x\")", "idle"},
			{"m, err := strconv.Atoi(\"4\")\nfmt.Print(n, m, err)", `stdout "0 4 <nil>"`},
			{"x, err := 1.5, \"texto\"\nerr", "execute_result text/plain texto"}}},
		{"errors that nobody takes", []step{
			{"k := 1\nfor range 2 {\n\tk++\n\tos.Remove(\"/não/há\")\n}", "linha 4: ninguém ficou com este erro"},
			{"k", "execute_result text/plain 2"},
			{"func apaga() { os.Remove(\"/não/há\") }", "idle"},
			{"k = 7\napaga()\nk = 8", "ninguém ficou com este erro |    1 │ func apaga() { os.Remove(\"/não/há\") }"},
			{"k", "execute_result text/plain 7"},
			{"limpa := func() { os.Remove(\"/não/há\") }\nduas := func(f func()) { f() }", "idle"},
			{"k = 6\nlimpa()\nk = 8", "linha 2: ninguém ficou com este erro |    2 │ limpa()"},
			{"k", "execute_result text/plain 6"},
			{"k = 7\nduas(limpa)\nk = 8", "linha 2: ninguém ficou com este erro |    2 │ duas(limpa)"},
			{"%%\nlimpa = func() { os.Remove(\"/não/há\"); fmt.Print(\"seguiu\") }", "idle"},
			{"limpa()", `stdout "seguiu" idle`},
			{"k = 9\nfeito := make(chan bool)\ngo func() { os.Remove(\"/não/há\"); feito <- true }()\n<-feito", "remove /não/há: no such file or directory | ninguém ficou com este erro | Célula [@0], linha 3"},
			{"k", "execute_result text/plain 7"},
			{"a, err := os.Open(\"/etc/hosts\")\ndefer a.Close()\nerr == nil", "execute_result text/plain true"},
			{"a.Name()", "a variável a (*os.File), da célula [@1], não passa de uma célula para outra"}}},
		{"closures over a loop's variable", []step{
			{"fs := []func() int{}\nfor i := range 3 {\n\tfs = append(fs, func() int { return i })\n}\nfs[1]()", "execute_result text/plain 1"},
			{"len(fs)", "a variável fs ([]func() int), da célula [@1], não passa de uma célula para outra: fs[0] (func() int): uma função que usa variáveis locais só existe na célula em que foi feita; use-a na célula [@1], ou crie-a de novo nesta"}}},
		{"a channel", []step{
			{"c := make(chan int)", "idle"},
			{"close(c)", "c (chan int): um canal só existe no processo da célula"},
			{"c := 3\nc", "execute_result text/plain 3"}}},
		{"a lock that is not given back", []step{
			{"var mu sync.Mutex\nmu.Lock()", "idle"},
			{"mu.Lock()\nmu.Unlock()\n\"aberta\"", "execute_result text/plain aberta"}}},
		{"a map that was never made", []step{
			{"var m map[string]int", "idle"},
			{"m[\"a\"] = 1", "o map ainda não foi criado; crie-o com map[string]int{} ou make"},
			{"m == nil", "execute_result text/plain true"},
			{"m = map[string]int{}\nm[\"a\"] = 1\nm", "execute_result text/plain map[a:1]"}}},
		{"a cell that does not compile", []step{
			{"k := 6", "idle"},
			{"k = 7\nfunc nova() int { return 1 }\nnada()", "undefined: nada"},
			{"k", "execute_result text/plain 6"},
			{"nova()", "undefined: nova"}}},
		{"os.Exit", []step{
			{"k := 6", "idle"},
			{"k = 8\nfmt.Print(k)\nos.Exit(3)", "o programa terminou com o código 3"},
			{"k", "execute_result text/plain 6"}}},
		{"a goroutine that goes on", []step{
			{"livre := 1\nm := map[int]int{}\nl := []int{0}\ngo func() {\n\tfor i := 0; ; i++ {\n\t\tm[i%10] = i\n\t\tl = append(l[:0], i)\n\t}\n}()\nlivre = 2", "idle"},
			{"livre", "execute_result text/plain 2"},
			{"%del m l", ""},
			{"livre = 3\nlivre", "execute_result text/plain 3"}}},
		{"a generic type with values", []step{
			{"type pilha[T any] struct{ xs []T }\nfunc (p *pilha[T]) push(x T) { p.xs = append(p.xs, x) }\np := pilha[string]{}\np.push(\"a\")\npõe := p.push", "idle"},
			{"põe(\"b\")\np", "execute_result text/plain {xs:[a b]}"},
			{"func (p *pilha[T]) pop() T { x := p.xs[len(p.xs)-1]; p.xs = p.xs[:len(p.xs)-1]; return x }", "idle"},
			{"p.pop()", "execute_result text/plain b"}}},
		{"a generic function as a value", []step{
			{"func mapa[T, U any](xs []T, f func(T) U) (ys []U) {\n\tfor _, x := range xs {\n\t\tys = append(ys, f(x))\n\t}\n\treturn\n}\ndobra := mapa[int, string]\nmaior := []any{slices.Max[[]float64]}\nvar acha func([]int, int) int = slices.Index", "idle"},
			{"fmt.Print(dobra([]int{1}, func(n int) string { return fmt.Sprint(n, \"!\") }), maior[0].(func([]float64) float64)([]float64{2, 9}), acha([]int{4, 7}, 7))", `stdout "[1!] 9 1"`},
			{"func mapa(n int) int { return n }", "idle"},
			{"dobra(nil, nil)", "a variável dobra não pode ser recuperada: a função mapa[int, string] não existe nesta célula; ela continua guardada, para células em que existe"}}},
		{"an interface that holds a cell's type, methods added later", []step{
			{"type forma interface{ area() float64 }\ntype quad struct{ l float64 }\nfunc (q quad) area() float64 { return q.l * q.l }\nvar fo forma = quad{2}\nfos := []forma{quad{1}, quad{3}}", "idle"},
			{"fo.area() + fos[1].area()", "execute_result text/plain 13"},
			{"func (q quad) nome() string { return \"quadrado\" }", "idle"},
			{"fo.(quad).nome()", "execute_result text/plain quadrado"}}},
		{"methods as values", []step{
			{"type base struct{ n int }\nfunc (b *base) inc() int { b.n++; return b.n }\ntype dois struct {\n\tbase\n\tk int\n}\nd := &dois{}\ninc := d.inc\ngrande := big.NewInt(3)\ntexto := grande.String\ninc()", "execute_result text/plain 1"},
			{"inc() + d.n", "execute_result text/plain 4"},
			{"grande.SetInt64(6)\ntexto()", "execute_result text/plain 6"}}},
		{"recursion", []step{
			{"func fib(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn fib(n-1) + fib(n-2)\n}\nfib(10)", "execute_result text/plain 55"},
			{"var fat func(n int) int\nfat = func(n int) int {\n\tif n == 0 {\n\t\treturn 1\n\t}\n\treturn n * fat(n-1)\n}", "idle"},
			{"fat(5)", "execute_result text/plain 120"}}},
		{"constants", []step{
			{"const kc = 3\nconst (\n\tA = iota\n\tB\n)", "idle"},
			{"kc + B", "execute_result text/plain 4"},
			{"kc := 7", "idle"},
			{"kc", "execute_result text/plain 7"},
			{"const kc = 9\nkc", "execute_result text/plain 9"},
			{"kc = 2", "cannot assign to kc"}}},
		{"labels, and ways out that are none", []step{
			{"laço:\nfor i := range 3 {\n\tfor {\n\t\tif i == 1 {\n\t\t\tbreak laço\n\t\t}\n\t\tcontinue laço\n\t}\n}\n\"fim\"", "execute_result text/plain fim"},
			{"x := 3\nreturn", "idle"},
			{"x", "execute_result text/plain 3"},
			{"break", "break is not in a loop, switch, or select"}}},
		{"a parameter is a copy, its elements are not", []step{
			{"xs := []int{3, 1}\nfunc estraga(xs []int) {\n\txs[0] = 100\n\txs = nil\n}\nestraga(xs)\nxs", "execute_result text/plain [100 1]"}}},
		{"variables of GoNB, and init, which come before main", []step{
			{"k := 3", "idle"},
			{"var gonb = k * 10\nfunc init() { fmt.Print(\"init vê \", k, \"; \") }\n%%\nfmt.Print(gonb, \" \", k)\nk++", `stdout "init vê 3; 30 3"`},
			{"fmt.Print(gonb, \" \", k)", `stdout "init vê 4; 40 4"`},
			{"func init() { fmt.Print(\"outro init \", k, \"; \"); k = 100 }", `stdout "outro init 4; "`},
			{"k", "execute_result text/plain 100 "},
			{"%rm init", "removed func init"},
			{"var s = func() int { k = 50; return k }()\nfunc main() { fmt.Print(s, k) }", `stdout "50 50"`}}},
		{"import at the wrong place", []step{
			{"x := 1\nimport \"strings\"\nstrings.ToUpper(\"a\")", "execute_result text/plain A"},
			{"func dentro() {\n\timport \"os\"\n}", "o Go esperava um comando e achou 'import'"},
			{"import \"strings", "faltam as aspas que fecham o texto"},
			{"import numpy", "erro de compilação"}}},
		{"a package that only a type names", []step{
			{"var w io.Writer = &strings.Builder{}\nvar u struct {\n\tt time.Time\n}\nvar at atomic.Pointer[int]\nvar ord func(sort.Interface) = nil", "idle"},
			{"fmt.Fprint(w, \"x\")\nfmt.Sprint(w, u.t.IsZero(), ord == nil, at.Load() == nil)", "execute_result text/plain x true true true"}}},
		{"what is said to the compiler", []step{
			{"x := 1\n//go:noinline\nfunc lento(n int) int { return n + 1 }", "idle"},
			{"import _ \"unsafe\"\n\n//go:linkname agora runtime.nanotime\nfunc agora() int64\n\nagora() > 0", "execute_result text/plain true"},
			{"x", "execute_result text/plain 1"},
			{"agora() > int64(x)", "execute_result text/plain true"},
			{"lento(x)", "execute_result text/plain 2"},
			{"x += 2\nx", "execute_result text/plain 3"},
			{"//go:embed a.txt\nvar texto string", "go:embed não vale em uma célula"},
			{"x", "execute_result text/plain 3"}}},
		{"what is said to the Go tool", []step{
			{"x := 1\nfunc dobro(n int) int { return 2 * n }", "idle"},
			{"%goflags -tags=minha", "minha"},
			{"x = dobro(x)\nx", "execute_result text/plain 2"},
			{"nada(x)", "Célula [@0], linha 1: undefined: nada"},
			{"%goflags \"\"", "idle"},
			{"%env CGO_ENABLED 1", "CGO_ENABLED"},
			{"x = dobro(x)\nx", "execute_result text/plain 4"},
			{"%env CGO_ENABLED 0", "CGO_ENABLED"},
			{"x", "execute_result text/plain 4"}}},
		{"cells out of their order, and twice", []step{
			{"lr * 2", "undefined: lr"},
			{"lr := 0.5\npassos := 0", "idle"},
			{"passos++\nlr * 2", "execute_result text/plain 1"},
			{"passos++\nlr * 2", "execute_result text/plain 1"},
			{"passos", "execute_result text/plain 2"},
			{"lr := 0.5\npassos := 0\npassos", "execute_result text/plain 0"},
			{"um := func() int { return 1 }", "idle"},
			{"um := func() int { return 1 }", "idle"},
			{"um()", "execute_result text/plain 1"}}},
	} {
		t.Log(m.mistake)
		f.run("%reset vars")
		for _, c := range m.cells {
			id, reply := f.run(c.code)
			count, _ := reply["execution_count"].(float64)
			want := before.ReplaceAllStringFunc(c.want, func(s string) string {
				back, _ := strconv.Atoi(before.FindStringSubmatch(s)[1])
				return fmt.Sprintf("[%d]", int(count)-back)
			})
			if got := showed(f, id, reply); !strings.Contains(got, want) {
				t.Errorf("%s: %q shows\n%s\nwant\n%s", m.mistake, c.code, got, want)
			}
		}
	}
}
