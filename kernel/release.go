package main

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/course"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

const releaseUsage = "nnlab-kernel release PASTA [-from CURSO]"

// releaseCourse makes the student's copy of the course.
func releaseCourse(args []string) (int, error) {
	flags := newFlags(releaseUsage)
	from := flags.String("from", "", "a `pasta` do curso (sem a opção: notebooks, na pasta do laboratório)")
	folders, err := parseMixed(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0, nil
	case err != nil:
		return 2, err
	case len(folders) != 1:
		return 2, errors.New("esperava uma pasta: " + releaseUsage)
	}
	if *from, err = courseFolder(*from); err != nil {
		return 1, err
	}
	names, err := course.Release(*from, folders[0])
	if err != nil {
		return 1, err
	}
	fmt.Println(plain.Line(fmt.Sprintf("%d arquivos em %s, sem soluções", len(names), folders[0])))
	return 0, nil
}

// courseFolder is the folder that was named, or the lab's notebooks.
func courseFolder(named string) (string, error) {
	if named != "" {
		return named, nil
	}
	root, err := gonb.Root()
	return filepath.Join(root, "notebooks"), err
}
