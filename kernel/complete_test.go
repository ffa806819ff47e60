package main

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
)

// complete asks how a cell goes on where the bar is, and returns the matches and
// what of the cell they replace.
func (f *front) complete(code string) (matches []any, replaced string) {
	f.t.Helper()
	code, at := atBar(code)
	_, c := f.reply(f.ask("shell", "complete_request", map[string]any{"code": code, "cursor_pos": at}))
	from, to := int(c["cursor_start"].(float64)), int(c["cursor_end"].(float64))
	return c["matches"].([]any), string([]rune(code)[from:to])
}

// inspect asks what the name at the bar is.
func (f *front) inspect(code string) string {
	f.t.Helper()
	code, at := atBar(code)
	_, c := f.reply(f.ask("shell", "inspect_request", map[string]any{"code": code, "cursor_pos": at, "detail_level": 0}))
	text, _ := c["data"].(map[string]any)["text/markdown"].(string)
	return text
}

func atBar(code string) (string, int) {
	before, after, _ := strings.Cut(code, "|")
	return before + after, len([]rune(before))
}

// warm waits until gopls answers: it alone knows which fields a literal may name.
func (f *front) warm() {
	f.t.Helper()
	if !kerneltest.Eventually(func() bool {
		m, _ := f.complete("e := time.ParseError{LayoutE|}")
		return slices.Contains(m, "LayoutElem")
	}) {
		f.t.Fatal("gopls does not get warm")
	}
}

// What is known without gopls is answered while it starts; then it knows types
// and what other cells have declared, in cells that are not finished, while one
// runs.
func TestCompletion(t *testing.T) {
	f := newFront(t)
	if m, replaced := f.complete("nn.Den|"); !slices.Contains(m, "Dense") || replaced != "Den" {
		t.Errorf("cold: %v replace %q", m, replaced)
	}
	kerneltest.Expect(t, f.inspect("nn.Dense|"), "Dense", "units")
	f.warm()
	f.run("import r \"math/rand\"\ntype ação struct{ Passos int }\nvar feita = ação{r.Int()}")
	f.run("var feita = 1 +") // does not compile
	running := f.ask("shell", "execute_request", cell("var outra = ação{}\ntime.Sleep(time.Hour)"))
	f.published(running, "execute_input")
	f.warm() // it may have ended meanwhile
	for code, want := range map[string]string{
		"for i := range 3 {\n\tnn.Den|": "Dense",
		"ç := 1; feita.Pa|":             "Passos",
		"outra.Pas|\nfmt.Println(1":     "Passos",
		"func f() {\n\tr.Intn|":         "Intn",
		"%%\nfei|":                      "feita",
		"m := nn.Sequential(\n\tnn.Input(2),\n\tnn.Dense(3, nn.Soft|":            "Softmax",
		"var image = nn.Sequential()\nimage.Comp|":                               "Compile",
		"import \"encoding/csv\"\ncsv.NewRea|":                                   "NewReader",
		"var m = nn.Sequential().Compile(nn.MeanSquaredError, nn.SGD(1))\nm.Fi|": "Fit",
	} {
		var m []any
		var replaced string
		if !kerneltest.Eventually(func() bool { // gopls looks for packages that it has not seen imported
			m, replaced = f.complete(code)
			return slices.Contains(m, any(want))
		}) || !strings.HasPrefix(strings.ToLower(want), strings.ToLower(replaced)) {
			t.Errorf("%q: %v replace %q, want %s", code, m, replaced, want)
		}
	}
	for _, code := range []string{"\"nn.|", "// nn.|", "!ls nn.|"} {
		if m, _ := f.complete(code); len(m) > 0 {
			t.Errorf("%q: %v", code, m)
		}
	}
	for code, want := range map[string][]string{
		"if true {\n\tnn.Dense(|":         {"func Dense(units int, options ...nn.DenseOption) nn.Layer", "f(x·W + b)"},
		"feita.Pas|sos":                   {"Passos int"},
		"var m = nn.Sequential()\nm.Fit|": {"func Fit(", "epoch by epoch"},
		"|nn.Dense":                       {"package nn"},
	} {
		var text string
		kerneltest.Eventually(func() bool { // where gopls is late, what is known without it is answered
			text = f.inspect(code)
			return strings.Contains(text, want[0])
		})
		kerneltest.Expect(t, text, want...)
	}
	f.ask("control", "interrupt_request", map[string]any{})
	f.done(running)
}

// The methods of a variable are there at once: the kernel knows its type, where gopls has
// just been started, or has yet to look at what the cells declare.
func TestCompletionOfVariablesAtOnce(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	if _, reply := f.run("model := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Softmax))\ntype passo struct{ Taxa float64 }\np := passo{0.1}"); reply["status"] != "ok" {
		t.Fatal(reply)
	}
	for code, want := range map[string]string{"model.Fi|": "Fit", "p.|": "Taxa", "if true {\n\tmodel.History().|": "Epochs"} {
		if m, _ := f.complete(code); !slices.Contains(m, any(want)) {
			t.Errorf("%q completes to %v, want %q among them", code, m, want)
		}
	}
}

// The server of completions is one for all kernels; when they are killed it ends,
// and one that is killed is replaced.
func TestCompletionServer(t *testing.T) {
	p := newPlace(t)
	one, two := newFrontIn(t, p), newFrontIn(t, p)
	one.warm()
	two.warm()
	gopls := func() (pids []int) {
		for _, line := range p.processes() {
			var pid int
			if strings.HasSuffix(line, "/gopls \"") && !strings.Contains(line, " completions ") {
				fmt.Sscan(line, &pid)
				pids = append(pids, pid)
			}
		}
		return pids
	}
	if n := gopls(); len(n) != 1 {
		t.Fatalf("%d processes of gopls:\n%s", len(n), strings.Join(p.processes(), "\n"))
	}
	kill(t, gopls()[0], syscall.SIGKILL)
	one.warm()
	kill(t, pidOfServer(p), syscall.SIGKILL)
	two.warm()
	if n := gopls(); len(n) != 1 {
		t.Errorf("%d processes of gopls:\n%s", len(n), strings.Join(p.processes(), "\n"))
	}
	kill(t, one.pid(), syscall.SIGKILL)
	kill(t, two.pid(), syscall.SIGKILL)
	p.leaves(nil)
}

func pidOfServer(p *place) (pid int) {
	for _, line := range p.processes() {
		if strings.Contains(line, " completions ") {
			fmt.Sscan(line, &pid)
		}
	}
	return pid
}
