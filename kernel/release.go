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
	from, folder, status, err := courseAndFolder(releaseUsage, args)
	if folder == "" {
		return status, err
	}
	names, err := course.Release(from, folder)
	if err == nil || len(names) > 0 {
		fmt.Println(plain.Line(fmt.Sprintf("%d arquivos em %s, sem soluções", len(names), folder)))
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

// courseAndFolder reads the arguments of a command that brings a course into a folder. Where
// there is nothing left to do the folder is "", and status and err are the command's.
func courseAndFolder(usage string, args []string) (from, folder string, status int, err error) {
	flags := newFlags(usage)
	flags.StringVar(&from, "from", "", "a `pasta` do curso (sem a opção: notebooks, na pasta do laboratório)")
	folders, err := parseMixed(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return "", "", 0, nil
	case err != nil:
		return "", "", 2, err
	case len(folders) != 1 || folders[0] == "":
		return "", "", 2, errors.New("esperava uma pasta: " + usage)
	case from != "":
		return from, folders[0], 0, nil
	}
	root, err := gonb.Root()
	if err != nil {
		return "", "", 1, err
	}
	return filepath.Join(root, "notebooks"), folders[0], 0, nil
}
