package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// step is a cell and what it shows must have.
type step struct{ code, want string }

// play runs cells one after the other in one kernel.
func play(t *testing.T, f *front, steps []step) {
	t.Helper()
	for _, c := range steps {
		id, reply := f.run(c.code)
		if got := showed(f, id, reply); !strings.Contains(got, c.want) {
			t.Errorf("%q shows\n%s\nwant\n%s", c.code, got, c.want)
		}
	}
}

// showed is what a cell has shown, in a line.
func showed(f *front, id string, reply map[string]any) string {
	got := strings.Join(f.about(id)[2:], " ")
	if r := f.find(id, "execute_result"); r != nil {
		data := r["data"].(map[string]any)
		got = fmt.Sprintf("execute_result %s %v | %s", strings.Join(slices.Sorted(maps.Keys(data)), ","), data["text/plain"], got)
	}
	if reply["status"] == "error" {
		lines := []string{}
		for _, l := range reply["traceback"].([]any) {
			lines = append(lines, l.(string))
		}
		got = fmt.Sprintf("%s: %s | %s", got, reply["evalue"], strings.Join(lines, " | "))
	}
	return got
}

// Variables survive their cell, and each initialiser runs once.
func TestVariables(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"x := 20", "idle"},
		{"x + 1", "execute_result text/plain 21"},
		{"x++\nfmt.Print(x)", `stdout "21"`},
		{"var y, z = 1.5, \"a\"\nfmt.Print(x, y, z)", `stdout "21 1.5a"`},
		{"z += \"b\"", "idle"},
		{"z", "execute_result text/plain ab"},
		{"x := x * 2\nx := x + 1\nx", "execute_result text/plain 43"},
		{"x := fmt.Sprint(\"now \", x)\nx", "execute_result text/plain now 43"},
		{"x", "execute_result text/plain now 43"},
		{"n, err := strconv.Atoi(\"7\")", "idle"},
		{"m, err := strconv.Atoi(\"x\")", "idle"},
		{"fmt.Print(n, m, err)", `stdout "7 0 strconv.Atoi: parsing \"x\": invalid syntax"`},
		// Initialisers run once.
		{"var told = func() int { fmt.Print(\"once\"); return 1 }()", `stdout "once" idle`},
		{"told", "execute_result text/plain 1 | execute_result idle"},
		// Functions see the variables as they are.
		{"total := 0\nfunc add(n int) { total += n }\nadd(2)\nadd(3)", "idle"},
		{"add(10)\ntotal", "execute_result text/plain 15"},
		{"double := func(n int) int { return 2*n + total }", "idle"},
		{"total = 1\ndouble(4)", "execute_result text/plain 9"},
		// Memory is shared as it was.
		{"type node struct {\n\tv int\n\tnext *node\n}\na := &node{v: 1}\na.next = a\nb := &a.v\ns := []int{1, 2, 3}\nt := s[1:]", "idle"},
		{"*b = 5\nt[0] = 9\nfmt.Print(a.next.next.v, s)", `stdout "5 [1 9 3]"`},
		{"kinds := map[string]any{\"a\": 1, \"n\": a, \"t\": time.Unix(5, 0).UTC(), \"f\": math.Sqrt}", "idle"},
		{"kinds[\"n\"].(*node).v = 6\nfmt.Print(a.v, kinds[\"t\"], kinds[\"f\"].(func(float64) float64)(9))", `stdout "6 1970-01-01 00:00:05 +0000 UTC 3"`},
		// A cell that does not compile changes nothing, one that fails keeps what it did.
		{"x := 1\nnosuch()", "undefined: nosuch |    2 │ nosuch()"},
		{"x", "execute_result text/plain now 43"},
		{"x = \"then\"\npanic(\"oh\")", "panic idle: oh | panic: oh | Célula [25], linha 2 |    2 │ panic(\"oh\")"},
		{"x", "execute_result text/plain then"},
		{"x := 5\nvar never = f()\nfunc f() int { panic(\"no\") }", "panic"},
		{"x", "execute_result text/plain 5"},
		{"never", "undefined: never"},
		{"x = 6\nos.Exit(0)", "a célula não chegou ao fim (os.Exit, ou o processo foi morto): as variáveis ficam como antes dela"},
		{"x", "execute_result text/plain 5"},
		// %% cells see and change them; what they declare is GoNB's.
		{"%%\nx += 10\nlocal := 1\nfmt.Print(x, local)", `stdout "15 1"`},
		{"x", "execute_result text/plain 15"},
		{"local", "undefined: local"},
		// What hides what.
		{"len := 3\nlen", "execute_result text/plain 3"},
		{"string := \"s\"\nmain := 2\ninit := 4\nfmt.Print(string, len, main, init)", `stdout "s3 2 4"`},
		{"main + init + len", "execute_result text/plain 9"},
		{"%del len string", "idle"},
		{"len(\"abc\")", "execute_result text/plain 3"},
		{"strings := 1", "idle"},
		{"strings.ToUpper(\"a\")", "strings é uma variável (int) desde a célula [40] e esconde o pacote strings; %del strings desfaz isso"},
		{"%del strings", "idle"},
		// Blocks of declarations.
		{"var (\n\tp, q int\n\tr = map[string]int{\"k\": 1}\n\tu struct {\n\t\ta, b int\n\t}\n)\nu.a = p + r[\"k\"]", "idle"},
		{"fmt.Print(p, q, r, u)", `stdout "0 0 map[k:1] {1 0}"`},
		{"for i := range 3 {\n\tq += i\n}\nif v := q; v > 0 {\n\tp = v\n}", "idle"},
		{"fmt.Print(p, q)", `stdout "3 3"`},
	})
}

