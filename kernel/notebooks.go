package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/course"
)

const notebooksUsage = "nnlab-kernel notebooks PASTA [-from CURSO]"

// layNotebooks lays the course's notebooks into a student's folder.
func layNotebooks(args []string) (int, error) {
	flags := newFlags(notebooksUsage)
	from := flags.String("from", "", "a `pasta` do curso (sem a opção: notebooks, na pasta do laboratório)")
	folders, err := parseMixed(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0, nil
	case err != nil:
		return 2, err
	case len(folders) != 1:
		return 2, errors.New("esperava uma pasta: " + notebooksUsage)
	}
	if *from, err = courseFolder(*from); err != nil {
		return 1, err
	}
	changes, err := course.Lay(*from, folders[0])
	if err != nil {
		return 1, err
	}
	fmt.Fprint(os.Stdout, plain.Text(changes.String()))
	return 0, nil
}
