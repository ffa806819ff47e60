package main

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// module makes a module greet v1.0.0 of a name that nobody else has, and a proxy
// that has it alone. What of it comes into the module cache is taken out again.
func module(t *testing.T) (path, proxy string) {
	t.Helper()
	path = "example.org/" + strings.ToLower(rand.Text()) + "/greet"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	mod := "module " + path + "\n\ngo 1.26\n"
	for name, text := range map[string]string{"go.mod": mod, "greet.go": "package greet\n\nfunc Hello() string { return \"olá\" }\n"} {
		w, err := z.Create(path + "@v1.0.0/" + name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(w, text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"list": "v1.0.0\n", "v1.0.0.info": `{"Version":"v1.0.0","Time":"2026-01-01T00:00:00Z"}`, "v1.0.0.mod": mod, "v1.0.0.zip": b.String()} {
		file := filepath.Join(dir, path, "@v", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	cache := strings.TrimSpace(string(out))
	t.Cleanup(func() {
		for _, dir := range []string{filepath.Dir(path), filepath.Join("cache", "download", filepath.Dir(path))} {
			dir = filepath.Join(cache, dir)
			filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error { // the Go tool makes them read-only
				if err == nil && d.IsDir() {
					os.Chmod(p, 0o755)
				}
				return nil
			})
			if err := os.RemoveAll(dir); err != nil {
				t.Error(err)
			}
		}
	})
	return path, "file://" + dir
}

// A cell gets a package from where the user's modules come from; without a network
// it gets what has come before, or says what to do.
func TestGoGet(t *testing.T) {
	const nowhere = "http://127.0.0.1:1"
	path, proxy := module(t)
	use := fmt.Sprintf("import %q\nfunc say() { fmt.Print(greet.Hello()) }\n%%%%\nsay()", path)
	t.Setenv("GOSUMDB", "off")
	run := func(proxy string, cells ...string) (said []string) {
		t.Setenv("GOPROXY", proxy)
		s := start(t, newPlace(t), t.TempDir())
		for _, c := range cells {
			said = append(said, s.execute(c))
		}
		s.kernel.Shutdown()
		s.nothingLeft()
		return said
	}
	if got := run(proxy, use, "!*go get "+path, use); got[2] != "olá" || !strings.Contains(got[0], "não há um pacote") {
		t.Errorf("with a network: %q", got)
	}
	both := "!*go get " + path + "\n" + use // the shell's lines come first
	if got := run(proxy, both); !strings.HasSuffix(got[0], "olá") {
		t.Errorf("in one cell: %q", got)
	}
	if got := run(nowhere, "!*go get "+path+"@v1.0.0", use, "!*go get example.org/another", "!go get "+path); got[1] != "olá" ||
		!strings.Contains(got[2], "não há rede, ou o GOPROXY ("+nowhere+") não responde") || !strings.Contains(got[3], ": !*go get "+path+"\n") {
		t.Errorf("without a network: %q", got)
	}
}

// What GoNB orders when it starts goes to the Go tool itself, at once.
func TestOrdersThatAskTheNetwork(t *testing.T) {
	for args, want := range map[string]bool{
		"get x@v1": true, "install x": true, "run .": true, "list -m all": true, "mod tidy": true, "mod download": true,
		"mod init x": false, "mod edit -json": false, "work init": false, "work use .": false, "build .": false, "mod": false, "version": false,
	} {
		if got := asks(strings.Fields(args)); got != want {
			t.Errorf("go %s: %v", args, got)
		}
	}
}
