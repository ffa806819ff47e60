// Command cudaemu builds a libcuda.so.1 that needs no GPU: an emulator of NVIDIA's driver,
// for tests alone, that reads the PTX of the lab's kernels and runs it instruction by
// instruction. gorgonia.org/cu and all that stands on it run unmodified.
//
// It is slow, and no time taken on it says anything about a GPU. It is strict: what PTX
// leaves undefined and a card may get away with is an error that names the instruction.
// It finds
//
//   - an address outside of what was asked for, or that is no multiple of the access;
//   - memory, of the device or of a block, that is read before it is written;
//   - two threads of a block that meet in shared memory without a barrier in between;
//   - a copy to shared memory (cp.async) that somebody meets before it is waited for: it is
//     done no earlier than then;
//   - barriers that some threads of a block do not reach, or reach at another place;
//   - two streams that meet in a piece of memory, one of which writes, with no event that one
//     waits for in between (of two parts of a piece it does not know that they are two);
//   - what may not be asked for while a stream is captured;
//   - blocks, grids and shared memory beyond the limits of cards;
//   - factors of tensor cores that are no TF32, or a warp that does not multiply as a whole;
//   - a division of whole numbers by 0, an instruction that it does not know, or that the card
//     of its text does not.
//
// CUDAEMU_MEMORY, CUDAEMU_CAPABILITY, CUDAEMU_DRIVER, CUDAEMU_PTX and CUDAEMU_FAIL make it another
// card, or a driver that is older or refuses (driver.cpp); processes with the same file in CUDAEMU_CARD share the
// memory of one card.
//
// Its clock, by which events tell times, counts the instructions that warps have done.
//
// Blocks, and warps within a block, run in random order and for random stretches. Work is
// put off until the host waits, and of other streams no more is done than must be, so that a
// host's buffer that changes too early shows. A graph is what was captured, with what kernels
// were called with then.
//
//	go run ./nnlab/backend/cuda/internal/cudaemu FOLDER FOLDER-OF-CUDA.H
//
// The folder src has the parts: memory.cpp the memories, parse.cpp PTX's text,
// operations.cpp what instructions compute, ampere.cpp those that came with sm_80, run.cpp
// blocks and warps, streams.cpp streams, events and graphs, driver.cpp the rest of the
// driver's functions.
package main

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

//go:embed src
var source embed.FS

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "expected the folder for libcuda.so.1 and that of cuda.h")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := build(ctx, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "cudaemu:", err)
		os.Exit(1)
	}
}

// build compiles the emulator with the C++ compiler g++ to dir/libcuda.so.1, beside which
// stands the name that a linker looks for. include is the folder of cuda.h.
func build(ctx context.Context, dir, include string) error {
	src, err := fs.Sub(source, "src")
	if err != nil {
		return err
	}
	at := filepath.Join(dir, "src")
	if err := os.RemoveAll(at); err != nil {
		return err
	}
	if err := os.CopyFS(at, src); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(at, "*.cpp"))
	if err != nil {
		return err
	}
	// No product may be taken together with a sum where the program does not say so, and
	// what follows a change of the rounding stays behind it.
	args := []string{"-std=c++17", "-O3", "-march=native", "-ffp-contract=off", "-frounding-math", "-fPIC", "-fvisibility=hidden",
		"-Wall", "-Werror", "-shared", "-Wl,-soname,libcuda.so.1", "-I", include, "-o", filepath.Join(dir, "libcuda.so.1")}
	if text, err := exec.CommandContext(ctx, "g++", append(args, files...)...).CombinedOutput(); err != nil {
		return fmt.Errorf("building the emulator of a GPU: %w\n%s", err, strings.TrimSpace(string(text)))
	}
	name := filepath.Join(dir, "libcuda.so")
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.Symlink("libcuda.so.1", name)
}
