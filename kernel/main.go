// Command nnlab-kernel is the lab's Jupyter kernel: it installs itself, runs
// under a front end, runs notebooks without one, and says what is missing.
//
//	go run ./kernel exec notebooks/exemplo1-mlp.ipynb
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/complete"
	"github.com/nnlab-go/lab/kernel/internal/confine"
	"github.com/nnlab-go/lab/kernel/internal/gocache"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/jail"
	"github.com/nnlab-go/lab/kernel/internal/pt"
	"github.com/nnlab-go/lab/kernel/internal/supervise"
)

const usage = execUsage + `
        roda cadernos da primeira célula à última; não precisa de Python
` + checkUsage + `
        roda cadernos de alunos de novo e dá as notas; veja docs/check.md
nnlab-kernel install [--prefix PASTA]
        torna o kernel "nnlab (Go)" conhecido do Jupyter
nnlab-kernel run [--plain] [--any-address] [--memory TAMANHO] [--verbose] ARQUIVO
        é o kernel de um front end; o Jupyter o chama com o seu arquivo de conexão
` + notebooksUsage + `
        põe os cadernos do curso numa pasta; o que você mudou ali fica como está
` + releaseUsage + `
        faz a cópia dos alunos de um curso: sem soluções e sem a pasta professor
nnlab-kernel prepare
        compila agora o que as células importam, para que a primeira não espere
nnlab-kernel fetch NOME
        baixa um conjunto de dados que não está no repositório
nnlab-kernel doctor [--gpu]
        diz o que falta nesta máquina e como consertar; com --gpu, testa a GPU
(-h depois de exec e de check explica as opções)
`

// command is a subcommand: it returns the exit status.
type command func(args []string) (int, error)

func main() {
	// In a kernel's PATH this program stands in front of three others.
	switch filepath.Base(os.Args[0]) {
	case "go":
		os.Exit(goShim(os.Args[1:]))
	case "goimports":
		os.Exit(goimportsShim(os.Args[1:]))
	case "gopls":
		os.Exit(goplsShim(os.Args[1:]))
	}
	commands := map[string]command{"exec": execNotebooks, "check": checkNotebooks, "install": installKernel, "run": runKernel, "doctor": runDoctor,
		"fetch": fetchData, "notebooks": layNotebooks, "release": releaseCourse, "prepare": prepareCells,
		supervise.WatchCommand: keepWatch, complete.Command: serveCompletions,
		jail.Command: goToJail, confine.Command: serveConfined, gocache.Command: serveCache}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	status, err := commands[os.Args[1]](os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "nnlab:", plain.Text(pt.Error(err).Error())) // in which names are, and cells
	}
	os.Exit(status)
}

// keepWatch is the watchdog of a kernel: see package supervise.
func keepWatch(args []string) (int, error) {
	if len(args) < 3 {
		return 2, errors.New("expected a marker, a folder and a program")
	}
	if err := supervise.Watch(args[0], args[1], args[2:]); err != nil {
		return 1, err
	}
	return 0, nil
}

// goToJail becomes a program in jail: see package jail.
func goToJail(args []string) (int, error) {
	if len(args) == 0 { // which is how it is tried whether a jail works
		return 0, nil
	}
	if err := jail.Enter(args); err != nil {
		return 1, err
	}
	return 0, nil // who watched has seen the end
}

// serveConfined is a kernel in jail: see package confine.
func serveConfined(args []string) (int, error) {
	if err := confine.Serve(args); err != nil {
		return 1, err
	}
	return 0, nil
}

// serveCache is a cache of the Go tool: see package gocache.
func serveCache(args []string) (int, error) {
	if len(args) != 2 {
		return 2, errors.New("expected two caches")
	}
	if err := gocache.Serve(args[0], args[1], os.Stdin, os.Stdout); err != nil {
		return 1, err
	}
	return 0, nil
}

// serveCompletions is the user's server of completions: see package complete.
func serveCompletions(args []string) (int, error) {
	if len(args) != 3 {
		return 2, errors.New("expected a folder, the checkout and gopls")
	}
	if err := complete.Serve(args[0], args[1], args[2], complete.Idle()); err != nil {
		return 1, err
	}
	return 0, nil
}

// setting finds the checkout, builds the tools that are missing, and returns
// what a kernel is started with.
func setting(tools ...gonb.Tool) (gonb.Setting, error) {
	said, err := gonb.MendTemp()
	if err != nil {
		return gonb.Setting{}, err
	}
	if said != "" {
		fmt.Fprintln(os.Stderr, "nnlab:", said)
	}
	root, err := gonb.Root()
	if err != nil {
		return gonb.Setting{}, err
	}
	dir, err := gonb.Build(root, tools...)
	if err != nil {
		return gonb.Setting{}, err
	}
	program, err := os.Executable()
	if err != nil {
		return gonb.Setting{}, err
	}
	s := gonb.Setting{Root: root, Tools: dir, Program: program}
	if shared := gonb.ReadOnlyCache(os.Environ()); shared != "" {
		own, err := gonb.Cache()
		if err != nil {
			return s, err
		}
		s.CacheProg, err = gocache.Program(program, filepath.Join(own, "go-build"), shared)
		return s, err
	}
	return s, nil
}
