package gonb

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Of the user's settings of Go, in the environment or in the file of go env -w,
// only those stay that say where files lie and where modules come from.
func TestGoEnviron(t *testing.T) {
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte("# none\nGOWORK=off\nGOPROXY=https://in.the.file\nGOSUMDB=off\nGO111MODULE=auto\nGOFLAGS=-mod=mod\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	env := []string{"HOME=/h", "GOENV=" + file, "GO111MODULE=off", "GOROOT=/nowhere", "GOFLAGS=-mod=vendor", "GOOS=plan9", "GOARM64=v9", "GODEBUG=x=1",
		"GOEXPERIMENT=none", "GOTOOLCHAIN=go1.1", "GOCACHE=/cache", "GOSUMDB=in.the.environment", "GOGC=off", "CGO_CFLAGS=-O9", "GO_EXTLINK_ENABLED=1", "GOOGLE_API_KEY=k", "GOMAXPROCS=3"}
	got := GoEnviron(env)
	want := []string{"CGO_ENABLED=0", "GOCACHE=/cache", "GOENV=off", "GOFLAGS=-buildvcs=false", "GOMAXPROCS=3", "GOOGLE_API_KEY=k",
		"GOPROXY=https://in.the.file", "GOSUMDB=in.the.environment", "GOTOOLCHAIN=local", "GOWORK=off", "HOME=/h"}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
	var unseen []string
	for _, s := range UserSettings(env) {
		unseen = append(unseen, s.Name+"="+s.Value+" "+filepath.Base(s.From))
	}
	for _, want := range []string{"GO111MODULE=off .", "GOFLAGS=-mod=vendor .", "GOWORK=off env", "GOROOT=/nowhere ."} {
		if !slices.Contains(unseen, want) {
			t.Errorf("%q is not among %q", want, unseen)
		}
	}
	// Folders that Go would refuse are no folders.
	refused := append(env, "GOPATH=/a:b", "GOCACHE=off", "GOMODCACHE=mod")
	got, unseen = GoEnviron(refused), nil
	for _, s := range UserSettings(refused) {
		unseen = append(unseen, s.Name)
	}
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE"} {
		if slices.ContainsFunc(got, func(kv string) bool { return strings.HasPrefix(kv, name+"=") }) || !slices.Contains(unseen, name) {
			t.Errorf("%s in %q, and among %q", name, got, unseen)
		}
	}
	if kept := GoEnviron([]string{"GOPATH=/a:/b"}); !slices.Contains(kept, "GOPATH=/a:/b") {
		t.Errorf("got %q", kept)
	}
	// What go env -w can write, all of it, is nothing to the lab.
	written := exec.Command("go", "env", "-w", "GO111MODULE=off", "GOFLAGS=-mod=mod", "GOARCH=wasm", "GOOS=js", "GOTOOLCHAIN=go1.99.0")
	written.Env = append(os.Environ(), "GOENV="+file)
	if out, err := written.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	seen := exec.Command("go", "env", "GOWORK", "GO111MODULE", "GOARCH", "GOFLAGS")
	seen.Env = GoEnviron(append(os.Environ(), "GOENV="+file))
	if out, err := seen.CombinedOutput(); err != nil || strings.Contains(string(out), "wasm") || !strings.HasPrefix(string(out), "off\n\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTempProblem(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(dir, strings.Repeat("a", longestTemp))
	if err := os.Mkdir(long, 0o777); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{filepath.Join(dir, "none"): "não existe", file: "não é uma pasta", long: "o caminho de um socket só deixa"}
	if _, err := os.Stat("/proc/self"); err == nil && noexec("/proc") {
		cases["/proc"] = "noexec"
	}
	if os.Getuid() != 0 { // who may do all may write everywhere
		closed := filepath.Join(dir, "closed")
		if err := os.Mkdir(closed, 0o555); err != nil {
			t.Fatal(err)
		}
		cases[closed] = "não deixa escrever"
	}
	for dir, want := range cases {
		if err := TempProblem(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", dir, err, want)
		}
		t.Setenv("TMPDIR", dir)
		if said, err := MendTemp(); err != nil || !strings.Contains(said, want) || !strings.Contains(said, "; uso "+os.TempDir()) || TempProblem(os.TempDir()) != nil {
			t.Errorf("%s: %q, %v, then %s", dir, said, err, os.TempDir())
		}
	}
	if said, err := MendTemp(); said != "" || err != nil { // the last has been mended
		t.Errorf("again: %q, %v", said, err)
	}
}

// A Go that is too old is named, with its version.
func TestOldGo(t *testing.T) {
	bin := t.TempDir()
	script := "#!/bin/sh\nif [ \"$GOTOOLCHAIN\" = auto ]; then printf '/usr/old\\ngo1.20.1\\n'; fi\n"
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":/bin:/usr/bin")
	if got, err := Go(bin); err == nil || !strings.Contains(err.Error(), "precisa do Go 1.26") || !strings.Contains(err.Error(), "go1.20.1") {
		t.Errorf("got %q, %v", got, err)
	}
	t.Setenv("PATH", "/nowhere")
	if _, err := Go(bin); err == nil || !strings.Contains(err.Error(), "não está em PATH") {
		t.Errorf("without Go: %v", err)
	}
}

// A build cache that cannot be written to is found in the environment and in the file of
// go env -w; one that can, and one that is not made yet, are Go's own affair.
func TestReadOnlyCache(t *testing.T) {
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("there is no folder here that root, too, cannot write to")
	}
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte("GOCACHE=/proc/self\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for setting, want := range map[string]string{"GOCACHE=/proc/self": "/proc/self", "GOENV=" + file: "/proc/self",
		"GOCACHE=" + dir: "", "GOCACHE=" + filepath.Join(dir, "none"): "", "HOME=" + dir: ""} {
		if got := ReadOnlyCache([]string{"GOENV=off", setting}); got != want {
			t.Errorf("%s: got %q, want %q", setting, got, want)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("looking left %v, %v", entries, err)
	}
}

// Cells in jail have no GPU, whatever the environment says; others are told where to ask.
func TestEnvironOfGPUs(t *testing.T) {
	t.Setenv("NNLAB_BACKEND", "cuda")
	for jail, want := range map[string][]string{"": {"NNLAB_BACKEND=cuda", "NNLAB_GPU=/k/gpu"}, "landlock": {"NNLAB_BACKEND=cpu", "NNLAB_GPU="}} {
		s := Setting{Root: t.TempDir(), Tools: t.TempDir(), Tmp: t.TempDir(), Program: "/k/nnlab-kernel", Jail: jail}
		if jail == "" {
			s.GPU = "/k/gpu"
		}
		env, err := s.Environ()
		if err != nil {
			t.Fatal(err)
		}
		for _, kv := range want {
			name, _, _ := strings.Cut(kv, "=")
			same := func(other string) bool { return strings.HasPrefix(other, name+"=") }
			if i := slices.IndexFunc(env, same); i < 0 || env[i] != kv || slices.ContainsFunc(env[i+1:], same) {
				t.Errorf("in jail %q there is no %s alone", jail, kv)
			}
		}
	}
}
