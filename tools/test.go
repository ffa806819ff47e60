package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"
)

// The parts that take minutes and are left out while what they depend on is as it was when
// they passed. What runs one of them alone notes it too.
var (
	cudaPart  = slow{name: "Go, CUDA", packages: []string{cudaPackage + "/...", "./nnlab/gpu", "./nnlab/nn", "./nnlab/bench/..."}, tags: "cuda", paths: []string{"nnlab/backend/cuda", "docs/gpu-kernels.md", "tools/cuda.go", "tools/environment.go", "tools/gotest.go", "tools/roofline.go", "tools/roofline_counts.go"}, run: cudaTests}
	wheelPart = slow{name: "Wheel", packages: []string{"./kernel", "./kernel/wheel"}, paths: []string{"kernel", "nnlab/backend/cuda", "nnlab/gpu", labPackages, "tools/wheel.go", "tools/cuda.go", "tools/cutoff_linux.go", "tools/environment.go"}, run: wheelTests}
	signsPart = slow{name: "Signs", packages: []string{"./nnlab/internal/mutate", "./nnlab/nn", "./nnlab/backend/ref", "./nnlab/backend/cpu"}, paths: []string{"tools/signs.go"}, run: wrongSigns}
)

var slowParts = []slow{cudaPart, wheelPart, signsPart, imagePart}

// test runs what a change must pass, one part after the other, also behind a part that
// failed.
func test(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	complete := flags.Bool("complete", false, "a test that cannot be run here counts as a failure")
	all := flags.Bool("all", false, "run the slow parts even where nothing has changed for them since they passed, and note that they pass")
	if err := flags.Parse(args); err != nil {
		return err
	}
	// Packages are downloaded while Go's tests compute. What fails is tried again, and
	// told, when it is the front end's turn.
	downloaded := make(chan struct{})
	go func() {
		defer close(downloaded)
		makeEnvironment(ctx, labPackages, testPackages)
	}()
	frontEnd := func(ctx context.Context, complete bool) part {
		<-downloaded
		return frontEndTests(ctx, complete)
	}
	if *all {
		os.Setenv(wholeName, "1")
	}
	races, lecture := changedRaces, changedLecture
	if *all {
		races = func(ctx context.Context, _ bool) part { return racesAnew(ctx, nil) }
		lecture = func(ctx context.Context, _ bool) part { return lectureAnew(ctx, nil) }
	}
	runs := []func(context.Context, bool) part{goTests, races, armTests, lint}
	for _, s := range slowParts {
		if *all {
			runs = append(runs, s.anew)
		} else {
			runs = append(runs, s.unlessPassed)
		}
	}
	var parts []part
	for _, run := range append(runs, frontEnd, lecture) {
		began := time.Now()
		p := run(ctx, *complete)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p.took = time.Since(began)
		parts = append(parts, p)
	}
	return summarize(os.Stdout, parts, *complete)
}

// alone runs one part of the tests.
func alone(ctx context.Context, run func(context.Context, bool) part) error {
	return summarize(os.Stdout, []part{run(ctx, true)}, true)
}

// heading announces a part.
func heading(text string) { fmt.Printf("\n== %s\n", text) }
