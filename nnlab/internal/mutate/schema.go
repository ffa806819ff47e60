package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// schema is a package in which every sign can be flipped at run time: that with
// the number in the environment variable NNLAB_MUTANT, none for 0.
type schema struct {
	signs []string          // what is flipped, "dense.go:69: tensor.MatMulTN(d.W.Grad, …)"
	files map[string][]byte // the changed files by their path, and one new one
}

// helpers are the functions that the changed files call. A sign is a branch, so
// that all mutants together are compiled once.
const helpers = `package %s

import (
	"os"
	"strconv"
)

var mutant, _ = strconv.Atoi(os.Getenv("NNLAB_MUTANT"))

type mutable interface {
	~int | ~int32 | ~int64 | ~uint32 | ~uint64 | ~float32 | ~float64
}

func mutantAdd[T mutable](k int, a, b T) T {
	if mutant == k {
		return a - b
	}
	return a + b
}

func mutantSub[T mutable](k int, a, b T) T {
	if mutant == k {
		return a + b
	}
	return a - b
}

func mutantNeg[T mutable](k int, a T) T {
	if mutant == k {
		return a
	}
	return -a
}

func mutantSum[T mutable](k int, a T) T {
	if mutant == k {
		return -a
	}
	return a
}
`

// written says which argument of an operation of package tensor it writes to.
var written = map[string]int{
	"MatMulTN": 0, "MatMulNT": 0, "SumRows": 0, "SumChannels": 0,
	"ConvGradInput": 3, "ConvGradKernel": 3, "MaxPoolGrad": 3, "AveragePoolGrad": 2, "AveragePool": 2,
	"NormalizeGrad": 9, "LayerNormGrad": 7, "LocalResponseGrad": 3, "Multiply": 2, "Move": 2,
	"ActivateGrad": 3, "SoftmaxGrad": 2, "Dropout": 3, "Copy": 1,
}

// isGradient tells whether a function computes a gradient.
func isGradient(name string) bool {
	name = strings.ToLower(name)
	return name == "backward" || strings.HasSuffix(name, "grad") && name != "adagrad" || strings.HasSuffix(name, "gradient") ||
		name == "loss" || name == "lossof" || name == "softmaxcrossentropy" || name == "regularize" || name == "derivative" ||
		name == "sparsestrip" || // the gradient of weights and of inputs where a layer has zeros
		name == "residueof" // the gradient of inputs that lie under windows a stride apart
}

// newSchema reads the package in a folder.
func newSchema(dir string) (*schema, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	pkg, err := build.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	var paths []string
	for _, name := range pkg.GoFiles {
		path := filepath.Join(dir, name)
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files, paths = append(files, f), append(paths, path)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	checked, err := config.Check(pkg.Name, fset, files, info)
	if err != nil {
		return nil, err
	}
	s := &schema{files: map[string][]byte{filepath.Join(dir, "mutant.go"): fmt.Appendf(nil, helpers, pkg.Name)}}
	for i, f := range files {
		source, err := os.ReadFile(paths[i])
		if err != nil {
			return nil, err
		}
		r := &rewriter{schema: s, fset: fset, source: source, types: info.Types, local: types.RelativeTo(checked)}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && isGradient(fn.Name.Name) {
				r.rewrite(fn.Body, 0)
			}
		}
		if r.edits != nil {
			s.files[paths[i]] = r.result()
		}
	}
	return s, nil
}

// rewriter puts switches into one file.
type rewriter struct {
	schema *schema
	fset   *token.FileSet
	source []byte
	types  map[ast.Expr]types.TypeAndValue
	local  types.Qualifier
	edits  []edit
}

// edit puts text in the place of length bytes. Of several at one offset those
// that close an expression come first, the inner ones before the outer; then
// those that open one, the outer ones first.
type edit struct {
	offset, order, length int
	text                  string
}

func (r *rewriter) offset(p token.Pos) int { return r.fset.Position(p).Offset }

