package main

import (
	"context"
	"fmt"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// prepareCells compiles what cells import.
func prepareCells(args []string) (int, error) {
	if len(args) > 0 {
		return 2, fmt.Errorf("prepare não tem argumentos, veio %q", args)
	}
	s, err := setting(gonb.GoNB, gonb.GoImports, gonb.Gopls)
	if err != nil {
		return 1, err
	}
	if err := gonb.Prepare(context.Background(), s); err != nil {
		return 1, err
	}
	return 0, nil
}
