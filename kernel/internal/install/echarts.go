package install

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/nnlab-go/lab/internal/whole"
)

// EChartsFile is the name of the library beside the kernelspec, from where a
// server gives it to the pages of its notebooks.
const EChartsFile = "echarts.min.js"

// HasECharts tells whether figures can be interactive.
func HasECharts(kernelspec string) bool {
	if kernelspec == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(kernelspec, EChartsFile))
	return err == nil
}

// source is a package that ships Apache ECharts (Apache License 2.0).
type source struct {
	name     string
	download func(dir string) *exec.Cmd
	member   string // the file in the package
	sum      string // its SHA-256
	read     func(archive, member string) ([]byte, error)
}

var sources = []source{
	{
		name: "npm's echarts 5.6.0",
		download: func(dir string) *exec.Cmd {
			return exec.Command("npm", "pack", "--silent", "--pack-destination", dir, "echarts@5.6.0")
		},
		member: "package/dist/echarts.min.js",
		sum:    "bf4a223524e40b77c304bec67e1222cf551f14880cf42c69dc046558e11c07b1",
		read:   fromTar,
	},
	{
		name: "PyPI's nicegui 2.24.2",
		download: func(dir string) *exec.Cmd {
			return exec.Command("python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", dir, "nicegui==2.24.2")
		},
		member: "nicegui/elements/lib/echarts/echarts.min.js",
		sum:    "e84270bd0cd5bdf60fefc26d00c2a391cb2e81f4d26a7a9ee16185a54773a3cf",
		read:   fromZip,
	},
}

// ECharts puts echarts.min.js beside the kernelspec, from the first source that
// works. The error tells what each of them said.
func ECharts(kernelspec string) error {
	var failures []error
	for _, s := range sources {
		script, err := s.fetch()
		if err == nil {
			return whole.WriteFile(filepath.Join(kernelspec, EChartsFile), script, 0o644)
		}
		failures = append(failures, fmt.Errorf("%s: %w", s.name, err))
	}
	return errors.Join(failures...)
}

func (s source) fetch() ([]byte, error) {
	dir, err := os.MkdirTemp("", "nnlab-echarts-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := s.download(dir)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%v: %w\n%s", cmd.Args, err, out)
	}
	archives, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil || len(archives) != 1 {
		return nil, fmt.Errorf("expected one file from %v, got %v", cmd.Args, archives)
	}
	script, err := s.read(archives[0], s.member)
	if err != nil {
		return nil, err
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(script)); sum != s.sum {
		return nil, fmt.Errorf("%s: expected the SHA-256 %s, got %s", s.member, s.sum, sum)
	}
	return script, nil
}

func fromTar(archive, member string) ([]byte, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if err != nil {
			return nil, fmt.Errorf("%s in %s: %w", member, archive, err)
		}
		if h.Name == member {
			return io.ReadAll(t)
		}
	}
}

func fromZip(archive, member string) ([]byte, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	f, err := z.Open(member)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
