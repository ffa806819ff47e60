package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// ran is a notebook that was run, with what it reports by viz.Evaluate.
type ran struct {
	name    string
	results []string
	took    time.Duration
	err     error
}

// notebooks runs the lecture's notebooks whole, one after the other and without the
// network, and prints how right their networks are and how long each took:
//
//	notebooks [-write] [-p name=value]… [NAME…]
//
// What each shows lies in .cache/notebooks, with -write in its place in notebooks/.
func notebooks(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("notebooks", flag.ContinueOnError)
	write := flags.Bool("write", false, "put the outputs into notebooks/, to be committed")
	var options []string
	flags.Func("p", "`name=value` for the parameter of a notebook that has it", func(s string) error {
		options = append(options, s)
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	paths, err := chosen(flags.Args())
	if err != nil {
		return err
	}
	kernel := filepath.Join(".cache", "nnlab-kernel")
	if err := command(ctx, "go", "build", "-o", kernel, "./kernel").Run(); err != nil {
		return err
	}
	for _, o := range options {
		name, _, _ := strings.Cut(o, "=")
		has := false
		for _, p := range paths {
			nb, err := readNotebook(p)
			if err != nil {
				return err
			}
			has = has || nb.hasParameter(name)
		}
		if !has {
			return fmt.Errorf("-p %s: expects name=value for a parameter of one of these notebooks, and none has %q in its cell tagged parameters", o, name)
		}
	}
	var all []ran
	for _, p := range paths {
		r := ran{name: nameOf(p)}
		out := filepath.Join(".cache", "notebooks", r.name)
		nb, err := readNotebook(p)
		if err != nil {
			return err
		}
		call := []string{"exec", p, "-o", out + ".ipynb", "--html", out + ".html"}
		for _, o := range options {
			if name, _, _ := strings.Cut(o, "="); nb.hasParameter(name) {
				call = append(call, "-p", o)
			}
		}
		began := time.Now()
		cmd := command(ctx, kernel, call...)
		cmd.Env = append(os.Environ(), "GOPROXY=off")
		r.err = cmd.Run()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.took = time.Since(began)
		if r.err == nil {
			r.results, r.err = resultsOf(out + ".ipynb")
		}
		if r.err == nil && *write {
			r.err = os.Rename(out+".ipynb", p)
		}
		all = append(all, r)
	}
	return tabulate(os.Stdout, all)
}

// chosen are the notebooks with these names, all where there is none.
func chosen(names []string) ([]string, error) {
	paths, err := lectureNotebooks()
	if err != nil || len(names) == 0 {
		return paths, err
	}
	var some []string
	for _, n := range names {
		i := slices.IndexFunc(paths, func(p string) bool { return nameOf(p) == n })
		if i < 0 {
			return nil, fmt.Errorf("there is no notebook %s in notebooks/", n)
		}
		some = append(some, paths[i])
	}
	return some, nil
}

// hasParameter tells whether the cell tagged parameters has a variable or a constant of that
// name.
func (nb *notebook) hasParameter(name string) bool {
	return slices.ContainsFunc(nb.Cells, func(c cell) bool {
		return c.tagged("parameters") && slices.Contains(declaredAtTop(string(c.Source)), name)
	})
}

// declaredAtTop are the variables and constants that the statements of a cell make.
func declaredAtTop(source string) (names []string) {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc _() {\n"+source+"\n}", parser.SkipObjectResolution)
	if err != nil { // its check says so
		return nil
	}
	for _, s := range f.Decls[0].(*ast.FuncDecl).Body.List {
		switch s := s.(type) {
		case *ast.AssignStmt:
			for _, e := range s.Lhs {
				if i, ok := e.(*ast.Ident); ok && s.Tok == token.DEFINE {
					names = append(names, i.Name)
				}
			}
		case *ast.DeclStmt:
			for _, s := range s.Decl.(*ast.GenDecl).Specs {
				if v, ok := s.(*ast.ValueSpec); ok {
					for _, i := range v.Names {
						names = append(names, i.Name)
					}
				}
			}
		}
	}
	return names
}

// resultsOf are the accuracies and losses that a notebook reports, in its order.
func resultsOf(path string) (results []string, err error) {
	nb, err := readNotebook(path)
	if err != nil {
		return nil, err
	}
	for _, c := range nb.Cells {
		for _, o := range c.Outputs {
			var r struct {
				Name  string
				Value float64
			}
			data := o.Data["application/vnd.nnlab.result+json"]
			if data == nil {
				continue
			}
			if err := json.Unmarshal(data, &r); err != nil {
				return nil, fmt.Errorf("%s, cell %s: %w", path, c.ID, err)
			}
			if model, is := strings.CutSuffix(r.Name, "/accuracy"); is {
				results = append(results, fmt.Sprintf("%s %.2f %%", model, 100*r.Value))
			} else {
				results = append(results, fmt.Sprintf("%s %.4g", r.Name, r.Value))
			}
		}
	}
	return results, nil
}

// tabulate prints a line for each notebook and their time together. Its error names those
// that failed.
func tabulate(w io.Writer, all []ran) error {
	var failed []error
	var sum time.Duration
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "notebook\tminutes\taccuracy on unseen data, or loss")
	for _, r := range all {
		text := strings.Join(r.results, " · ")
		if r.err != nil {
			text = "FAILED"
			failed = append(failed, fmt.Errorf("%s: %w", r.name, r.err))
		}
		fmt.Fprintf(table, "%s\t%.1f\t%s\n", r.name, r.took.Minutes(), text)
		sum += r.took
	}
	fmt.Fprintf(table, "together\t%.1f\t\n", sum.Minutes())
	if err := table.Flush(); err != nil {
		return err
	}
	return errors.Join(failed...)
}
