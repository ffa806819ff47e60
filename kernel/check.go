package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/check"
	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

const checkUsage = "nnlab-kernel check TESTES.toml CADERNO… [-j N] [-timeout TEMPO] [-memory TAMANHO] [-json ARQUIVO] [-o PASTA] [-sandbox MEIO | -unsafe]"

// checkNotebooks grades notebooks by a teacher's file: 0 when all have all
// points, 1 when points are missing, 2 when it was called wrongly or the
// teacher's file has a mistake, 130 when it was interrupted.
func checkNotebooks(args []string) (int, error) {
	flags := newFlags(checkUsage)
	asked := flags.Int("j", 1, "roda `N` cadernos de uma vez. Sem a opção, um depois do outro: "+
		"um treinamento já usa todos os núcleos, e o que roda ao lado pode fazê-lo passar do tempo")
	timeout := flags.Duration("timeout", 0, "interrompe uma célula depois deste `tempo`, 90s ou 10m, onde os testes não dão um (sem a opção: 5m)")
	memory := flags.String("memory", "", "o máximo de memória de cada processo de um caderno: um `tamanho` como 2GiB (sem a opção: três quartos do que a máquina tem)")
	means := flags.String("sandbox", "", "isola os cadernos por este `meio`, namespaces ou landlock (sem a opção: o melhor que o sistema tem)")
	unsafe := flags.Bool("unsafe", false, "roda os cadernos sem isolamento: leem os seus arquivos e usam a rede")
	file := flags.String("json", "", "grava as notas também neste `arquivo`")
	out := flags.String("o", "", "guarda os cadernos como foram executados aqui nesta `pasta`")
	files, err := parseMixed(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0, nil
	case err != nil:
		return 2, err
	case *timeout < 0:
		return 2, fmt.Errorf("-timeout: esperava um tempo como 90s ou 10m, veio %v", *timeout)
	case len(files) < 2:
		return 2, errors.New("esperava os testes e um caderno ou mais: " + checkUsage)
	}
	sheet, err := check.ReadSheet(files[0])
	if err != nil {
		return 2, err
	}
	notebooks := files[1:]
	parallel, err := execute.Parallel(*asked, len(notebooks))
	if err != nil {
		return 2, err
	}
	if *timeout > 0 {
		sheet.Timeout = *timeout
	}
	if *memory != "" {
		sheet.Memory = *memory
	}
	limit, err := check.ParseMemory(sheet.Memory)
	if err != nil {
		return 2, fmt.Errorf("-memory: %w", err)
	}
	places := []string{*file}
	if *out != "" {
		places = append(places, filepath.Join(*out, "x.ipynb"))
	}
	for _, f := range places {
		if f != "" {
			if err := writable(f); err != nil {
				return 2, err
			}
		}
	}
	s, err := setting(gonb.GoNB, gonb.GoImports)
	if err != nil {
		return 1, err
	}
	if err := gonb.Prepare(context.Background(), s); err != nil {
		return 1, err
	}
	if sheet.Memory == "" {
		if limit, err = memoryLimit(""); err != nil {
			return 2, err
		}
	}
	s.NoGopls, s.Memory, s.Offline = true, limit, true
	if err := sandbox(&s, *means, *unsafe, files[0]); err != nil {
		return 2, err
	}
	withhold()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	grader := &check.Grader{Sheet: sheet, Setting: s}
	defer grader.Close()
	reports, err := gradeAll(ctx, grader, notebooks, *out, parallel)
	switch {
	case ctx.Err() != nil:
		return 130, execute.ErrInterrupted
	case errors.Is(err, check.ErrTeacher):
		return 2, err
	case err != nil:
		return 1, err
	}
	return announce(sheet, reports, *file)
}

// gradeAll grades the notebooks and says on standard error how far it is. After a
// mistake of the teacher's, which all of them would meet, it begins no other.
func gradeAll(ctx context.Context, g *check.Grader, notebooks []string, out string, parallel int) ([]*check.Report, error) {
	board := &execute.Board{W: os.Stderr}
	board.Terminal, board.Width = terminal(os.Stderr)
	names := execute.Names(notebooks)
	reports, errs := make([]*check.Report, len(notebooks)), make([]error, len(notebooks))
	var mistaken atomic.Bool
	execute.Each(len(notebooks), parallel, func(i int) {
		if ctx.Err() != nil || mistaken.Load() {
			return
		}
		lane := board.Lane(names[i])
		defer lane.Close()
		to := ""
		if out != "" {
			to = filepath.Join(out, strings.ReplaceAll(names[i], "/", "_")+".ipynb")
		}
		if reports[i], errs[i] = g.Grade(ctx, notebooks[i], names[i], to, lane.Status); errs[i] == nil {
			fmt.Fprintln(lane, reports[i])
		}
		if errors.Is(errs[i], check.ErrTeacher) && mistaken.Swap(true) {
			errs[i] = nil // it has been said
		}
	})
	return reports, errors.Join(errs...)
}

// announce prints the tables and writes the file.
func announce(sheet *check.Sheet, reports []*check.Report, file string) (int, error) {
	fmt.Println(plain.Line(sheet.Title))
	for _, r := range reports {
		if err := r.WriteTable(os.Stdout); err != nil {
			return 1, err
		}
	}
	if len(reports) > 1 {
		if err := check.WriteClass(os.Stdout, reports); err != nil {
			return 1, err
		}
	}
	if file != "" {
		if err := check.WriteJSON(file, sheet.Title, reports); err != nil {
			return 1, err
		}
	}
	if slices.ContainsFunc(reports, func(r *check.Report) bool { return !r.Full() }) {
		return 1, nil
	}
	return 0, nil
}

// handed is what a student's program gets of the environment, besides LC_… and
// NNLAB_…: no proxy, no token, no password of the teacher's.
var handed = strings.Fields(`PATH HOME USER LOGNAME LANG TZ TMPDIR XDG_CACHE_HOME
	GOROOT GOPATH GOCACHE GOMODCACHE GOENV GOMAXPROCS`)

// withhold takes all else out of this process's environment, which the kernels
// inherit.
func withhold() {
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if !slices.Contains(handed, name) && !strings.HasPrefix(name, "LC_") && !strings.HasPrefix(name, "NNLAB_") {
			os.Unsetenv(name)
		}
	}
}
