package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// What variables hold may be of types and packages that the cell which uses them has
// not heard of, and may have no size, so that it lies where another value does.
func TestVariablesOfTheLibrary(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"type empty struct{}\ne := &struct{}{}\nall := []any{&empty{}, &struct{}{}, [0]int{}, &[0]string{}, empty{}}\nlayers := []nn.Layer{nn.Input(2), nn.Flatten()}\nfmt.Print()", "idle"},
		{"fmt.Print(e, *e == struct{}{}, \" \", len(all), all[4] == any(empty{}))", `stdout "&{} true 5 true"`},
		{"fmt.Print(len(layers), layers[1])", `stdout "2 Flatten`},
		// Hashes are of internal packages.
		{"sum := sha256.New()\nsum.Write([]byte(\"a\"))\nold := md5.New()\nold.Write([]byte(\"a\"))", "idle"},
		{"fmt.Printf(\"%x\", sum.Sum(nil)[:4])", `stdout "ca978112"`},
		{"fmt.Printf(\"%x\", old.Sum(nil)[:4])", `stdout "0cc175b9"`},
		{"key := hmac.New(sha512.New, []byte(\"k\"))\nkey.Write([]byte(\"a\"))\nwant := fmt.Sprintf(\"%x\", key.Sum(nil))", "idle"},
		{"fmt.Sprintf(\"%x\", key.Sum(nil)) == want", "true"},
		{"block, err := aes.NewCipher(make([]byte, 16))\nout := make([]byte, 16)\nblock.Encrypt(out, out)", "idle"},
		{"again := make([]byte, 16)\nblock.Encrypt(again, again)\nfmt.Print(bytes.Equal(out, again), err)", `stdout "true <nil>"`},
		{"words := bufio.NewScanner(strings.NewReader(\"a b\"))\nwords.Split(bufio.ScanWords)\nwords.Scan()\nr := io.Reader(io.LimitReader(strings.NewReader(\"abcdef\"), 3))\nvar failed error = &fs.PathError{Op: \"open\", Path: \"x\", Err: fs.ErrNotExist}", "idle"},
		{"fmt.Print(words.Scan(), words.Text())", `stdout "trueb"`},
		{"text, _ := io.ReadAll(r)\nstring(text)", "abc"},
		{"fmt.Print(errors.Is(failed, os.ErrNotExist), failed)", `stdout "true open x: file does not exist"`},
	})
}

// The working folder and the environment are as the last cell has left them, also in
// cells that have no variables. What GoNB's orders say afterwards counts.
func TestVariablesOfTheProcess(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	dir := t.TempDir()
	gone := filepath.Join(dir, "gone")
	if err := os.WriteFile(filepath.Join(dir, "text"), []byte("found"), 0o600); err != nil {
		t.Fatal(err)
	}
	play(t, f, []step{
		{"before, _ := os.Getwd()\nhome := os.Getenv(\"HOME\")", "idle"},
		{fmt.Sprintf("_ = os.Chdir(%q)\nos.Setenv(\"MEU\", \"1\")\nos.Setenv(\"VAZIO\", \"\")\nos.Unsetenv(\"HOME\")", dir), "idle"},
		{"_, is := os.LookupEnv(\"HOME\")\n_, empty := os.LookupEnv(\"VAZIO\")\nfmt.Print(os.Getenv(\"MEU\"), is, empty)", `stdout "1false true"`},
		{"fmt.Print(1)", `stdout "1"`},
		{"os.Getwd()", dir},
		{"import \"io/ioutil\"\ntext, err := ioutil.ReadFile(\"text\")\nstring(text)", "found"},
		{"os.Setenv(\"HOME\", home)\nos.Setenv(\"MEU\", \"2\")\nos.Exit(0)", "idle"},
		{"fmt.Print(os.Getenv(\"MEU\"), os.Getenv(\"HOME\"))", `stdout "1"`},
		{"os.Setenv(\"HOME\", home)\npanic(\"kept\")", "panic"},
		{"os.Getenv(\"HOME\") == home", "true"},
		{fmt.Sprintf("os.Mkdir(%q, 0o700)\nos.Chdir(%[1]q)\nos.Remove(%[1]q)", gone), "a pasta da célula não existe mais, ou não deixa entrar; as células voltam à pasta "},
		{"now, _ := os.Getwd()\nnow == before", "true"},
		{fmt.Sprintf("os.Mkdir(%q, 0o700)\nos.Chdir(%[1]q)", gone), "idle"},
		{"!rmdir " + gone, "idle"},
		{"now, _ = os.Getwd()\nfmt.Print(now == before)", "a pasta " + gone + " não existe mais"},
		{"now, _ = os.Getwd()\nnow == before", "true"},
		{"%cd " + dir, "idle"},
		{"os.Getwd()", dir},
		{"%env MEU 3", "idle"},
		{"os.Getenv(\"MEU\")", "3"},
	})
}

