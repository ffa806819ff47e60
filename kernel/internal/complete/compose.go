package complete

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/kernel/internal/cells"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// Draft is the cell that is being typed.
type Draft = cells.Draft

// usual is what cells use besides what is there for them without the internet: a
// name of these needs no import, as in a cell that runs.
var usual = slices.Concat(gonb.Imports, []string{
	gonb.Module + "/nnlab/notebook", gonb.Module + "/nnlab/tensor",
	"bufio", "bytes", "cmp", "context", "errors", "flag", "fmt", "image", "image/color", "image/png", "io", "maps", "math", "math/rand",
	"os", "path/filepath", "regexp", "runtime", "slices", "sort", "strconv", "strings", "sync", "time", "unicode"})

// usualNames are the usual packages by name.
var usualNames = func() map[string]string {
	names := map[string]string{}
	for _, p := range usual {
		names[cells.PackageName(p)] = p
	}
	return names
}()

// Compose makes the query of a draft, beside what other cells have declared: a
// program that imports whatever its names may stand for.
func Compose(d Draft, known *cells.Known) Query {
	if known == nil {
		known = &cells.Known{}
	}
	names := maps.Clone(usualNames)
	maps.Copy(names, known.Imports)
	for _, n := range known.Names() {
		delete(names, n)
	}
	imports := importsOf(names)
	q := Query{Rest: "package main\n" + imports + known.Beside(d), Imports: fmt.Sprintf("%x", sha256.Sum256([]byte(imports)))[:16]}
	for n := range names {
		if d.Declares(n) {
			delete(names, n)
		}
	}
	head := "package main\n" + importsOf(names)
	q.Cell, q.At = head+d.Code, len(head)+d.Cursor
	return q
}

func importsOf(names map[string]string) string {
	var b strings.Builder
	b.WriteString("import (\n")
	for _, n := range slices.Sorted(maps.Keys(names)) {
		fmt.Fprintf(&b, "\t%s %q\n", n, names[n])
	}
	return b.String() + ")\n"
}
