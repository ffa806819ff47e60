package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
)

// mutant is a file with one sign flipped.
type mutant struct {
	file   string
	what   string // "nnlab/nn/dense.go:69: tensor.MatMulTN(d.W.Grad, …)"
	source []byte
}

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
	return name == "backward" || strings.HasSuffix(name, "grad") || strings.HasSuffix(name, "gradient") ||
		name == "loss" || name == "lossof" || name == "softmaxcrossentropy" || name == "regularize" || name == "derivative"
}

// mutate returns the file with each sign in turn flipped.
func mutate(file string) ([]mutant, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, source, 0)
	if err != nil {
		return nil, err
	}
	at := func(p token.Pos) int { return fset.Position(p).Offset }
	text := func(n ast.Node) string { return string(source[at(n.Pos()):at(n.End())]) }
	var mutants []mutant
	// splice puts new in the place of the length bytes at p.
	splice := func(n ast.Node, p token.Pos, length int, new string) {
		changed := slices.Concat(source[:at(p)], []byte(new), source[at(p)+length:])
		mutants = append(mutants, mutant{file, fmt.Sprintf("%s:%d: %s", file, fset.Position(n.Pos()).Line, text(n)), changed})
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil || !isGradient(fn.Name.Name) {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.IndexExpr:
				return false // a sign there is a place in memory
			case *ast.SliceExpr:
				return false
			case *ast.BinaryExpr:
				switch n.Op {
				case token.ADD:
					splice(n, n.OpPos, 1, "-")
				case token.SUB:
					splice(n, n.OpPos, 1, "+")
				}
			case *ast.UnaryExpr:
				if n.Op == token.SUB {
					splice(n, n.OpPos, 1, "+")
				}
			case *ast.ExprStmt:
				if to := writtenBy(n); to != nil {
					t := text(to)
					splice(n, n.End(), 0, fmt.Sprintf("; %s.Backend.Scale(%s.Size(), -1, %s.Buffer)", t, t, t))
				}
			}
			return true
		})
	}
	return mutants, nil
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
