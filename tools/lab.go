package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
)

// lab opens JupyterLab on the notebooks. The arguments are passed on.
func lab(ctx context.Context, args []string) error {
	if err := makeEnvironment(ctx, labPackages); err != nil {
		return fmt.Errorf("JupyterLab cannot be installed: %w", err)
	}
	if err := installKernel(ctx); err != nil {
		return err
	}
	argv := []string{"jupyter", "lab"}
	if os.Geteuid() == 0 {
		argv = append(argv, "--allow-root") // a container
	}
	argv = append(append(argv, args...), "notebooks")
	// It takes this program's place, so that Ctrl+C is between it and the user.
	return syscall.Exec(inVenv("jupyter"), argv, os.Environ())
}

// protocol prints how the kernel does in Jupyter's own tests, and GoNB alone.
func protocol(ctx context.Context) error {
	if err := prepareFrontEnd(ctx); err != nil {
		return err
	}
	return command(ctx, inVenv("python"), "frontend/protocol.py").Run()
}

// screenshot takes the README's picture.
func screenshot(ctx context.Context) error {
	return inBrowser(ctx, "frontend/screenshot.py", "docs/exemplo1.png")
}

// blocking measures how long updates of figures keep a page.
func blocking(ctx context.Context) error {
	return inBrowser(ctx, "frontend/blocking.py")
}

// inBrowser runs a program that has JupyterLab and a browser.
func inBrowser(ctx context.Context, program ...string) error {
	if err := prepareFrontEnd(ctx); err != nil {
		return err
	}
	chromium, err := findChromium(ctx)
	if err != nil {
		return err
	}
	cmd := command(ctx, inVenv("python"), program...)
	cmd.Env = append(os.Environ(), "NNLAB_CHROMIUM="+chromium)
	return cmd.Run()
}
