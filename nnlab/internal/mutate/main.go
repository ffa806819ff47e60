// Command mutate proves that the tests would notice a wrong sign. It flips one
// sign after the other in the functions that compute gradients and runs the
// tests: they must fail every time.
//
//	go run ./nnlab/internal/mutate            # every sign
//	go run ./nnlab/internal/mutate -max 6     # six of them, evenly spread
//
// In a layer's Backward a sign is that of what an operation writes: it is
// negated behind the operation. In a kernel of the backends a sign is a + or −
// between two numbers or before one, or that of what is added to a sum.
//
// All signs of a package are put behind a switch in a copy that only the
// compiler sees (go test -overlay), so that the tests are compiled once and then
// run once for each sign.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
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

// tests says, for each package whose gradients are mutated, which tests must
// notice: those that notice most in the least time stand first, convolutions behind all
// others, and none is run after one failed.
var tests = []struct {
	dir  string
	runs []string
}{
	{"nnlab/nn", []string{"^Test(Grad|GoldenL)", "^TestGolden", "^TestInputGradient$"}},
	{"nnlab/backend/ref", []string{"^TestGrad$/^[^C]", "^TestGrad", "Keras|Hand"}},
	// Where an output is held within bounds no difference shows a loss's sign.
	{"nnlab/backend/cpu", []string{"^TestGrad$/^generic$/^[^C]", "^TestSparseRows$", "^TestValues$/^generic$/^(Loss|SoftmaxCrossEntropy|AveragePoolGrad|MaxPoolGrad|ConvGradInput)$", "^TestGrad", "^TestScratch$/^strips$/^ConvGradInput$"}},
}

// job is one sign to flip.
type job struct {
	*binary
	number int
}

// binary is the compiled tests of a package with switches.
type binary struct {
	*schema
	dir, path string
	runs      []string
}

func run(most int) error {
	temporary, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	var jobs []job
	for _, t := range tests {
		b, err := compile(t.dir, filepath.Join(temporary, filepath.Base(t.dir)), t.runs)
		if err != nil {
			return err
		}
		if failed, text, err := b.fails(0); err != nil || failed {
			return errors.Join(err, fmt.Errorf("the tests of %s fail before any sign is flipped:\n%s", t.dir, text))
		}
		for i := range b.signs {
			jobs = append(jobs, job{b, i + 1})
		}
	}
	if len(jobs) == 0 {
		return errors.New("found no sign to flip")
	}
	return flip(spread(jobs, most))
}

// spread takes up to most jobs, evenly; all for 0.
func spread(jobs []job, most int) (chosen []job) {
	if most <= 0 || most >= len(jobs) {
		return jobs
	}
	for i := range most {
		chosen = append(chosen, jobs[i*len(jobs)/most])
	}
	return chosen
}

// flip runs the tests for each job, as many at a time as there are processors,
// and says how each ended.
func flip(jobs []job) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var wrong error
	n, survivors, began := 0, 0, time.Now()
	next := make(chan job)
	for range runtime.NumCPU() {
		wg.Go(func() {
			for j := range next {
				failed, _, err := j.fails(j.number)
				mu.Lock()
				word := "caught"
				if err != nil {
					word = "not run"
				} else if !failed {
					word = "SURVIVED"
					survivors++
				}
				n++
				left := time.Duration(float64(len(jobs)-n) / float64(n) * float64(time.Since(began))).Round(time.Second)
				fmt.Printf("%d/%d · %v left · %s · %s/%s\n", n, len(jobs), left, word, j.dir, j.signs[j.number-1])
				wrong = errors.Join(wrong, err)
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		next <- j
	}
	close(next)
	wg.Wait()
	fmt.Printf("%d signs flipped, %d noticed by the tests\n", n, n-survivors)
	if survivors > 0 {
		wrong = errors.Join(wrong, fmt.Errorf("%d wrong signs passed the tests", survivors))
	}
	return wrong
}

// compile makes the tests of a package with a switch at each sign.
func compile(dir, path string, runs []string) (*binary, error) {
	s, err := newSchema(dir)
	if err != nil {
		return nil, err
	}
	replace := map[string]string{}
	for file, source := range s.files {
		copied := fmt.Sprintf("%s_%s", path, filepath.Base(file))
		if err := os.WriteFile(copied, source, 0o666); err != nil {
			return nil, err
		}
		replace[file] = copied
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	overlay := path + ".json"
	if err := os.WriteFile(overlay, list, 0o666); err != nil {
		return nil, err
	}
	if text, err := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", path, "./"+dir).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s with its switches does not compile: %w\n%s", dir, err, text)
	}
	return &binary{s, dir, path, runs}, nil
}

// fails runs the tests with one sign flipped, none for 0, and tells whether they
// failed. Tests that hang fail.
func (b *binary) fails(number int) (failed bool, text string, err error) {
	for _, run := range b.runs {
		cmd := exec.Command(b.path, "-test.run", run, "-test.failfast", "-test.timeout", "2m")
		cmd.Dir = b.dir
		cmd.Env = append(os.Environ(), fmt.Sprint("NNLAB_MUTANT=", number))
		out, err := cmd.CombinedOutput()
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			return true, string(out), nil
		} else if err != nil {
			return false, "", err
		} else if strings.Contains(string(out), "no tests to run") {
			return false, "", fmt.Errorf("%s has no tests %s", b.dir, run)
		}
	}
	return false, "", nil
}
