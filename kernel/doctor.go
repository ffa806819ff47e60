package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/signal"

	"github.com/nnlab-go/lab/kernel/internal/doctor"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/gpu"
)

// runDoctor prints what is there and what is missing: 1 when something that the
// lab cannot do without is. With -gpu it tests the GPU.
func runDoctor(args []string) (int, error) {
	flags := flag.NewFlagSet("doctor", flag.ExitOnError)
	card := flags.Bool("gpu", false, "testa a GPU: o que ela é, quanto alcança, e se calcula o que deve")
	flags.Parse(args)
	root, err := gonb.Root()
	if err != nil {
		return 1, err
	}
	if *card {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		if err := gpu.Examine(ctx, os.Stdout, root); err != nil {
			return 1, err
		}
		return 0, nil
	}
	if !doctor.Report(os.Stdout, doctor.Examine(root)) {
		return 1, errors.New("what is missing above the lab needs; the commands behind → mend it")
	}
	return 0, nil
}
