package install

import (
	"embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nnlab-go/lab/internal/whole"
)

// EChartsFile is the last piece of Apache ECharts beside the kernelspec, from where a server
// gives the pieces to the pages of its notebooks.
const EChartsFile = "echarts/echarts.js"

// pieces are what viz needs of ECharts; echarts/README.md says how they are made.
//
//go:embed echarts/lab echarts/LICENSE echarts/LICENSE-zrender echarts/NOTICE
var pieces embed.FS

// HasECharts tells whether figures can be interactive.
func HasECharts(kernelspec string) bool {
	if kernelspec == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(kernelspec, EChartsFile))
	return err == nil
}

// ECharts puts the pieces and their licences beside the kernelspec, the one that HasECharts
// looks for last.
func ECharts(kernelspec string) error {
	var last []byte
	err := fs.WalkDir(pieces, "echarts", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := pieces.ReadFile(path)
		if err != nil {
			return err
		}
		name := filepath.Join("echarts", entry.Name())
		if filepath.ToSlash(name) == EChartsFile {
			last = data
			return nil
		}
		return writePiece(kernelspec, name, data)
	})
	return errors.Join(err, writePiece(kernelspec, EChartsFile, last))
}

func writePiece(kernelspec, name string, data []byte) error {
	path := filepath.Join(kernelspec, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return whole.WriteFile(path, data, 0o644)
}
