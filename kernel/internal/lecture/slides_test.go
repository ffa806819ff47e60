package lecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/slides.md has each number of the slides beside the Example that computes it: each is
// there, runs, and names the slide, and no Example that names one is left out.
func TestSlides(t *testing.T) {
	table, err := os.ReadFile("../../../docs/slides.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| [\\d, ]+ \\| ([^|]+) \\| [^|]+ \\| `([^`]+)` (Example\\w+) \\|$")
	titles, rows := map[string]string{}, row.FindAllStringSubmatch(string(table), -1)
	for _, m := range rows {
		titles[m[2]+" "+m[3]] = m[1]
	}
	if lines := strings.Count(string(table), "\n| "); len(rows) != lines-1 || len(titles) != len(rows) {
		t.Errorf("%d lines of the table, %d of them read, %d examples", lines-1, len(rows), len(titles))
	}
	about := slideExamples(t, "datasets", "nnlab/arch", "nnlab/backend/ref", "nnlab/matrix", "nnlab/nn", "nnlab/viz")
	for _, name := range slices.Sorted(maps.Keys(titles)) {
		for title := range strings.SplitSeq(titles[name], "; ") {
			if !strings.Contains(about[name], `"`+strings.ToLower(title)+`"`) {
				t.Errorf("%s does not compute what it states of slide %q: %q", name, title, about[name])
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(about)) {
		if strings.HasPrefix(about[name], `slide`) && titles[name] == "" {
			t.Errorf("docs/slides.md does not have %s: %s", name, about[name])
		}
	}
}

// slideExamples are the comments, in small letters and on one line, of the Examples that go
// test runs in these folders, by folder and name.
func slideExamples(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	about := map[string]string{}
	for _, folder := range folders {
		files, err := filepath.Glob("../../../" + folder + "/*_test.go")
		if err != nil || len(files) == 0 {
			t.Fatal(folder, files, err)
		}
		for _, f := range files {
			file, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				f, is := d.(*ast.FuncDecl)
				if !is || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Example") || !hasOutput(file, f) {
					continue
				}
				about[folder+" "+f.Name.Name] = strings.Join(strings.Fields(strings.ToLower(f.Doc.Text())), " ")
			}
		}
	}
	return about
}

// hasOutput tells whether an Example says what it prints: one that does not is not run.
func hasOutput(file *ast.File, f *ast.FuncDecl) bool {
	return slices.ContainsFunc(file.Comments, func(c *ast.CommentGroup) bool {
		return f.Body.Pos() < c.Pos() && c.End() < f.Body.End() && strings.HasPrefix(c.Text(), "Output:")
	})
}