func (r *rewriter) text(n ast.Node) string {
	return string(r.source[r.offset(n.Pos()):r.offset(n.End())])
}

// sign notes a sign and returns its number.
func (r *rewriter) sign(n ast.Node) int {
	at := r.fset.Position(n.Pos())
	r.schema.signs = append(r.schema.signs, fmt.Sprintf("%s:%d: %s", filepath.Base(at.Filename), at.Line, r.text(n)))
	return len(r.schema.signs)
}

func (r *rewriter) edit(p token.Pos, order, length int, text string) {
	r.edits = append(r.edits, edit{r.offset(p), order, length, text})
}

// call wraps an expression of a type into a call of a helper.
func (r *rewriter) call(helper string, n ast.Expr, t types.Type, depth int) {
	r.edit(n.Pos(), depth, 0, fmt.Sprintf("%s[%s](%d, ", helper, types.TypeString(t, r.local), r.sign(n)))
	r.edit(n.End(), -depth-1, 0, ")")
}

// rewrite puts a switch at each sign below n.
func (r *rewriter) rewrite(n ast.Node, depth int) {
	ast.Inspect(n, func(child ast.Node) bool {
		if child == n {
			return true
		}
		switch c := child.(type) {
		case *ast.IndexExpr, *ast.SliceExpr:
			return false // a sign there is a place in memory
		case *ast.BinaryExpr:
			helper := map[token.Token]string{token.ADD: "mutantAdd", token.SUB: "mutantSub"}[c.Op]
			if helper == "" {
				break
			}
			r.call(helper, c, r.types[c].Type, depth)
			r.edit(c.OpPos, depth, 1, ",")
			r.rewrite(c, depth+1)
			return false
		case *ast.UnaryExpr:
			if c.Op != token.SUB {
				break
			}
			r.call("mutantNeg", c, r.types[c].Type, depth)
			r.edit(c.OpPos, depth+1, 1, "")
			r.rewrite(c, depth+2)
			return false
		case *ast.AssignStmt:
			if c.Tok != token.ADD_ASSIGN && c.Tok != token.SUB_ASSIGN || !isFloat(r.types[c.Rhs[0]].Type) {
				break
			}
			// Not the left side: what is written to is no sign.
			number := r.sign(c)
			r.edit(c.Rhs[0].Pos(), depth, 0, fmt.Sprintf("mutantSum[%s](%d, ", types.TypeString(r.types[c.Rhs[0]].Type, r.local), number))
			r.edit(c.Rhs[0].End(), -depth-1, 0, ")")
			r.rewrite(&ast.ExprStmt{X: c.Rhs[0]}, depth+1)
			return false
		case *ast.ExprStmt:
			if to := writtenBy(c); to != nil {
				t := r.text(to)
				r.edit(c.End(), -1000, 0, fmt.Sprintf("; if mutant == %d { %s.Backend.Scale(%s.Size(), -1, %s.Buffer) }", r.sign(c), t, t, t))
			}
		}
		return true
	})
}

func isFloat(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsFloat != 0
}

// result is the file with all edits.
func (r *rewriter) result() []byte {
	slices.SortStableFunc(r.edits, func(a, b edit) int { return cmp.Or(a.offset-b.offset, a.order-b.order) })
	var out []byte
	at := 0
	for _, e := range r.edits {
		out = append(out, r.source[at:e.offset]...)
		out = append(out, e.text...)
		at = e.offset + e.length
	}
	return append(out, r.source[at:]...)
}

// writtenBy returns the argument that an operation of package tensor writes to.
func writtenBy(s *ast.ExprStmt) ast.Expr {
	call, ok := s.X.(*ast.CallExpr)
	if !ok {
		return nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	i, ok := written[sel.Sel.Name]
	if pkg, isName := sel.X.(*ast.Ident); !ok || !isName || pkg.Name != "tensor" {
		return nil
	}
	return call.Args[i]
}
