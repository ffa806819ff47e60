package gocache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// As the Go tool keeps its own cache: what has not been used for keep is removed, which is
// looked for once in every; and that something is used is written down when it was not so
// for touch.
const (
	keep  = 5 * 24 * time.Hour
	every = 24 * time.Hour
	touch = time.Hour
)

// pruned is the file whose time tells when a cache was pruned last.
const pruned = "trim.txt"

// prune removes from a cache what has not been used for long. Another Go tool that looks
// for it at that moment compiles it anew.
func prune(dir string, now time.Time) error {
	mark := filepath.Join(dir, pruned)
	info, err := os.Stat(mark)
	switch {
	case err == nil && now.Sub(info.ModTime()) < every:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return err
	}
	if err := os.Chtimes(mark, now, now); err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == mark {
			return ignore(err)
		}
		info, err := d.Info()
		if err != nil {
			return ignore(err)
		}
		if now.Sub(info.ModTime()) < keep {
			return nil
		}
		return ignore(os.Remove(path))
	})
}

// ignore takes it that another has removed a file.
func ignore(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// used writes down that an action and its output are.
func used(dir string, action, output []byte, now time.Time) {
	for _, path := range []string{file(dir, action, "a"), file(dir, output, "d")} {
		if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > touch {
			os.Chtimes(path, now, now) // or it is compiled anew some day
		}
	}
}
