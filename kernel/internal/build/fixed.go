package build

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// fix takes those of the variables apart that the program only reads, and whose values can
// be written down: they are written into it. A program that has no others needs nothing of
// the package that reads and writes variables, which takes half as long to link as fmt.
func (l *living) fix(all []*storage) (fixed, others []*storage) {
	changed := l.changed()
	for _, s := range all {
		name := s.of.Name
		if s.read && l.final[name] == s && s.made == nil && s.until == nil && !changed[name] && len(l.u.note.group(s.of)) == 1 {
			if value, ok := l.literal(s); ok {
				s.value = value
				fixed = append(fixed, s)
				continue
			}
		}
		others = append(others, s)
	}
	return fixed, others
}

// changed are the names of variables that the program may write to: those that stand
// left of an assignment, or whose address is taken, which a method may do, too.
func (l *living) changed() map[string]bool {
	names := map[string]bool{}
	note := func(all ...ast.Expr) {
		for _, x := range all {
			if x == nil { // the key of a range
				continue
			}
			if i, ok := ast.Unparen(x).(*ast.Ident); ok {
				names[l.renamed[i]] = true
			}
		}
	}
	ast.Inspect(l.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			note(n.Lhs...)
		case *ast.IncDecStmt:
			note(n.X)
		case *ast.RangeStmt:
			note(n.Key, n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X)
			}
		case *ast.SelectorExpr:
			note(n.X)
		}
		return true
	})
	return names
}

// literal is the value of a variable as Go has it; false where it is none of the basic
// ones. A program of a student may have put anything in its place: it is read and written
// anew.
func (l *living) literal(s *storage) (text string, ok bool) {
	value, ok := strings.CutPrefix(s.of.Entry.Value, "=")
	if !ok {
		return "", false
	}
	var info types.BasicInfo
	for i, name := range l.renamed {
		if o := l.uses[i]; name == s.of.Name && o != nil {
			if basic, ok := o.Type().Underlying().(*types.Basic); ok {
				info = basic.Info()
			}
			break
		}
	}
	var err error
	switch {
	case info&types.IsString != 0:
		return strconv.Quote(value), true
	case info&types.IsBoolean != 0:
		var b bool
		b, err = strconv.ParseBool(value)
		text = strconv.FormatBool(b)
	case info&types.IsUnsigned != 0:
		var n uint64
		n, err = strconv.ParseUint(value, 10, 64)
		text = strconv.FormatUint(n, 10)
	case info&types.IsInteger != 0:
		var n int64
		n, err = strconv.ParseInt(value, 10, 64)
		text = strconv.FormatInt(n, 10)
	case info&types.IsFloat != 0:
		var x float64
		x, err = strconv.ParseFloat(value, 64)
		text = strconv.FormatFloat(x, 'g', -1, 64)
		ok = x-x == 0 // neither infinite nor no number
	default:
		return "", false
	}
	return text, ok && err == nil && text != "-0" // which a constant cannot be
}
