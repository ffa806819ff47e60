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
	"syscall"

	"golang.org/x/term"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/execute"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/page"
	"github.com/nnlab-go/lab/kernel/internal/pt"
)

const parallelHelp = "roda `N` cadernos de uma vez (sem a opção: tantos quantos são os núcleos). " +
	"Um treinamento já usa todos os núcleos: onde os cadernos treinam por muito tempo, mais de 2 de uma vez ganham pouco e precisam " +
	"da memória de todos; onde eles mais compilam, carregam ou esperam, mais são mais rápidos"

const execUsage = "nnlab-kernel exec CADERNO… [-o SAÍDA] [--html SAÍDA] [-p nome=valor]… [-j N] [-timeout TEMPO]"

// job is a notebook that is to be run, and how that ended.
type job struct {
	execute.Run
	html  string
	saved bool // the notebook and its page are written
	err   error
}

// execNotebooks runs notebooks: 0 when all went well, 1 when a cell failed, 2
// when it was called wrongly, 130 when it was interrupted.
func execNotebooks(args []string) (int, error) {
	flags := newFlags(execUsage)
	out := flags.String("o", "", "o `caderno` executado (sem a opção: NOME.executed.ipynb ao lado dele); com vários cadernos, uma pasta")
	html := flags.String("html", "", "a `página` do caderno executado (sem a opção: NOME.executed.html ao lado dele); com vários cadernos, uma pasta")
	asked := flags.Int("j", 0, parallelHelp)
	timeout := flags.Duration("timeout", 0, "interrompe uma célula, e com ela o caderno, depois deste `tempo`: 90s, 10m (sem a opção: nunca)")
	var parameters []ipynb.Parameter
	flags.Func("p", "`nome=valor` para uma variável da célula com a etiqueta parameters; pode ser repetida", func(s string) error {
		p, err := ipynb.ParseParameter(s)
		parameters = append(parameters, p)
		return err
	})
	notebooks, err := parseMixed(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0, nil
	case err != nil:
		return 2, err
	case len(notebooks) == 0:
		return 2, errors.New("esperava um caderno ou mais: " + execUsage)
	case *timeout < 0:
		return 2, fmt.Errorf("-timeout: esperava um tempo como 90s ou 10m, veio %v", *timeout)
	}
	parallel, err := execute.Parallel(*asked, len(notebooks))
	if err != nil {
		return 2, err
	}
	jobs, err := plan(notebooks, *out, *html)
	if err != nil {
		return 2, err
	}
	s, err := setting(gonb.GoNB, gonb.GoImports)
	if err != nil {
		return 1, err
	}
	if err := gonb.Prepare(context.Background(), s); err != nil {
		return 1, err
	}
	s.NoGopls = true
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	board := &execute.Board{W: os.Stdout}
	board.Terminal, board.Width = terminal(os.Stdout)
	execute.Each(len(jobs), parallel, func(i int) {
		j := jobs[i]
		j.Setting, j.Parameters, j.Timeout = s, parameters, *timeout
		j.Progress = &execute.Progress{W: os.Stdout, Terminal: board.Terminal, Width: board.Width}
		if parallel > 1 {
			lane := board.Lane(j.Name)
			defer lane.Close()
			j.Progress = &execute.Progress{W: lane}
			if board.Terminal {
				j.Progress.Status = lane.Status
			}
		}
		j.do(ctx)
	})
	return report(jobs)
}

// terminal tells whether a file is one, and its width where it is known.
func terminal(f *os.File) (is bool, width int) {
	fd := int(f.Fd())
	if width, _, err := term.GetSize(fd); err == nil {
		return term.IsTerminal(fd), width
	}
	return term.IsTerminal(fd), 0
}

// plan says where the results of each notebook go.
func plan(notebooks []string, out, html string) ([]*job, error) {
	var jobs []*job
	var files []string
	names := execute.Names(notebooks)
	for i, nb := range notebooks {
		j := &job{Run: execute.Run{Notebook: nb, Name: names[i]}}
		j.Out = target(nb, out, ".ipynb", len(notebooks) > 1)
		j.html = target(nb, html, ".html", len(notebooks) > 1)
		for _, f := range []string{j.Out, j.html} {
			if slices.Contains(files, f) && !isDevice(f) {
				return nil, fmt.Errorf("%s seria gravado duas vezes; dê cadernos de mesmo nome a chamadas separadas", f)
			}
			files = append(files, f)
		}
		jobs = append(jobs, j)
	}
	for _, f := range files {
		if err := writable(f); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// target is where a result goes: to the file that was named, into the folder that
// was named, as it is for several notebooks, or beside the notebook.
func target(notebook, named, ending string, several bool) string {
	base := strings.TrimSuffix(notebook, ".ipynb")
	if named == "" {
		return base + ".executed" + ending
	}
	if info, err := os.Stat(named); several || err == nil && info.IsDir() || strings.HasSuffix(named, "/") {
		return filepath.Join(named, filepath.Base(base)+ending)
	}
	return named
}

// isDevice tells whether a file is one, as /dev/null is.
func isDevice(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode()&os.ModeDevice != 0
}

// writable makes the folder of a file and tries whether the file can be written
// there, before cells have run for hours.
func writable(file string) error {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return fmt.Errorf("%s é uma pasta, e o resultado seria um arquivo desse nome; dê outro nome", file)
	}
	if isDevice(file) { // which takes what is written, while its folder takes nothing
		return nil
	}
	if to, err := filepath.EvalSymlinks(file); err == nil {
		file = to
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("o resultado não pode ser gravado: %w", pt.Error(err))
	}
	// The folder decides: the file is put in its place whole.
	f, err := os.CreateTemp(dir, ".nnlab-")
	if err != nil {
		return fmt.Errorf("o resultado não pode ser gravado: %w", pt.Error(&os.PathError{Op: "write", Path: dir, Err: errors.Unwrap(err)}))
	}
	f.Close()
	return os.Remove(f.Name())
}

// do runs the notebook and writes its page, also when a cell failed.
func (j *job) do(ctx context.Context) {
	nb, err := j.Execute(ctx)
	j.err = err
	if nb == nil {
		return
	}
	if err := page.Write(j.html, nb, filepath.Base(j.Notebook), filepath.Dir(j.Notebook)); err != nil {
		j.err = errors.Join(j.err, err)
		return
	}
	j.saved = true
}

// slowest is how many cells the report names.
const slowest = 5

// report says what came out: the numbers that the notebooks report, the slowest
// cells, the files, what failed.
func report(jobs []*job) (int, error) {
	fmt.Println()
	var timings []execute.Timing
	var failed []error
	status := 0
	for _, j := range jobs {
		timings = append(timings, j.Timings...)
		for _, r := range j.Progress.Results {
			fmt.Println(plain.Line(r.Text))
		}
		if j.saved {
			fmt.Printf("%s\n%s\n", plain.Line(j.Out), plain.Line(j.html))
		}
		switch {
		case j.err == nil:
			continue
		case errors.Is(j.err, execute.ErrInterrupted):
			status = 130
		default:
			status = max(status, 1)
		}
		if len(jobs) > 1 {
			j.err = fmt.Errorf("%s: %w", j.Name, j.err)
		}
		failed = append(failed, j.err)
	}
	if err := execute.WriteSlowest(os.Stdout, timings, slowest); err != nil {
		return 1, err
	}
	return status, errors.Join(failed...)
}
