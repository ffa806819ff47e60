package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// stress runs the tests of each package many times, shuffled, first with one core
// and then with all, beside goroutines that take every core: a test that fails by
// load is a fault. What a failed run printed is kept in .cache/stress, with the
// number that repeats its order. At the end it prints a table.
func stress(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("stress", flag.ContinueOnError)
	runs := flags.Int("runs", 30, "runs of each package with one core, and as many with all")
	short := flags.Bool("short", false, "leave out what go test -short leaves out")
	if err := flags.Parse(args); err != nil {
		return err
	}
	patterns := flags.Args()
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	if _, err := exec.LookPath("taskset"); err != nil {
		return errors.New("there is no taskset, which keeps a test on one core; Debian, Ubuntu: sudo apt install util-linux")
	}
	found, err := output(ctx, "go", append([]string{"list", "-f", `{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}`}, patterns...)...)
	if err != nil {
		return errors.New(lastLines(found, 3))
	}
	folder, err := filepath.Abs(".cache/stress")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for range runtime.NumCPU() {
		go func() {
			for ctx.Err() == nil {
			}
		}()
	}

	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "package\tone core\tall cores\tseconds a run")
	failed := 0
	for line := range strings.Lines(found) {
		pkg, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		p := stressed{dir: dir, log: filepath.Join(folder, strings.ReplaceAll(pkg, "/", "-")), short: *short}
		if built, err := output(ctx, "go", "test", "-c", "-o", p.log+".test", pkg); err != nil {
			return errors.New(lastLines(built, 20))
		}
		began := time.Now()
		one := p.run(ctx, *runs, "taskset", "-c", "0")
		all := p.run(ctx, *runs)
		if ctx.Err() != nil {
			break
		}
		failed += one + all
		took := time.Since(began).Seconds() / float64(2**runs)
		fmt.Printf("%s: %d and %d of %d runs failed\n", pkg, one, all, *runs)
		fmt.Fprintf(table, "%s\t%d of %d failed\t%d of %d failed\t%.1f\n", pkg, one, *runs, all, *runs, took)
	}
	fmt.Println()
	table.Flush()
	if failed > 0 {
		return fmt.Errorf("%d runs failed; what they printed is in %s", failed, folder)
	}
	return ctx.Err()
}

// stressed is a package whose tests are built.
type stressed struct {
	dir   string // where its tests run
	log   string // where its program and the output of failed runs lie, without their ends
	short bool
}

// run runs the tests n times behind a prefix of the command line, and returns how
// many of the runs failed.
func (p stressed) run(ctx context.Context, n int, prefix ...string) (failed int) {
	for i := range n {
		if ctx.Err() != nil {
			return failed
		}
		line := append(prefix[:len(prefix):len(prefix)], p.log+".test", "-test.shuffle=on", "-test.timeout=20m")
		if p.short {
			line = append(line, "-test.short")
		}
		cmd := command(ctx, line[0], line[1:]...)
		cmd.Dir = p.dir
		if printed, err := outputOf(cmd); err != nil && ctx.Err() == nil {
			failed++
			name := fmt.Sprintf("%s-%d-%d.log", p.log, len(prefix), i)
			fmt.Printf("FAIL  %s\n", name)
			if err := os.WriteFile(name, []byte(printed), 0o666); err != nil {
				fmt.Println(err)
			}
		}
	}
	return failed
}
