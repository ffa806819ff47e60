// Command tools does what the Makefile names: it runs all tests, checks the
// source, runs the notebooks, opens JupyterLab and takes the README's picture. Run it at the top of
// the repository:
//
//	go run ./tools test [-complete] [-all] # go test, also for arm64, lint, then the front-end tests
//	go run ./tools races [PACKAGES…]    # go test under the race detector; that they passed is noted
//	go run ./tools arm                  # go test of the NEON kernels, under QEMU
//	go run ./tools cuda                 # go test of the backend for GPUs, on an emulated one
//	go run ./tools gpu                  # what a machine with a GPU needs to test and measure, into .cache/gpu
//	go run ./tools wheel                # the package for pip, installed and run where there is neither Go nor a network
//	go run ./tools signs                # each sign of a gradient flipped; the tests must notice
//	go run ./tools front-end            # the tests in a real JupyterLab and browser
//	go run ./tools lecture [NAMES…]     # the lecture's notebooks restarted and run whole there; that they passed is noted
//	go run ./tools lint                 # gofmt, go vet, staticcheck, go generate
//	go run ./tools stress [PACKAGES…]   # each package's tests many times, shuffled, while every core is busy
//	go run ./tools notebooks [NAMES…]   # the lecture's notebooks run whole, as a table of accuracies and minutes
//	go run ./tools lab [ARGUMENTS…]     # JupyterLab on notebooks/, with the kernel installed
//	go run ./tools image [ARGUMENTS…]   # the classroom's images; the arguments go to docker build
//	go run ./tools image-test           # the images' tests, with Docker; that they passed is noted
//	go run ./tools audit                # the images' packages of pip and Go in the databases of known vulnerabilities
//	go run ./tools protocol             # Jupyter's tests of a kernel with nnlab and with GoNB alone, as a table
//	go run ./tools screenshot           # docs/exemplo1.png from a real browser
//	go run ./tools blocking             # how long updates of figures keep JupyterLab's page
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "nnlab:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 1 && args[0] == "cut-off" { // of wheel's
		return becomeCutOff(args[1:])
	}
	if _, err := os.Stat("frontend/requirements"); errors.Is(err, fs.ErrNotExist) {
		return errors.New("run this at the top of the nnlab repository")
	}
	command := ""
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch command {
	case "test":
		return test(ctx, args)
	case "races":
		return alone(ctx, func(ctx context.Context, _ bool) part { return racesAnew(ctx, args) })
	case "arm":
		return alone(ctx, armTests)
	case "cuda":
		return alone(ctx, cudaPart.anew)
	case "gpu":
		return gpuBundle(ctx)
	case "wheel":
		return alone(ctx, wheelPart.anew)
	case "signs":
		return alone(ctx, signsPart.anew)
	case "front-end":
		return alone(ctx, frontEndTests)
	case "lecture":
		return alone(ctx, func(ctx context.Context, _ bool) part { return lectureAnew(ctx, args) })
	case "lint":
		return alone(ctx, lint)
	case "stress":
		return stress(ctx, args)
	case "notebooks":
		return notebooks(ctx, args)
	case "lab":
		return lab(ctx, args)
	case "image":
		return image(ctx, args)
	case "image-test":
		return alone(ctx, imagePart.anew)
	case "audit":
		return audit(ctx)
	case "protocol":
		return protocol(ctx)
	case "screenshot":
		return screenshot(ctx)
	case "blocking":
		return blocking(ctx)
	}
	return fmt.Errorf("expected test, races, arm, cuda, gpu, wheel, signs, front-end, lecture, lint, stress, notebooks, lab, image, image-test, audit, protocol, screenshot or blocking, got %q", command)
}
