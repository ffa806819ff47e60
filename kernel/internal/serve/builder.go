package serve

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/nnlab-go/lab/kernel/internal/build"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/streams"
)

// builder makes the programs of a kernel in the kernel's folder.
type builder struct {
	*build.Server
	folder, result string
	environ        func() []string // of GoNB, which has been started when it is called
}

// startBuilder starts the builder and tells the setting where it is.
func startBuilder(s *gonb.Setting, pipes streams.Folder) (*builder, error) {
	realGo, err := gonb.Go(s.Root)
	if err != nil {
		return nil, err
	}
	cache, err := gonb.Cache()
	if err != nil {
		return nil, err
	}
	s.Build, s.Result = filepath.Join(s.Tmp, "b"), filepath.Join(s.Tmp, "result")
	s.Variables = filepath.Join(s.Tmp, "variables")
	if err := os.Mkdir(s.Variables, 0o700); err != nil {
		return nil, err
	}
	server, err := build.Start(s.Build, build.Tools{Go: realGo, GoImports: filepath.Join(s.Tools, "goimports"), Flags: gonb.Flags, Modules: gonb.Modules,
		Shared: filepath.Join(cache, "packages"), Variables: s.Variables, Script: pipes.Script})
	if err != nil {
		return nil, err
	}
	return &builder{Server: server, folder: s.Tmp, result: s.Result}, nil
}

// warm prepares for the first cell, as soon as GoNB has a folder.
func (b *builder) warm() {
	if dir := b.workshop(); dir != "" {
		b.Warm(dir, b.environ(), slices.Concat(gonb.Imports, gonb.Standard))
	}
}

// workshop is the folder in which GoNB puts programs together; "" before it has
// made it.
func (b *builder) workshop() string {
	found, err := filepath.Glob(filepath.Join(b.folder, "gonb_*"))
	if err != nil || len(found) == 0 {
		return ""
	}
	return found[0]
}

// Unknown lists which of the import paths no package has.
func (b *builder) Unknown(ctx context.Context, paths []string) []build.Unknown {
	dir := b.workshop()
	if dir == "" || len(paths) == 0 {
		return nil
	}
	return b.Server.Unknown(ctx, dir, b.environ(), paths)
}

// Program reads what GoNB has put together in the folder of its own that it
// makes in the kernel's.
func (b *builder) Program() []byte {
	for _, name := range []string{"main.go", "main_test.go"} {
		if found, err := filepath.Glob(filepath.Join(b.folder, "gonb_*", name)); err == nil && len(found) > 0 {
			if text, err := os.ReadFile(found[0]); err == nil {
				return text
			}
		}
	}
	return nil
}

// Result takes what the last program has shown.
func (b *builder) Result() map[string]string {
	data, err := os.ReadFile(b.result)
	if err != nil {
		return nil
	}
	os.Remove(b.result)
	forms := map[string]string{}
	for len(data) > 0 {
		var mime string
		var n int
		head, rest, _ := bytes.Cut(data, []byte("\n"))
		if _, err := fmt.Sscanf(string(head), "%s %d", &mime, &n); err != nil || n < 0 || n >= len(rest) {
			return forms
		}
		forms[mime] = string(rest[:n])
		data = rest[n+1:]
	}
	return forms
}
