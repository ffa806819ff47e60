package gpu

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/nnlab-go/lab/internal/card"
	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/pt"
)

// Examine prints what the GPU is and does, and holds the lab's kernels to the reference on
// it. It returns an error when there is no GPU, or one that does not compute rightly.
func Examine(ctx context.Context, w io.Writer, root string) error {
	say := func(text string) { fmt.Fprintln(w, text) }
	program, err := Make(ctx, root, say)
	if err != nil {
		return err
	}
	r, err := ask(ctx, program)
	if err != nil {
		return err
	}
	write(w, r)
	return conform(ctx, w, root, r.Emulated)
}

// ask has the program report on its card.
func ask(ctx context.Context, program string) (r card.Report, err error) {
	var out, logged bytes.Buffer
	cmd := exec.CommandContext(ctx, program, card.Flag)
	cmd.Stdout, cmd.Stderr = &out, &logged
	if err := cmd.Run(); err != nil {
		return r, reason(out.String() + logged.String())
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		return r, reason(out.String())
	}
	return r, nil
}

// write writes a report for people.
func write(w io.Writer, r card.Report) {
	name := plain.Line(r.Card)
	if r.Emulated {
		fmt.Fprintf(w, "GPU: %s (emulador: a velocidade dele não diz nada, e não é medida)\n", name)
		return
	}
	fmt.Fprintf(w, "GPU: %s; no máximo %s GFLOP/s (float32, sem tensor cores) e %s GB/s, medidos agora\n", name, pt.Number(r.GFLOPS, 0), pt.Number(r.GBps, 0))
	for _, m := range r.Measured {
		if m.GFLOPS > 0 {
			fmt.Fprintf(w, "  %s: %s GFLOP/s, %s %% do máximo\n", m.Kernel, pt.Number(m.GFLOPS, 0), pt.Number(100*m.GFLOPS/r.GFLOPS, 0))
		} else {
			fmt.Fprintf(w, "  %s: %s GB/s, %s %% do máximo\n", m.Kernel, pt.Number(m.GBps, 0), pt.Number(100*m.GBps/r.GBps, 0))
		}
	}
}

// conform runs the suite that every backend passes, on the card.
func conform(ctx context.Context, w io.Writer, root string, short bool) error {
	k, err := Find(root)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "comparando todos os kernels com a referência em float64 …")
	args := []string{"test", "-tags", "cuda", "-count=1", "-run", "^(TestValues|TestGrad)$", "./nnlab/backend/cuda"}
	if short {
		args = append(args[:1], append([]string{"-short"}, args[1:]...)...)
	}
	cmd, err := k.Go(ctx, root, args...)
	if err != nil {
		return err
	}
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("os kernels não calculam nesta GPU o que devem: %w\n%s", err, strings.Join(lines[max(0, len(lines)-40):], "\n"))
	}
	fmt.Fprintf(w, "todos calculam o que devem (%s s)\n", pt.Number(time.Since(began).Seconds(), 0))
	return nil
}
