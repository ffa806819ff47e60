package main

import (
	"context"
	"errors"
	"os"
	"os/signal"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/datasets/fetch"
)

// published are the data sets that can be fetched, by the names of their sources.
var published = map[string]func() (train, test *datasets.Set){
	"mnist": datasets.MNIST, "fashion-mnist": datasets.FashionMNIST, "kmnist": datasets.KMNIST,
	"cifar10": datasets.CIFAR10, "cifar100": datasets.CIFAR100,
}

// fetchData downloads a data set to the user's cache: for a cell that needs one
// which is nowhere on the machine, and for a teacher before class, whose students then
// share the decoded copy that it leaves beside the files.
func fetchData(args []string) (int, error) {
	if len(args) != 1 {
		return 2, errors.New("expected the name of a data set: fetch mnist")
	}
	s, err := datasets.Lookup(args[0])
	if err != nil {
		return 2, err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := fetch.Fetch(ctx, s, os.Stderr); err != nil {
		return 1, err
	}
	train, test := published[s.Name]()
	if err := errors.Join(train.Open(), test.Open()); err != nil {
		return 1, err
	}
	return 0, nil
}
