package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const source = `package main

import (
	"fmt"
	"math"
)

type rate float32

func forward(a, b float64) float64 { return a + b }

func gradient(a, b float64, x []float32, i int) (y float64) {
	y = -a*(1-b) + math.Exp(-b-a)
	for _, v := range x[i-1:] {
		y += float64(v - 2)
	}
	y -= a
	return y * float64(rate(3)-1)
}

func main() { fmt.Println(forward(1, 2), gradient(0.5, 0.25, []float32{1, 2, 3}, 1)) }
`

// With its switches off a program does what it did; each switch changes it.
func TestSchema(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"main.go": source, "go.mod": "module m\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, err := newSchema(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"13: -a*(1-b) + math.Exp(-b-a)", "13: -a", "13: 1-b", "13: -b-a", "13: -b",
		"15: y += float64(v - 2)", "15: v - 2", "17: y -= a", "18: rate(3)-1"}
	for i := range want {
		want[i] = "main.go:" + want[i]
	}
	if !slices.Equal(s.signs, want) {
		t.Fatalf("signs %q, want %q", s.signs, want)
	}
	program := func() string {
		binary := filepath.Join(t.TempDir(), "program")
		cmd := exec.Command("go", "build", "-o", binary)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return binary
	}
	print := func(binary string, number int) string {
		cmd := exec.Command(binary)
		cmd.Env = append(os.Environ(), fmt.Sprint("NNLAB_MUTANT=", number))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	plain := print(program(), 0)
	for path, text := range s.files {
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	switched := program()
	if got := print(switched, 0); got != plain {
		t.Errorf("without a flipped sign it prints %q, want %q", got, plain)
	}
	for i, sign := range s.signs {
		if print(switched, i+1) == plain {
			t.Errorf("flipping %q changes nothing", sign)
		}
	}
}

// Signs that no test notices are an error; tests that fail are none.
func TestFlip(t *testing.T) {
	ends := func(how string) job {
		return job{&binary{schema: &schema{signs: []string{"x.go:1: a + b"}}, dir: ".", path: how, runs: []string{"."}}, 1}
	}
	if err := flip([]job{ends("true"), ends("false")}); err == nil || !strings.Contains(err.Error(), "1 wrong signs passed") {
		t.Errorf("a survivor gave %v", err)
	}
	if err := flip([]job{ends("false")}); err != nil {
		t.Error(err)
	}
	if err := flip([]job{ends("/no/such/program")}); err == nil {
		t.Error("tests that cannot be run gave no error")
	}
}

func TestSpread(t *testing.T) {
	jobs := make([]job, 10)
	for i := range jobs {
		jobs[i].number = i
	}
	var got []int
	for _, j := range spread(jobs, 4) {
		got = append(got, j.number)
	}
	if !slices.Equal(got, []int{0, 2, 5, 7}) || len(spread(jobs, 0)) != 10 || len(spread(jobs, 20)) != 10 {
		t.Errorf("got %v", got)
	}
}
