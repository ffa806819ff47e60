// Command mutate proves that the tests would notice a wrong sign. It flips one
// sign after the other in the functions that compute gradients, each time in a
// copy that only the compiler sees (go test -overlay), and runs the tests: they
// must fail every time.
//
//	go run ./nnlab/internal/mutate            # every sign
//	go run ./nnlab/internal/mutate -max 6     # six of them, evenly spread
//
// In a layer's Backward a sign is that of what an operation writes: it is
// negated behind the operation. In a kernel of the backends a sign is a + or −
// between two numbers.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	most := flag.Int("max", 0, "how many signs to flip, evenly spread; 0 is all")
	flag.Parse()
	if err := run(*most); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// tests says, for each folder whose gradients are mutated, what must fail.
var tests = []struct{ files, run, packages string }{
	{"nnlab/nn/*.go", "^Test(Grad|Golden)", "./nnlab/nn"},
	{"nnlab/backend/ref/*.go", "^(Test|Grad)", "./nnlab/backend/ref"},
	{"nnlab/backend/cpu/*.go", "^(Test|Grad)", "./nnlab/backend/cpu"},
}

func run(most int) error {
	type job struct {
		mutant
		run, packages string
	}
	var jobs []job
	for _, t := range tests {
		files, err := filepath.Glob(t.files)
		if err != nil {
			return err
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			mutants, err := mutate(f)
			if err != nil {
				return err
			}
			for _, m := range mutants {
				jobs = append(jobs, job{m, t.run, t.packages})
			}
		}
	}
	for _, t := range tests {
		if out, err := exec.Command("go", "test", "-run", t.run, t.packages).CombinedOutput(); err != nil {
			return fmt.Errorf("the tests fail before any sign is flipped:\n%s", out)
		}
	}
	if len(jobs) == 0 {
		return errors.New("found no sign to flip; run it in the root of the module")
	}
	step := 1.0
	if most > 0 && most < len(jobs) {
		step = float64(len(jobs)) / float64(most)
	}
	survivors, n, began := 0, 0, time.Now()
	for at := 0.0; int(at) < len(jobs); at += step {
		j := jobs[int(at)]
		n++
		caught, err := caught(j.mutant, j.run, j.packages)
		if err != nil {
			return err
		}
		word := "caught"
		if !caught {
			word = "SURVIVED"
			survivors++
		}
		total := int(float64(len(jobs))/step + 0.5)
		left := time.Duration(float64(total-n) / float64(n) * float64(time.Since(began))).Round(time.Second)
		fmt.Printf("%d/%d · %v left · %s · %s\n", n, total, left, word, j.what)
	}
	fmt.Printf("%d signs flipped, %d noticed by the tests\n", n, n-survivors)
	if survivors > 0 {
		return fmt.Errorf("%d wrong signs passed the tests", survivors)
	}
	return nil
}

// caught runs the tests on the mutant and tells whether they failed. A mutant
// that does not compile proves nothing and is an error.
func caught(m mutant, run, packages string) (bool, error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	original, err := filepath.Abs(m.file)
	if err != nil {
		return false, err
	}
	copied, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{original: copied}})
	if err != nil {
		return false, err
	}
	if err := errors.Join(os.WriteFile(copied, m.source, 0o666), os.WriteFile(overlay, list, 0o666)); err != nil {
		return false, err
	}
	if out, err := exec.Command("go", "vet", "-overlay", overlay, packages).CombinedOutput(); err != nil {
		return false, fmt.Errorf("%s does not compile:\n%s", m.what, out)
	}
	err = exec.Command("go", "test", "-overlay", overlay, "-run", run, "-failfast", packages).Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return false, err
	}
	return err != nil, nil
}
