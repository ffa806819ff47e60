package main

import (
	"fmt"
	"os"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/course"
)

const notebooksUsage = "nnlab-kernel notebooks PASTA [-from CURSO]"

// layNotebooks lays the course's notebooks into a student's folder.
func layNotebooks(args []string) (int, error) {
	from, folder, status, err := courseAndFolder(notebooksUsage, args)
	if folder == "" {
		return status, err
	}
	changes, err := course.Lay(from, folder)
	fmt.Fprint(os.Stdout, plain.Text(changes.String()))
	if err != nil {
		return 1, err
	}
	return 0, nil
}
