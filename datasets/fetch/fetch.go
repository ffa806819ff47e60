// Package fetch downloads the files of data sets to the user's cache. The kernel
// has it; a program that is no notebook gets downloads by importing it:
//
//	import _ "github.com/nnlab-go/lab/datasets/fetch"
//
// A download goes on where an earlier one was cut off, and counts only when its
// SHA-256 is the one that the lab knows.
package fetch

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/nnlab-go/lab/datasets"
)

func init() {
	datasets.SetDownloader(func(s *datasets.Source) error { return Fetch(context.Background(), s, os.Stderr) })
}

// Fetch downloads to [datasets.Source.CacheDir] those files of s that are not
// there or not as they were published. Progress goes to w. When another process
// is at it, Fetch waits for it. A download that is cut off, by ctx too, leaves
// what it has for the next one.
func Fetch(ctx context.Context, s *datasets.Source, w io.Writer) error {
	return standard.fetch(ctx, s, w)
}

func (c *client) fetch(ctx context.Context, s *datasets.Source, w io.Writer) error {
	dir, err := s.CacheDir()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return &datasets.Error{Where: dir, Err: err, Mend: "set NNLAB_CACHE to a folder that can be written to"}
	}
	lock := flock.New(filepath.Join(dir, ".lock"))
	if info, err := os.Lstat(lock.Path()); err == nil && !info.Mode().IsRegular() { // a link, through which a file would be made, or a pipe
		if err := os.Remove(lock.Path()); err != nil {
			return &datasets.Error{Where: lock.Path(), Err: err, Mend: "remove it"}
		}
	}
	defer lock.Close()
	if _, err := lock.TryLockContext(ctx, 100*time.Millisecond); err != nil {
		return &datasets.Error{Where: lock.Path(), Err: err}
	}
	for i := range s.Files {
		f := &s.Files[i]
		path := filepath.Join(dir, f.Name)
		if f.Verify(path) == nil {
			continue
		}
		if err := c.file(ctx, s.Mirrors, f, path, newProgress(w, s.Name+"/"+f.Name, f.Size)); err != nil {
			return err
		}
	}
	return nil
}
