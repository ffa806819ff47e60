package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// venv is the Python environment inside the checkout.
const venv = ".venv"

// The pinned packages of JupyterLab, and those which the tests need besides.
const (
	labPackages  = "frontend/requirements/lab.txt"
	testPackages = "frontend/requirements/test.txt"
)

// inVenv is the path of a program of the environment.
func inVenv(program string) string {
	path, err := filepath.Abs(filepath.Join(venv, "bin", program))
	if err != nil {
		return filepath.Join(venv, "bin", program)
	}
	return path
}

// makeEnvironment makes the environment, or brings it to the given pins. One
// that is up to date costs nothing.
func makeEnvironment(ctx context.Context, requirements ...string) error {
	if err := makeVenv(ctx, venv); err != nil {
		return err
	}
	for _, file := range requirements {
		if err := install(ctx, venv, file); err != nil {
			return err
		}
	}
	return labSettings()
}

// makeVenv makes a Python environment where there is none that works.
func makeVenv(ctx context.Context, folder string) error {
	if _, err := output(ctx, filepath.Join(folder, "bin", "python"), "-c", "pass"); err == nil {
		return nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	python, err := findPython(ctx)
	if err != nil {
		return err
	}
	fmt.Println("making the Python environment", folder)
	if text, err := output(ctx, python, "-m", "venv", folder); err != nil {
		return fmt.Errorf("%s -m venv %s: %w\n%s", python, folder, err, lastLines(text, 5))
	}
	return nil
}

// install brings the packages of a requirements file, and no others, into an environment,
// where a copy of the file stays to tell the next time that they are there.
func install(ctx context.Context, folder, file string) error {
	want, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	done := filepath.Join(folder, filepath.Base(file))
	if is, err := os.ReadFile(done); err == nil && bytes.Equal(is, want) {
		return nil
	}
	fmt.Println("installing the packages of", file)
	if text, err := output(ctx, filepath.Join(folder, "bin", "python"), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "--no-deps",
		"--only-binary=:all:", "--quiet", "-r", file); err != nil {
		return fmt.Errorf("the packages of %s could not be installed; the first time needs the internet or a mirror of PyPI: %w\n%s",
			file, err, lastLines(text, 5))
	}
	return os.WriteFile(done, want, 0o666)
}

// labSettings turns off what JupyterLab would ask the internet.
func labSettings() error {
	settings, err := os.ReadFile("frontend/overrides.json")
	if err != nil {
		return err
	}
	dir := filepath.Join(venv, "share", "jupyter", "lab", "settings")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "overrides.json"), settings, 0o666)
}

// findPython looks for a Python 3.10 or newer that can make environments.
func findPython(ctx context.Context) (string, error) {
	err := errors.New("there is no Python 3.10 or newer; Debian, Ubuntu: sudo apt install python3 python3-venv; others: https://www.python.org/downloads/")
	for _, name := range []string{"python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"} {
		path, e := exec.LookPath(name)
		if e != nil {
			continue
		}
		if _, e := output(ctx, path, "-c", "import sys; assert sys.version_info >= (3, 10)"); e != nil {
			continue
		}
		if _, e := output(ctx, path, "-c", "import venv, ensurepip"); e != nil {
			err = fmt.Errorf("%s cannot make environments: its venv module is missing; Debian, Ubuntu: sudo apt install python3-venv", path)
			continue
		}
		return path, nil
	}
	return "", err
}

// installKernel builds the kernel and registers it in the environment.
func installKernel(ctx context.Context) error {
	fmt.Println("building and installing the kernel; the first time takes some minutes")
	cmd := command(ctx, "go", "run", "./kernel", "install", "--prefix", venv)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the kernel could not be installed: %w", err)
	}
	return nil
}