// A function that calls itself without end is told soon.
func TestVariablesOfAnEndlessCall(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"x := 1\nfunc down(n int) int { return down(n+1) + 1 }\nfmt.Print()", "idle"},
		{"x = 2\ndown(0)", "uma função chama a si mesma sem fim"},
		{"x", "execute_result text/plain 1"},
		{"%%\nfmt.Print(down(0))", "exceeds 134217728-byte limit"},
	})
}

// What is wrong with a variable is told with its own reason.
func TestVariablesReasons(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"fib := func(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn fib(n-1) + fib(n-2)\n}\nfib(5)", "escreva antes var fib func(n int) int, e depois fib = func…"},
		{"var fib func(n int) int\nfib = func(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn fib(n-1) + fib(n-2)\n}\nfib(10)", "55"},
		{"said := fmt.Stringer(time.Second).String\nfmt.Print(said())", `stdout "1s"`},
		{"said()", "o método de um valor que só a interface conhece não tem nome em outras células"},
		{"type T struct{ A int }\nt := T{1}\nT := 3\nfmt.Print(t, T)", "a variável T só existiu na célula [5], que também declara"},
		{"p := 1\nfunc sp() int { return p * p }\nfmt.Print(sp())", `stdout "1"`},
		{"p := \"b\"\nfmt.Print(sp())", "a função sp usa p, que é uma variável (string) desde a célula [7]"},
		{"model := nn.Sequential(nn.Input(2), nn.Dense(3, nn.ReLU)).Compile(nn.MSE, nn.SGD(0.1))\nmodel.Layers()[1]", "Dense(3, relu), [3], 2·3 + 3 = 9"},
	})
}

// Options are data, and so are lists of them; one that holds a function which has captured
// what its cell alone had is refused by name.
func TestVariablesOptions(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	play(t, f, []step{
		{"some := datasets.Moons(40, 0.1, 1)\nlanguage := viz.English()\noptions := []viz.Option{language, viz.Names(\"a\", \"b\"), viz.Logarithmic(), viz.AllLayers(), viz.Kernel(1, 2), viz.Bias(3), viz.AnswersTo(some, 1), viz.Now(some)}", "idle"},
		{"figure, err := language.Functions(0, 1, viz.Function{Name: \"x\", F: math.Sqrt})\nfmt.Print(err, strings.Contains(figure.Alt, \"f(0.5) = 0.707\"), len(options))", `stdout "<nil> true 8"`}, // 0,707 in Portuguese
		{"small := []arch.Option{arch.Classes(3), arch.Width(0.25), arch.Input(28, 28, 1)}\nwritten := []onnx.Option{onnx.ChannelsLast()}\nread := []onnx.LoadOption{onnx.ChannelsAsInFile()}", "idle"},
		{"_, digits := datasets.MNIST()\nm := arch.LeNet5(small...).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))\nout, err := m.Predict(digits.Take(1))\nfmt.Print(out.Shape, err, len(written), len(read))", `stdout "[1 3] <nil> 1 1"`},
		{"fit := []nn.FitOption{nn.Epochs(2), nn.BatchSize(8), nn.Verbose(false), nn.EarlyStopping(3, nn.Monitor(\"loss\")), nn.StepDecay(0.5, 1), nn.Validation(some), nn.ClassWeights(map[int]float64{0: 1, 1: 2})}\n" +
			"shown := []nn.FitOption{viz.Live(options[0]), viz.Slider(nn.LearningRate, 1e-4, 1e-1), viz.Button(\"parar\", nn.Stop)}", "idle"},
		{"model := nn.Sequential(nn.Input(2), nn.Dense(2, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1), nn.Accuracy)\nh, err := model.Fit(some, append(fit, shown...)...)\nfmt.Print(h.Epochs(), err)", `stdout "2 <nil>"`},
		{"func slower(by float64) nn.FitOption {\n\treturn nn.LearningRateSchedule(func(epoch int, rate float64) float64 { return rate * by })\n}\nschedules := []nn.FitOption{slower(0.5)}", "idle"},
		{"model.Fit(some, schedules...)", "a variável schedules ([]nn.FitOption), da célula [7], não passa de uma célula para outra: schedules[0] (nn.FitOption): uma função que usa variáveis locais só existe na célula em que foi feita; use-a na célula [7], ou crie-a de novo nesta"},
		{"model.Fit(some, fit...)\nmodel.History().Epochs()", "execute_result text/plain 4"},
	})
}
