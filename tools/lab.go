package main

import (
	"context"
	"fmt"
	"os"
)

// lab opens JupyterLab on the notebooks. The arguments are passed on.
func lab(ctx context.Context, args []string) error {
	if err := makeEnvironment(ctx, labPackages); err != nil {
		return fmt.Errorf("JupyterLab cannot be installed: %w", err)
	}
	if err := installKernel(ctx); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		args = append([]string{"--allow-root"}, args...) // a container
	}
	cmd := command(ctx, inVenv("jupyter"), append(append([]string{"lab"}, args...), "notebooks")...)
	cmd.Stdin = os.Stdin // it asks before it shuts down
	return cmd.Run()
}

// screenshot takes the README's picture.
func screenshot(ctx context.Context) error {
	if err := prepareFrontEnd(ctx); err != nil {
		return err
	}
	chromium, err := findChromium(ctx)
	if err != nil {
		return err
	}
	cmd := command(ctx, inVenv("python"), "frontend/screenshot.py", "docs/exemplo1.png")
	cmd.Env = append(os.Environ(), "NNLAB_CHROMIUM="+chromium)
	return cmd.Run()
}
