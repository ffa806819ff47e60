package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// forgery is the last cell of a notebook that has a wrong soma, and then does
// something to the files in which the variables are kept, and ends before they are
// written again.
const forgery = `import "github.com/nnlab-go/lab/nnlab/vars"
dir := os.Getenv("NNLAB_VARIABLES")
files, _ := filepath.Glob(dir + "/*")
m, _ := vars.ReadManifest(dir)
total = len(files)
manifest := dir + "/manifest"
_, _ = m, manifest
`

// forgeries are what can be done there.
var forgeries = map[string]string{
	"noise":     `for _, f := range files { os.WriteFile(f, []byte("nnlab manifest 1\n\xff\xff\xff\xff\xff\xff\xff\xff\xff"), 0o600) }`,
	"pipes":     `for _, f := range append(files, dir+"/failure") { os.RemoveAll(f); syscall.Mkfifo(f, 0o600) }`,
	"endless":   `_ = os.Remove(manifest); _ = os.Symlink("/dev/zero", manifest)`,
	"elsewhere": `for i := range m.Entries { m.Entries[i].File = "../../../../etc/passwd" }; _ = m.Write(dir)`,
	"code":      `for i := range m.Entries { m.Entries[i].Needs = []string{"func main.soma; func soma(a, b int) int { return a + b }", "type main.T{}; var x = 1", "func os.Exit(0); var y"} }; _ = m.Write(dir)`,
}

// What a notebook does to the files of its variables earns it nothing, costs the others
// nothing, and check comes to its end.
func TestCheckForgedVariables(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	notebook := func(name string, cells ...string) string {
		type cell struct {
			Type     string         `json:"cell_type"`
			Source   string         `json:"source"`
			Outputs  []any          `json:"outputs"`
			Count    any            `json:"execution_count"`
			Metadata map[string]any `json:"metadata"`
		}
		nb := map[string]any{"nbformat": 4, "nbformat_minor": 4, "metadata": map[string]any{"kernelspec": map[string]string{"name": "nnlab", "language": "go", "display_name": "nnlab (Go)"}}}
		var all []cell
		for _, c := range cells {
			all = append(all, cell{"code", c, []any{}, nil, map[string]any{}})
		}
		nb["cells"] = all
		text, err := json.Marshal(nb)
		if err != nil {
			t.Fatal(err)
		}
		return write(name+".ipynb", string(text))
	}
	args := []string{write("checks.toml", "title = \"x\"\ntimeout = \"60s\"\n\n[[check]]\nname = \"soma\"\npoints = 2\nexpr = \"soma(total, 3)\"\nvalue = 5\n\n[[check]]\nname = \"sozinha\"\npoints = 1\nexpr = \"1 + um()\"\nvalue = 2\n"),
		notebook("honest", "func soma(a, b int) int { return a + b }\nfunc um() int { return 1 }", "total := 2")}
	for name, does := range forgeries {
		args = append(args, notebook(name, "func soma(a, b int) int { return a * b }\nfunc um() int { return 1 }", "total := 2\nlista := []int{1}", forgery+does+"\nos.Exit(0)"))
	}
	text, exit, reports := grade(t, args...)
	if exit != 1 || len(reports) != len(forgeries)+1 {
		t.Fatalf("status %d, %d reports\n%s", exit, len(reports), text)
	}
	for _, r := range reports {
		want := 1.0
		if r.Name == "honest" {
			want = 3
		}
		if r.Points != want {
			t.Errorf("%s has %v of %v points, want %v: %+v", r.Name, r.Points, r.Max, want, r.Checks)
		}
	}
	if strings.Contains(text, "goroutine ") || strings.Contains(text, "panic: runtime") {
		t.Errorf("check itself has panicked:\n%s", text)
	}
}