// What cannot survive is refused where it is used, by name.
func TestVariablesRefused(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"c := make(chan int, 1)\nc <- 5\nok := 1\nfmt.Print(<-c)", `stdout "5"`},
		{"ok", "execute_result text/plain 1"},
		{"c <- 1", "a variável c (chan int), da célula [1], não passa de uma célula para outra: c (chan int): um canal só existe no processo da célula; use-a na célula [1], ou crie-a de novo nesta | Célula [3], linha 1"},
		{"c := make(chan string, 1)\nc <- \"x\"\nfmt.Print(<-c)", `stdout "x"`},
		{"func counter() func() int {\n\tn := 0\n\treturn func() int { n++; return n }\n}\nnext := counter()\nfmt.Print(next(), next())", `stdout "1 2"`},
		{"next()", "uma função que usa variáveis locais só existe na célula em que foi feita"},
		{"ok", "execute_result text/plain 1"},
		{"type T struct{ A int }\nv := []T{{1}, {2}}", "idle"},
		{"type T struct {\n\tA int\n\tB string\n}\nv[1].B = \"new\"\nfmt.Print(v)", `stdout "[{1 } {2 new}]"`},
		{"type T struct{ B float64 }", "a variável v foi esquecida, porque o tipo T mudou"},
		{"v", "undefined: v | Célula [11], linha 1: undefined: v |    1 │ v |      │ ^ | a variável v, da célula [8], só existiu nela: o tipo T mudou na célula [10]"},
		{"%who", "ok     int"},
		{"%reset vars", "idle"},
		{"ok", "undefined: ok"},
	})
}

// An error that nobody takes ends the cell.
func TestDroppedErrors(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"before := 1\nos.Remove(\"/no/such/file\")\nbefore = 2", "error erro idle: remove /no/such/file: no such file or directory | remove /no/such/file: no such file or directory | Célula [1], linha 2"},
		{"before", "execute_result text/plain 1"},
		{"func try() {\n\tfor range 2 {\n\t\tos.Remove(\"/no/such/file\")\n\t}\n}\ntry()", "linha 3"},
		{"_ = os.Remove(\"/no/such/file\")\nerr := os.Remove(\"/no/such/file\")\nfmt.Println(err != nil)", `stdout "true\n" idle`},
		{"strconv.Atoi(\"x\")", "error erro idle: strconv.Atoi: parsing \"x\": invalid syntax"},
		{"strconv.Atoi(\"7\")", "execute_result text/plain 7"},
		{"defer os.Remove(\"/no/such/file\")\nfmt.Println(1)", `stdout "1\n" idle`},
		{"%%\nos.Remove(\"/no/such/file\")\nfmt.Print(2)", `stdout "2"`},
		{"w := bufio.NewWriter(os.Stdout)\nw.WriteString(\"text\")\nw.Flush()", `stdout "text"`},
	})
}

