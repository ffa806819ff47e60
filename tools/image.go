package main

//go:generate cp ../docker/Dockerfile ../binder/Dockerfile

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// imagePart is the tests of the images, which any change of the source may change, but
// which these files decide. What a notebook or a package does in a cell the other tests
// say, in minutes less.
var imagePart = slow{name: "Image", packages: []string{"./kernel/internal/install", "./kernel/internal/gonb", "./kernel/internal/gocache", "./kernel/internal/course"},
	paths: []string{".dockerignore", "docker", "frontend/requirements", "frontend/overrides.json", "frontend/labpage.py", "kernel/install.go", "kernel/notebooks.go", "tools/image.go"}, run: imageTests}

// engineName names a folder with a program with-docker that runs a command with a Docker
// engine of its own, where there is none: with-docker [--offline] FOLDER -- COMMAND….
// engineFolderName is where that keeps its images.
const (
	engineName       = "NNLAB_DOCKER"
	engineFolderName = "NNLAB_DOCKER_FOLDER"
)

// wholeName has the tests of the image run the lecture's examples whole, and a class of thirty.
const wholeName = "NNLAB_WHOLE"

// withEngine is a command that has a Docker engine: the machine's, or one of its own, for
// which no network is there when it is to be offline.
func withEngine(ctx context.Context, offline bool, name string, args ...string) (*exec.Cmd, error) {
	line := append([]string{name}, args...)
	if dir := os.Getenv(engineName); dir != "" {
		folder := os.Getenv(engineFolderName)
		if folder == "" {
			cache, err := os.UserCacheDir()
			if err != nil {
				return nil, err
			}
			folder = filepath.Join(cache, "nnlab", "engine")
		}
		with := []string{filepath.Join(dir, "with-docker")}
		if offline {
			with = append(with, "--offline")
		}
		line = append(append(with, folder, "--"), line...)
	} else if text, err := output(ctx, "docker", "info"); err != nil {
		return nil, fmt.Errorf("there is no Docker engine (%w); install Docker, or name in %s a folder with the program with-docker\n%s", err, engineName, lastLines(text, 2))
	}
	cmd := command(ctx, line[0], line[1:]...)
	cmd.Env = append(os.Environ(), "DOCKER_BUILDKIT=1", "BUILDKIT_PROGRESS=plain")
	// An engine that is left behind keeps the next one from its images: what is interrupted
	// is all that the command has started, and the engine gets time to end its containers.
	asGroup(cmd)
	cmd.WaitDelay = 2 * time.Minute
	return cmd, nil
}

// image builds the classroom's images. The arguments go to the build of the students'.
func image(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	if err := flags.Parse(args); err != nil {
		return err
	}
	// Both in one engine, which may have to be started.
	build := "docker build "
	if os.Getenv(engineName) != "" {
		build += "--network host " // the only one that it has
	}
	script := build + "-f docker/Dockerfile -t nnlab \"$@\" . && " + build + "-f docker/hub/Dockerfile -t nnlab-hub ."
	cmd, err := withEngine(ctx, false, "sh", append([]string{"-c", script, "image"}, flags.Args()...)...)
	if err != nil {
		return err
	}
	return cmd.Run()
}

// imageTests builds the images and tests them: what they have in them, JupyterLab in the
// browser, a class on the hub.
func imageTests(ctx context.Context, complete bool) part {
	heading("Image")
	const name = "Image"
	if _, err := withEngine(ctx, true, "true"); err != nil {
		fmt.Println(err)
		return missing(name, 1, err.Error())
	}
	failed := func(err error) part {
		fmt.Println(err)
		return part{name: name, failed: 1, detail: err.Error()}
	}
	if err := image(ctx, nil); err != nil {
		return failed(fmt.Errorf("the images could not be built: %w", err))
	}
	if err := makeEnvironment(ctx, labPackages, testPackages); err != nil {
		return failed(err)
	}
	chromium, err := findChromium(ctx)
	if err != nil {
		return failed(err)
	}
	if err := haveCompose(ctx); err != nil {
		return failed(err)
	}
	report, err := filepath.Abs(filepath.Join(venv, "image.xml"))
	if err != nil {
		return failed(err)
	}
	status := report + ".status"
	os.Remove(report)
	os.Remove(status)
	cmd, err := withEngine(ctx, true, "sh", "-c", `"$@"; echo $? >"$0"`, status,
		inVenv("python"), "-m", "pytest", "-c", "docker/tests/pytest.ini", "--junit-xml", report, "docker/tests")
	if err != nil {
		return failed(err)
	}
	cmd.Env = append(cmd.Env, "NNLAB_CHROMIUM="+chromium, "PYTHONDONTWRITEBYTECODE=1")
	runError := cmd.Run()
	// The tests start the engine anew, and with-docker fails when it does not find its own
	// at the end: what counts is how they have ended.
	if said, err := os.ReadFile(status); err == nil && strings.TrimSpace(string(said)) == "0" {
		runError = nil
	}
	p, err := readJUnit(report)
	p.name = name
	if err != nil || runError != nil && p.failed == 0 {
		return failed(errors.Join(err, runError))
	}
	return p
}

// haveCompose sees to it that there is a compose, Docker's own or its first version.
func haveCompose(ctx context.Context) error {
	if _, err := output(ctx, "docker", "compose", "version"); err == nil {
		return nil
	}
	if _, err := exec.LookPath("docker-compose"); err == nil {
		return nil
	}
	if err := aptInstall(ctx, "docker-compose"); err != nil {
		return fmt.Errorf("there is no docker compose, and it cannot be installed here (%w); Debian, Ubuntu: sudo apt install docker-compose", err)
	}
	return nil
}
