package build

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// keyParser writes in Go the name that nnlab/vars has for a type: with whole import
// paths.
type keyParser struct {
	l      *living
	rest   string
	paths  []string // of the packages that it names
	closed []string // of those that do not export what is named
	failed bool
}

func (p *keyParser) cut(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *keyParser) parse() string {
	switch {
	case p.cut("*"):
		return "*" + p.parse()
	case p.cut("[]"):
		return "[]" + p.parse()
	case p.cut("map["):
		key := p.parse()
		p.failed = p.failed || !p.cut("]")
		return "map[" + key + "]" + p.parse()
	case strings.HasPrefix(p.rest, "["):
		i := strings.IndexByte(p.rest, ']')
		if i < 0 || strings.Trim(p.rest[1:i], "0123456789") != "" {
			p.failed = true
			return ""
		}
		size := p.rest[:i+1]
		p.rest = p.rest[i+1:]
		return size + p.parse()
	case p.cut("struct{"):
		return p.structure()
	case p.cut("func("):
		in := p.list(")")
		p.failed = p.failed || !p.cut("(")
		return "func(" + in + ") (" + p.list(")") + ")"
	case p.cut("interface{}"):
		return "interface{}"
	}
	return p.name()
}

// list reads types with a comma behind each.
func (p *keyParser) list(end string) string {
	var all []string
	for !p.cut(end) {
		dots := ""
		if p.cut("...") {
			dots = "..."
		}
		all = append(all, dots+p.parse())
		if !p.cut(",") {
			p.failed = true
			return ""
		}
	}
	return strings.Join(all, ", ")
}

func (p *keyParser) structure() string {
	var fields []string
	for !p.cut("}") {
		p.cut("main.")
		name, _, ok := strings.Cut(p.rest, " ")
		if !ok || !token.IsIdentifier(name) {
			p.failed = true
			return ""
		}
		p.rest = p.rest[len(name)+1:]
		field := name + " " + p.parse()
		if p.cut(" ") {
			tag, err := strconv.QuotedPrefix(p.rest)
			if err != nil {
				p.failed = true
				return ""
			}
			field += " " + tag
			p.rest = p.rest[len(tag):]
		}
		if !p.cut(";") {
			p.failed = true
			return ""
		}
		fields = append(fields, field)
	}
	return "struct{" + strings.Join(fields, "; ") + "}"
}

// name reads a name with its package, and arguments.
func (p *keyParser) name() string {
	end := strings.IndexAny(p.rest, "[](){},; ")
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	dot := strings.LastIndexByte(word, '.')
	source := word
	switch {
	case dot < 0:
		if types.Universe.Lookup(word) == nil {
			p.failed = true
		}
	case word[:dot] == "main":
		source = word[dot+1:]
		if o := p.l.pkg.Scope().Lookup(source); o == nil {
			p.failed = true
		}
	default:
		path, name := word[:dot], word[dot+1:]
		if !token.IsExported(name) { // which packages are internal only the Go tool minds
			p.closed = append(p.closed, path)
			p.failed = true
		} else if pkg, err := p.l.imports.Import(path); err != nil || pkg.Scope().Lookup(name) == nil {
			p.failed = true
		}
		p.paths = append(p.paths, path)
		source = aliasOf(path) + "." + name
	}
	if strings.HasPrefix(p.rest, "[") && dot >= 0 {
		p.rest = p.rest[1:]
		var args []string
		for {
			args = append(args, p.parse())
			if !p.cut(",") {
				break
			}
		}
		p.failed = p.failed || !p.cut("]")
		source += "[" + strings.Join(args, ", ") + "]"
	}
	return source
}
