package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
)

// armPackage is what has assembly for arm64, and armEnvironment how Go builds for
// the machine that QEMU emulates.
const armPackage = "./nnlab/backend/cpu"

var armEnvironment = []string{"GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"}

// armTests runs the tests of the NEON kernels, and of the generic ones as they are
// compiled for arm64, under QEMU, which is slow: losses and responses, plain Go that
// takes logarithms and powers, are left out, and so are the finite differences,
// since TestValues holds the same kernels against the reference, and with -short
// convolutions in many parts, which are the same Go everywhere. Of the generic kernels
// products and convolutions are left out, which take longest, are the same Go
// everywhere, and give way to NEON here.
func armTests(ctx context.Context, _ bool) part {
	heading("go test for arm64, under QEMU")
	const name = "Go, arm64"
	if runtime.GOARCH == "arm64" {
		return part{name: name, detail: "this machine is one, and go test ./... has run them"}
	}
	qemu, err := findQEMU(ctx)
	if err != nil {
		fmt.Println(err)
		return missing(name, 1, err.Error())
	}
	return goTest(ctx, name, armEnvironment, "-exec", qemu, "-short", "-skip", "^TestGrad$|^TestValues$/^generic$/^(Gemm|Conv|ConvGradInput|ConvGradKernel)$|^TestValues$/./^(Loss|SoftmaxCrossEntropy|LocalResponse|LocalResponseGrad)$", armPackage)
}

// findQEMU returns the path of QEMU for programs of arm64, which it installs where
// there is none.
func findQEMU(ctx context.Context) (string, error) {
	if path, err := lookForQEMU(); err == nil {
		return path, nil
	}
	if err := aptInstall(ctx, "qemu-user"); err != nil {
		return "", fmt.Errorf("there is no qemu-aarch64, and it cannot be installed here (%w); Debian, Ubuntu: sudo apt install qemu-user", err)
	}
	return lookForQEMU()
}

func lookForQEMU() (string, error) {
	if path, err := exec.LookPath("qemu-aarch64"); err == nil {
		return path, nil
	}
	return exec.LookPath("qemu-aarch64-static")
}
