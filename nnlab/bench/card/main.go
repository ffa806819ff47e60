//go:build unix

// Command card does on a machine with a GPU, within minutes, all that such a machine is
// needed for: it runs in the folder that `make gpu` makes, and needs neither Go nor a network.
//
//	./card -out FOLDER
//
// In this order: the suite that every backend passes; a part of it under NVIDIA's
// compute-sanitizer; networks that have been trained elsewhere; the bench beside PyTorch and
// JAX, where that machine has them. Each part has its own time, so that one that hangs loses
// only itself, and the verdict of each is printed as soon as it is there. FOLDER then has
// card.json, what the parts printed, and the bench's results.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	s := settings{}
	flag.StringVar(&s.out, "out", os.Getenv("OUT"), "the folder for the results; by default $OUT")
	flag.DurationVar(&s.total, "total", 470*time.Second, "how long all may take; the bench has what the tests leave")
	flag.Float64Var(&s.slow, "slow", 1, "how many times longer than on a card the tests may take")
	flag.BoolVar(&s.short, "short", false, "less of the tests, for an emulated GPU")
	flag.StringVar(&s.work, "work", "", "of the bench only what matches this regular expression")
	flag.IntVar(&s.samples, "samples", 60000, "how many images an epoch of the bench sees")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, s); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, s settings) error {
	if s.out == "" {
		return fmt.Errorf("name the folder for the results: -out FOLDER")
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	s.home = filepath.Dir(program)
	if s.out, err = filepath.Abs(s.out); err != nil {
		return err
	}
	if err := os.MkdirAll(s.out, 0o777); err != nil {
		return err
	}
	r := results{Began: time.Now().UTC().Format(time.RFC3339), Card: cards(ctx)}
	fmt.Println(r.Card)
	began := time.Now()
	tests, warm, measure := s.parts()

	// Compilers' caches are filled while the tests run, which take no time that is measured.
	warming, stop := context.WithCancel(ctx)
	defer stop()
	warmed := make(chan []outcome)
	go func() { warmed <- together(warming, warm) }()
	for _, p := range tests {
		r.add(p.run(ctx))
		if err := r.write(s.out); err != nil {
			return err
		}
	}
	select {
	case all := <-warmed:
		r.Warmed = all
	case <-time.After(max(0, s.total/2-time.Since(began))):
		stop()
		r.Warmed = <-warmed
	}
	measure.limit = s.total - time.Since(began)
	measure.args = append(measure.args, "-within", (measure.limit - ending).Round(time.Second).String())
	r.add(measure.run(ctx))
	if err := r.write(s.out); err != nil {
		return err
	}
	if n := r.bad(); n > 0 {
		return fmt.Errorf("%d of %d parts have not passed", n, len(r.Parts))
	}
	return nil
}
