package install

import "github.com/nnlab-go/lab/kernel/internal/ipynb"

// WarmNotebook is a cell that imports what notebooks do.
func WarmNotebook() ipynb.Notebook {
	return ipynb.Notebook{
		"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{},
		"cells": []any{map[string]any(ipynb.NewCode("warm", `import (
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/viz"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

%%
_, _, _ = datasets.MNIST, arch.MLP, nn.Dense
_, _ = viz.Live, time.Now
_, _, _ = floats.Sum, mat.NewDense, stat.Mean
fmt.Fprintln(os.Stdout, strings.ToUpper("ok"), math.Pi)`))},
	}
}
