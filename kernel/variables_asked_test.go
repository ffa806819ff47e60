package main

import (
	"regexp"
	"slices"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// What is asked about variables of earlier cells: how their names go on, what they are,
// and the orders that list and forget them.
func TestVariablesAreKnown(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.warm()
	play(t, f, []step{
		{"model := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Softmax))", "idle"},
		{"import r \"math/rand/v2\"\ngerador := r.New(r.NewPCG(1, 2))", "idle"},
		{"ponto := struct{ X, Y float64 }{1.5, 2}\ntexto := \"olá\"\nbytes := make([]byte, 1300)", "idle"},
		{"c := make(chan int)\nfunc dobro(n int) int { return 2 * n }", "idle"},
	})
	for code, want := range map[string]string{"model.Su|": "Summary", "gerador.Int|": "IntN", "ponto.|": "X", "tex|": "texto", "dob|": "dobro", "if true {\n\tmodel.Fi|": "Fit"} {
		var m []any
		if !kerneltest.Eventually(func() bool { // gopls has to look at the packages of a new program
			m, _ = f.complete(code)
			return slices.Contains(m, any(want))
		}) {
			t.Errorf("%q completes to %v, want %q among them", code, m, want)
		}
	}
	for code, want := range map[string]string{
		"texto|":     "var texto string = \"olá\"\n```\n\nda célula [3], ",
		"tex|to + 1": "var texto string = \"olá\"",
		"bytes|[0]":  "da célula [3], 1,3 kB",
		"model|":     "var model *nn.Model = ",
		"ponto|":     "var ponto struct{X float64; Y float64} = {X:1.5 Y:2}",
		"c|":         "var c chan int\n```\n\nda célula [4]; não passa dela: c (chan int): um canal só existe no processo da célula",
		"x.texto|":   "",
	} {
		got := f.inspect(code)
		if want == "" && got != "" {
			t.Errorf("%q is %s", code, got)
		}
		kerneltest.Expect(t, got, want)
	}
	_, reply := f.run("texto?")
	kerneltest.Expect(t, reply["payload"].([]any)[0].(map[string]any)["data"].(map[string]any)["text/plain"].(string), "var texto string = \"olá\"")

	id, _ := f.run("%who")
	table := showed(f, id, nil)
	for _, line := range []string{`nome +tipo +tamanho +célula +valor\\n`, `bytes +\[\]byte +1,3 kB +\[3\] +1300\\n`, `c +chan int +– +\[4\] +não passa da célula: `,
		`gerador +\*rand.Rand +\S+ B +\[2\] +&\{`, `texto +string +\S+ B +\[3\] +\\"olá\\"\\n`} {
		if !regexp.MustCompile(line).MatchString(table) {
			t.Errorf("%%who has no line %s:\n%s", line, table)
		}
	}
	play(t, f, []step{
		{"%del texto", "idle"},
		{"texto", "undefined: texto"},
		{"%rm ponto", ". removed var ponto"},
		{"%rm bytes dobro", ". removed var bytes"},
		{"dobro(2)", "undefined: dobro"},
		{"%ls", "gerador"},
		{"func triplo(n int) int { return 3 * n }\nk := 1", "idle"},
		{"%reset vars", "idle"},
		{"%who", "nenhuma variável"},
		{"triplo(2)", "execute_result text/plain 6"},
		{"k := 2", "idle"},
		{"%reset", "idle"},
		{"k", "undefined: k"},
		{"triplo(2)", "undefined: triplo"},
	})
	if m, _ := f.complete("tex|"); slices.Contains(m, any("texto")) {
		t.Errorf("what has been deleted is completed: %v", m)
	}
}

// What a variable has follows what it is: of a struct, of one that was refused, of one whose
// type has changed, and nothing of one that is gone.
func TestCompletionFollowsVariables(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.warm()
	completes := func(code, want string) {
		t.Helper()
		var m []any
		if !kerneltest.Eventually(func() bool {
			m, _ = f.complete(code)
			return slices.Contains(m, any(want))
		}) {
			t.Errorf("%q completes to %v, want %q among them", code, m, want)
		}
	}
	play(t, f, []step{
		{"type P struct {\n\tX, Y int\n}\n\nfunc (p P) Norm() float64 { return 1 }\n\np := P{1, 2}\nps := []P{p}\nm := map[string]*P{\"a\": &p}", "idle"},
		{"file, err := os.Open(os.DevNull)\nmodel := nn.Sequential(nn.Input(2), nn.Dense(2)).Compile(nn.MSE, nn.SGD(0.1))", "idle"},
	})
	for code, want := range map[string]string{"p.|": "Y", "p.No|": "Norm", "ps[0].|": "X", "m[\"a\"].|": "Norm", "file.|": "Name", "err.|": "Error", "model.|": "Fit"} {
		completes(code, want)
	}
	play(t, f, []step{{"file.Name()", "a variável file (*os.File), da célula [2], não passa de uma célula para outra"}})
	completes("file.|", "Name")
	kerneltest.Expect(t, f.inspect("file|"), "var file *os.File", "não passa dela")
	play(t, f, []step{{"type P struct{ Z float64 }", "m, p, ps foram esquecidas"}, {"p := P{2}", "idle"}})
	completes("p.|", "Z")
	for _, code := range []string{"p.|", "ps[0].|", "m[\"a\"].|"} {
		if m, _ := f.complete(code); slices.Contains(m, any("X")) {
			t.Errorf("%q completes to %v, which is of the type before", code, m)
		}
	}
	play(t, f, []step{{"%reset", "idle"}})
	for _, code := range []string{"model.|", "p.|"} {
		if m, _ := f.complete(code); len(m) > 0 {
			t.Errorf("%q completes to %v, and there is no such variable", code, m)
		}
	}
	if got := f.inspect("model|"); got != "" {
		t.Errorf("model is %s", got)
	}
}
