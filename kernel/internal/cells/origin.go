package cells

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"strings"
)

// Origin is a line of a cell that GoNB ran: the cell by GoNB's own count, the
// line by its code. The zero Origin is of no cell.
type Origin struct{ Cell, Line int }

// Origins knows where the declarations of a program come from, which GoNB puts
// together from those of all cells that have compiled.
type Origins map[string]origin

// origin is the lines of a declaration in its cell.
type origin struct {
	cell  int
	lines []int
}

// With returns the origins when a cell is added. GoNB keeps the declarations of
// a cell once it has compiled.
func (o Origins) With(cell int, code string) Origins {
	with := maps.Clone(o)
	if with == nil {
		with = Origins{}
	}
	text, numbers := program(code)
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", "package main;"+text, parser.SkipObjectResolution)
	if err != nil {
		return with
	}
	delete(with, mainFunction)
	for _, p := range parts(f) {
		with[p.name] = origin{cell, numbers[fset.PositionFor(p.from, false).Line-1 : fset.PositionFor(p.to, false).Line]}
	}
	return with
}

// program is the Go that GoNB makes of a cell's code, without its orders, and
// the number in the code of each of its lines.
func program(code string) (text string, numbers []int) {
	var lines []string
	add := func(line string, number int) {
		lines, numbers = append(lines, line), append(numbers, number)
	}
	main, order := 0, false
	for i, line := range strings.Split(code, "\n") {
		bare := strings.TrimPrefix(line, "//gonb:")
		continued := order
		order = (continued || bare != "" && (bare[0] == '%' || bare[0] == '!')) && strings.HasSuffix(line, "\\")
		switch word, _, _ := strings.Cut(bare, " "); {
		case continued || strings.HasPrefix(line, "package"):
		case word == "%%" || word == "%main":
			add("func main() {", i+1)
			add("\tflag.Parse()", i+1)
			main = i + 1
		case bare != "" && (bare[0] == '%' || bare[0] == '!'):
		default:
			add(line, i+1)
		}
	}
	if main > 0 {
		add("}", main)
	}
	return strings.Join(lines, "\n"), numbers
}

// Lines finds the origin of each line of a program, from its first.
func (o Origins) Lines(program []byte) []Origin {
	lines := make([]Origin, strings.Count(string(program), "\n")+1)
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", program, parser.SkipObjectResolution)
	if err != nil {
		return lines
	}
	for _, p := range parts(f) {
		from := fset.PositionFor(p.from, false).Line
		for i, number := range o[p.name].lines {
			if n := from + i; n <= fset.PositionFor(p.to, false).Line {
				lines[n-1] = Origin{o[p.name].cell, number}
			}
		}
	}
	return lines
}

// functionPrefix begins the names that parts have which are functions.
const functionPrefix = "func "

const mainFunction = functionPrefix + "main"

// part is a piece of a program that GoNB moves as a whole.
type part struct {
	name     string
	from, to token.Pos
}

// parts lists the functions, types, and values of constants and variables.
func parts(f *ast.File) (all []part) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			all = append(all, part{functionPrefix + FunctionName(d), d.Pos(), d.End()})
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					all = append(all, part{s.Name.Name, s.Pos(), s.End()})
				case *ast.ValueSpec:
					for i, name := range s.Names {
						p := part{name.Name, name.Pos(), name.End()}
						if s.Type != nil {
							p.from, p.to = s.Type.Pos(), s.Type.End()
						}
						if n := len(s.Values); n > 0 { // one value may be for several names
							v := s.Values[min(i, n-1)]
							p.from, p.to = v.Pos(), v.End()
						}
						all = append(all, p)
					}
				}
			}
		}
	}
	return all
}
