package install

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestKernelspec(t *testing.T) {
	t.Setenv("NNLAB_CACHE", t.TempDir())
	prefix := t.TempDir()
	dir, err := Kernelspec(prefix, os.Args[0], "/checkout")
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(prefix, "share", "jupyter", "kernels", "nnlab"); dir != want {
		t.Errorf("installed in %s, Jupyter looks in %s", dir, want)
	}
	data, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec Spec
	if err := json.Unmarshal(data, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.DisplayName != "nnlab (Go)" || spec.Language != "go" || spec.Argv[1] != "run" || spec.Argv[2] != "{connection_file}" || spec.Env["NNLAB_ROOT"] != "/checkout" {
		t.Errorf("kernel.json: %s", data)
	}
	for _, f := range []string{spec.Argv[0], filepath.Join(dir, "logo-32x32.png"), filepath.Join(dir, "logo-64x64.png"), filepath.Join(dir, "logo-svg.svg")} {
		if info, err := os.Stat(f); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", f, err)
		}
	}
	if info, err := os.Stat(spec.Argv[0]); err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("the program cannot be started: %v", err)
	}
	if HasECharts(dir) {
		t.Error("found a library that nobody put there")
	}
}

// Every piece of ECharts that another asks for is there, and its licences are; each asks the
// browser to compile it beside the page's own work.
func TestECharts(t *testing.T) {
	dir := t.TempDir()
	if err := ECharts(dir); err != nil || !HasECharts(dir) {
		t.Fatalf("%v; found: %v", err, HasECharts(dir))
	}
	files, err := filepath.Glob(filepath.Join(dir, "echarts", "*"))
	if err != nil {
		t.Fatal(err)
	}
	scripts, whole := map[string]bool{}, 0
	asked := map[string]bool{"1.js": true, "2.js": true, "3.js": true, "echarts.js": true} // by chart.js
	imports := regexp.MustCompile(`(?:from|import)"\./([^"]+)"`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(f) != ".js" {
			continue
		}
		scripts[filepath.Base(f)], whole = true, whole+len(text)
		if !strings.HasPrefix(string(text), "//# allFunctionsCalledOnLoad\n") {
			t.Errorf("%s does not begin with the hint", f)
		}
		if len(text) > 250_000 {
			t.Errorf("%s has %d bytes: a piece is to be small", f, len(text))
		}
		for _, m := range imports.FindAllStringSubmatch(string(text), -1) {
			asked[m[1]] = true
		}
	}
	if !maps.Equal(scripts, asked) || whole < 400_000 {
		t.Errorf("the pieces are %v, %d bytes, and %v are asked for", scripts, whole, asked)
	}
	for _, name := range []string{"LICENSE", "LICENSE-zrender", "NOTICE"} {
		if !slices.Contains(files, filepath.Join(dir, "echarts", name)) {
			t.Errorf("%s is missing", name)
		}
	}
	if err := ECharts(filepath.Join(dir, "echarts", "NOTICE")); err == nil {
		t.Error("a folder that cannot be written to passed")
	}
}