// What was assigned before a cell is stopped stays.
func TestVariablesOfAStoppedCell(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.run("n := 0\nfmt.Print()")
	for _, loop := range []string{"for {\n\tn++\n\tif n == 1 {\n\t\tfmt.Println(1)\n\t}\n\ttime.Sleep(time.Millisecond)\n}", "m := map[int]int{}\nfor {\n\tn++\n\tm[n%1000] = n\n\tif len(m) == 1 {\n\t\tfmt.Println(1)\n\t}\n}"} {
		_, before := f.run("fmt.Print(n)")
		id := f.ask("shell", "execute_request", cell(loop))
		f.published(id, "stream")
		f.ask("control", "interrupt_request", map[string]any{})
		if got := f.done(id); got["ename"] != "interrompida" {
			t.Errorf("the stopped cell ended with %v", got)
		}
		if before["status"] != "ok" {
			t.Errorf("before: %v", before)
		}
	}
	play(t, f, []step{
		{"n > 0", "execute_result text/plain true"},
		{"len(m) > 0", "execute_result text/plain true"},
		// A deadlock is told, though the program listens to interrupts.
		{"x := 5\nch := make(chan int)\n<-ch", "all goroutines are asleep - deadlock! | fatal error: all goroutines are asleep - deadlock! | todas as goroutines esperam"},
		{"x", "undefined: x"},
		{"ch := make(chan int)\ngo func() {\n\ttime.Sleep(3 * time.Second)\n\tch <- 4\n}()\nx := <-ch", "idle"},
		{"x", "execute_result text/plain 4"},
	})
}

// Models and sets are variables like others.
func TestVariablesOfTheLab(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"train := datasets.Moons(200, 0.1, 1).Shuffle(2)\ntrain, test := train.Split(150)", "idle"},
		{"model := nn.Sequential(nn.Input(2), nn.Dense(8, nn.Tanh), nn.Dense(2, nn.Softmax))\nmodel.Compile(nn.CategoricalCrossentropy, nn.Adam(0.05), nn.Accuracy)\nfmt.Print(test.Len())", `stdout "50"`},
		{"hash := model.WeightHash()\nmodel.Fit(train, nn.Epochs(3), nn.Verbose(false))\nmodel.History().Epochs()", "execute_result text/plain 3"},
		{"after := model.WeightHash()\nafter != hash", "execute_result text/plain true"},
		{"model.Fit(train, nn.Epochs(2), nn.Verbose(false))\nfmt.Print(model.History().Epochs())", `stdout "5"`},
		{"model.Fit(test.Take(0))", "error"},
		{"fmt.Print(model.History().Epochs(), after != model.WeightHash())", `stdout "5 true"`},
		{"mais := nn.Augment(train)\nh := model.History()", "idle"},
	})
	id, _ := f.run("%who")
	table := showed(f, id, nil)
	for _, line := range []string{`model +\*nn.Model +\S+ kB +\[2\] +3 camadas, 42 parâmetros, 5 épocas\\n`, `h +\*nn.History +\S+ .?B +\[8\] +5 épocas\\n`,
		`train +\*datasets.Set +\S+ k?B +\[1\] +(150 exemplos \[2\], 2 classes|ainda não lido)\\n`, `mais +\*nn.Augmented .*mudanças ao acaso\\n`} {
		if !regexp.MustCompile(line).MatchString(table) {
			t.Errorf("%%who has no line %s:\n%s", line, table)
		}
	}
}
