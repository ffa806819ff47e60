package main

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// What goes to a machine with a GPU is one archive, so that it is small and programs stay
// programs on the way there. Where such machines are lent, 64 MiB may travel, of which the
// repository takes a third.
const (
	gpuFolder  = ".cache/gpu"
	gpuArchive = "nnlab.tgz"
	gpuMost    = 32 << 20
)

// gpuCommand runs on the machine with a card, at the top of a copy of this repository.
const gpuCommand = `cd ` + gpuFolder + ` && tar xzf ` + gpuArchive + ` && ./card -out "$OUT"`

// gpuBundle puts all that is needed on a machine with a GPU, which has no Go, into a folder, and
// prints what to run there.
func gpuBundle(ctx context.Context) error {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return errors.New("machines with a card are linux/amd64, and what uses C is not built for them elsewhere")
	}
	kit, err := cudaKit(ctx)
	if err != nil {
		return err
	}
	if text, err := kit.buildEmulator(ctx); err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	folder := filepath.Join(cudaFolder, "bundle")
	for _, old := range []string{folder, gpuFolder} {
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	for _, file := range []string{
		"nnlab/bench/peers/contender.py", "nnlab/bench/peers/torch_peer.py", "nnlab/bench/peers/jax_peer.py",
		"nnlab/nn/testdata/keras_mlp_float32.json", "nnlab/nn/testdata/keras_layers.json", "nnlab/nn/testdata/keras_examples.json",
		"datasets/mnist/train-images-idx3-ubyte.gz", "datasets/mnist/train-labels-idx1-ubyte.gz",
		"datasets/mnist/t10k-images-idx3-ubyte.gz", "datasets/mnist/t10k-labels-idx1-ubyte.gz",
	} {
		if err := copyFile(file, filepath.Join(folder, file)); err != nil {
			return err
		}
	}
	for program, build := range map[string][]string{
		"cuda.test": {"test", "-c", "-tags", "cuda", cudaPackage},
		"nn.test":   {"test", "-c", "-tags", "cuda", "./nnlab/nn"},
		"bench":     {"build", "-tags", "cuda", "./nnlab/bench"},
		"card":      {"build", "./nnlab/bench/card"},
	} {
		path := filepath.Join(folder, program)
		last := len(build) - 1
		cmd := command(ctx, "go", append(slices.Clone(build[:last]), "-trimpath", "-ldflags=-s -w", "-o", path, build[last])...)
		cmd.Env = append(os.Environ(), kit.environment()...)
		if program == "card" {
			cmd.Env = append(cmd.Env, "CGO_ENABLED=0")
		}
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("building %s: %w", program, err)
		}
		if err := movable(path); err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
	}
	if err := os.MkdirAll(gpuFolder, 0o777); err != nil {
		return err
	}
	archive := filepath.Join(gpuFolder, gpuArchive)
	if text, err := output(ctx, "tar", "-czf", archive, "-C", folder, "."); err != nil {
		return fmt.Errorf("tar: %w\n%s", err, text)
	}
	info, err := os.Stat(archive)
	if err != nil {
		return err
	}
	if info.Size() > gpuMost {
		return fmt.Errorf("%s has %d MiB, more than %d", archive, info.Size()>>20, gpuMost>>20)
	}
	fmt.Printf("%s has %d MiB. On a machine with a card, where $OUT is a folder for results:\n\n%s\n", archive, info.Size()>>20+1, gpuCommand)
	return nil
}

// movable says whether a program runs on another machine: it may need the C library and the
// driver of a GPU, found where that machine's loader finds them, and nothing else.
func movable(path string) error {
	f, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	needs, err := f.ImportedLibraries() // none in a program that is linked whole
	if err != nil {
		return err
	}
	known := []string{"libc.so.6", "libpthread.so.0", "libdl.so.2", "libm.so.6", "libcuda.so.1", "ld-linux-x86-64.so.2"}
	for _, library := range needs {
		if !slices.Contains(known, library) {
			return fmt.Errorf("it needs %s", library)
		}
	}
	for _, tag := range []elf.DynTag{elf.DT_RPATH, elf.DT_RUNPATH} {
		if paths, err := f.DynString(tag); err == nil && len(paths) > 0 {
			return fmt.Errorf("it looks for libraries in %s, a folder of this machine", strings.Join(paths, ":"))
		}
	}
	if now, err := f.DynValue(elf.DT_FLAGS); err == nil && len(now) > 0 && elf.DynFlag(now[0])&elf.DF_BIND_NOW != 0 {
		return errors.New("it wants each function of the driver when it starts, also those that newer drivers have no more")
	}
	return nil
}

// copyFile copies a file, and makes the folder that it comes to.
func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}
