package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// findChromium returns the path of Chromium or Chrome, which it installs where
// there is neither.
func findChromium(ctx context.Context) (string, error) {
	if path, err := lookForChromium(); err == nil {
		return path, nil
	}
	if err := aptInstall(ctx, "chromium"); err != nil {
		return "", fmt.Errorf("there is no Chromium, and it cannot be installed here (%w); install chromium or google-chrome, or name one in NNLAB_CHROMIUM", err)
	}
	return lookForChromium()
}

func lookForChromium() (string, error) {
	if path := os.Getenv("NNLAB_CHROMIUM"); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}

// aptInstall installs packages of Debian or Ubuntu, as root or with a sudo that
// asks nothing.
func aptInstall(ctx context.Context, packages ...string) error {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return errors.New("no apt-get")
	}
	var sudo []string
	if os.Geteuid() != 0 {
		if _, err := output(ctx, "sudo", "-n", "true"); err != nil {
			return errors.New("not root, and sudo asks for a password")
		}
		sudo = []string{"sudo", "-n"}
	}
	fmt.Println("installing", packages, "with apt-get")
	apt := append(sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300")
	for _, args := range [][]string{{"update", "-qq"}, append([]string{"install", "-y", "-qq", "--no-install-recommends"}, packages...)} {
		args = append(apt[1:len(apt):len(apt)], args...)
		if text, err := output(ctx, apt[0], args...); err != nil {
			return fmt.Errorf("apt-get: %w\n%s", err, lastLines(text, 3))
		}
	}
	return nil
}
