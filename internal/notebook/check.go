package notebook

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/exportdata"
)

// Checker joins notebooks into programs of one module.
type Checker struct {
	known    known
	importer types.Importer
}

// NewChecker returns a checker for notebooks, which are to import packages of
// the module at root and of those it requires. It builds what they import,
// unless it is in the build cache.
func NewChecker(root string, notebooks ...*Notebook) (*Checker, error) {
	k, err := knownIn(root)
	if err != nil {
		return nil, err
	}
	paths := map[string]bool{"fmt": true, "image": true, "os": true} // of showSource
	for _, n := range notebooks {
		o, _ := n.outlined(k)
		for _, in := range o.imported {
			paths[in.path] = true
		}
	}
	var patterns []string
	for path := range paths {
		patterns = append(patterns, path)
	}
	sort.Strings(patterns)
	imp, err := exportdata.Load(root, patterns...)
	if err != nil {
		return nil, err
	}
	return &Checker{known: k, importer: imp}, nil
}

// Join checks the notebook and joins its cells into a program. Its errors are
// Problems, unless what was loaded for the checker does not do.
func (c *Checker) Join(n *Notebook) (*Program, error) {
	o, problems := n.outlined(c.known)
	if err := problems.err(); err != nil {
		return nil, err
	}
	silent, unused := map[*Cell]bool{}, map[string]bool{}
	// Which expressions have no value, and which imports are not used, the types
	// of a first attempt tell.
	t, err := c.types(o, silent, unused)
	if err != nil {
		return nil, err
	}
	t.adjust(silent, unused)
	if t, err = c.types(o, silent, unused); err != nil {
		return nil, err
	}
	if err := t.problems.err(); err != nil {
		return nil, err
	}
	for _, rule := range rules {
		rule(t, c.known)
	}
	sort.Slice(t.problems, func(i, j int) bool {
		a, b := t.problems[i], t.problems[j]
		if a.Cell != b.Cell {
			return a.Cell < b.Cell
		}
		return a.Line < b.Line || a.Line == b.Line && a.Text < b.Text // rules go through maps
	})
	if err := t.problems.err(); err != nil {
		return nil, err
	}
	return &Program{Name: n.Name, Folder: n.Folder, Source: t.src}, nil
}

// rules are what is checked once the types are known, each in a file of its own.
var rules = []func(*typed, known){
	(*typed).generics,
	(*typed).newer,
	(*typed).names,
	(*typed).order,
	(*typed).methods,
	(*typed).bound,
	(*typed).recursion,
	(*typed).alone,
	(*typed).loops,
	(*typed).formatted,
	(*typed).passedOn,
	(*typed).spelledOut,
	(*typed).converted,
	(*typed).stored,
	(*typed).interfaces,
	(*typed).shifts,
	(*typed).indices,
	(*typed).redeclared,
	(*typed).ends,
	(*typed).trains,
}

// typed is a joined notebook with its types.
type typed struct {
	*outline
	src      string
	fset     *token.FileSet
	file     *ast.File
	info     *types.Info
	pkg      *types.Package
	problems Problems // of the types, and then of the rules
}

// types joins the cells and finds the types.
func (c *Checker) types(o *outline, silent map[*Cell]bool, unused map[string]bool) (*typed, error) {
	t := &typed{outline: o, src: o.source(silent, unused), fset: token.NewFileSet()}
	file, err := parser.ParseFile(t.fset, "", t.src, parser.SkipObjectResolution)
	if err != nil {
		return nil, errors.Wrapf(err, "%s joined", o.Name)
	}
	show, err := parser.ParseFile(t.fset, "", showSource, parser.SkipObjectResolution)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	t.file = file
	t.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Instances: map[*ast.Ident]types.Instance{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{},
	}
	conf := types.Config{Importer: c.importer, Error: func(err error) {
		var e types.Error
		if errors.As(err, &e) {
			t.tell(e.Pos, "%s", oneLine(e.Msg))
		}
	}}
	t.pkg, _ = conf.Check("main", t.fset, []*ast.File{file, show}, t.info) // errors are told one by one
	return t, nil
}

// placed takes apart what Notebook.place writes.
var placed = regexp.MustCompile(`\[cell (\d+)\]$`)

// where returns the cell and the line of pos, 0 where it is of none.
func (t *typed) where(pos token.Pos) (cell, line int) {
	p := t.fset.Position(pos)
	m := placed.FindStringSubmatch(p.Filename)
	if m == nil {
		return 0, 0
	}
	cell, _ = strconv.Atoi(m[1])
	return cell, min(p.Line, 1+strings.Count(t.cells[cell-1].Source, "\n"))
}

func (t *typed) tell(pos token.Pos, format string, args ...any) {
	cell, line := t.where(pos)
	t.problems = append(t.problems, Problem{Notebook: t.Name, Cell: cell, Line: line, Text: fmt.Sprintf(format, args...)})
}

// adjust says which cells end with an expression without value, and which
// imports are not used.
func (t *typed) adjust(silent map[*Cell]bool, unused map[string]bool) {
	for cell, x := range t.shown() {
		if tv, ok := t.info.Types[x]; ok && tv.IsVoid() {
			silent[cell] = true
		}
	}
	used := map[*types.PkgName]bool{}
	for _, obj := range t.info.Uses {
		if name, ok := obj.(*types.PkgName); ok {
			used[name] = true
		}
	}
	for _, spec := range t.file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		obj := t.info.Implicits[spec]
		key := " " + path
		if spec.Name != nil {
			obj = t.info.Defs[spec.Name]
			key = spec.Name.Name
		}
		if name, ok := obj.(*types.PkgName); ok && !used[name] && key != "_" {
			unused[key] = true
		}
	}
}

// shown returns the expression that a cell ends with and that is shown.
func (t *typed) shown() map[*Cell]ast.Expr {
	found := map[*Cell]ast.Expr{}
	ast.Inspect(t.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		inner, ok := call.Fun.(*ast.CallExpr)
		if !ok {
			return true
		}
		if id, ok := inner.Fun.(*ast.Ident); ok && id.Name == showAt && len(call.Args) == 1 {
			if cell, _ := t.where(call.Args[0].Pos()); cell > 0 {
				found[t.cells[cell-1]] = call.Args[0]
			}
		}
		return true
	})
	return found
}

// inNotebook reports whether the type, or what it points to, is declared in the
// notebook.
func (t *typed) inNotebook(typ types.Type) *types.Named {
	if p, ok := types.Unalias(typ).(*types.Pointer); ok {
		typ = p.Elem()
	}
	if named, ok := types.Unalias(typ).(*types.Named); ok && named.Obj().Pkg() == t.pkg {
		return named
	}
	return nil
}

// callee returns the function or method that a call is of, nil if it is of a
// variable or converts.
func (t *typed) callee(call *ast.CallExpr) *types.Func {
	f, _ := t.called(call).(*types.Func)
	return f
}

// called returns what a call names, nil if it calls what has no name.
func (t *typed) called(call *ast.CallExpr) types.Object {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return t.info.Uses[f]
	case *ast.SelectorExpr:
		return t.info.Uses[f.Sel]
	}
	return nil
}

// walk visits the nodes of the cells with the nodes they stand in, the nearest
// last.
func (t *typed) walk(visit func(n ast.Node, within []ast.Node)) {
	var within []ast.Node
	ast.Inspect(t.file, func(n ast.Node) bool {
		if n == nil {
			within = within[:len(within)-1]
			return true
		}
		visit(n, within)
		within = append(within, n)
		return true
	})
}
