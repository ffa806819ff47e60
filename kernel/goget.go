package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// asks tells whether a call of the Go tool is one that a student makes, in a cell
// with !, and that may look for modules on the network.
func asks(args []string) bool {
	switch {
	case len(args) == 0:
		return false
	case args[0] == "mod":
		return len(args) > 1 && slices.Contains([]string{"download", "tidy", "vendor"}, args[1])
	}
	return slices.Contains([]string{"get", "install", "run", "list"}, args[0])
}

// network is what the Go tool says when it cannot reach what it asks.
var network = regexp.MustCompile(`dial tcp|no such host|i/o timeout|connection re(fused|set)|network is unreachable|TLS handshake|module lookup disabled|proxyconnect|Could not resolve host|unable to access`)

// fetching calls the Go tool with the user's proxy, and where nothing comes from
// there with what has come before: the module cache is a proxy too. Where there is
// no network, or the order is given in the wrong folder, it says what to do.
func fetching(args []string) int {
	var heard bytes.Buffer
	c := exec.Command(os.Getenv("NNLAB_GO"), args...)
	c.Env = append(os.Environ(), "GOPROXY="+proxies(os.Getenv(gonb.ProxyName)))
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, io.MultiWriter(os.Stderr, &heard)
	if c.Run() == nil {
		return 0
	}
	said := heard.String()
	switch {
	case strings.Contains(said, "go.mod file not found"):
		fmt.Fprintf(os.Stderr, "nnlab: aqui não há um módulo de Go; com ! e um asterisco a ordem roda onde as células são compiladas: !*go %s\n", strings.Join(args, " "))
	case network.MatchString(said):
		fmt.Fprintf(os.Stderr, "nnlab: não há rede, ou o GOPROXY (%s) não responde. Rode esta célula uma vez com rede: depois o pacote fica no computador, "+
			"e a mesma célula funciona sem ela, com a versão escrita (!*go get CAMINHO@v1.2.3). "+
			"Sem rede há a biblioteca padrão do Go e os pacotes de %s.\n", os.Getenv(gonb.ProxyName), strings.Join(gonb.Modules, " e "))
	}
	return cmp.Or(c.ProcessState.ExitCode(), 1)
}

// proxies is a GOPROXY that ends with the module cache.
func proxies(users string) string {
	out, err := exec.Command(os.Getenv("NNLAB_GO"), "env", "GOMODCACHE").Output()
	if err != nil {
		return users
	}
	cache := "file://" + filepath.ToSlash(filepath.Join(strings.TrimSpace(string(out)), "cache", "download"))
	if users == "off" || users == "" {
		return cache
	}
	return users + "|" + cache
}
