package notebook

import (
	"fmt"
	"go/ast"
	"go/token"
	"strconv"
)

// outline is a notebook cut into parts, with what its cells declare.
type outline struct {
	*Notebook
	cells    []*Cell
	parts    [][]*part               // of each cell
	declared map[string][]*part      // the parts that declare a name, methods and imports aside
	imported map[string]*importation // by the name cells use it by
	apart    map[*part]bool          // those that stand at package level
}

// importation is an import, as the first cell that has it writes it.
type importation struct {
	path  string
	alias string // "" if none is written
	cell  *Cell
	line  int
}

// outlined cuts the notebook into parts, and reports what is wrong with them
// before any types are known.
func (n *Notebook) outlined(k known) (*outline, Problems) {
	o := &outline{
		Notebook: n, cells: n.code(),
		declared: map[string][]*part{}, imported: map[string]*importation{}, apart: map[*part]bool{},
	}
	var problems Problems
	for _, c := range o.cells {
		parts, p := n.split(c)
		problems = append(problems, p...)
		o.parts = append(o.parts, parts)
		for _, part := range parts {
			if part.kind == method || part.kind == imports {
				continue
			}
			for _, name := range part.names {
				if name != "_" {
					o.declared[name] = append(o.declared[name], part)
				}
			}
		}
	}
	o.packageLevel()
	for _, parts := range o.parts {
		for i, p := range parts {
			problems = append(problems, o.imports(p, k)...)
			problems = append(problems, o.declarations(p)...)
			problems = append(problems, o.statements(p, i == len(parts)-1)...)
		}
	}
	return o, problems
}

// packageLevel finds the parts that stand at package level: types and methods,
// and of the functions and constants of names of their own those that use
// nothing that does not.
func (o *outline) packageLevel() {
	for _, parts := range o.parts {
		for _, p := range parts {
			switch p.kind {
			case types_, method:
				o.apart[p] = true
			case function, constants:
				o.apart[p] = true
				for _, name := range p.names {
					if len(o.declared[name]) > 1 {
						o.apart[p] = false
					}
				}
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, parts := range o.parts {
			for _, p := range parts {
				if o.apart[p] && (p.kind == function || p.kind == constants) && o.uses(p) != "" {
					o.apart[p] = false
					changed = true
				}
			}
		}
	}
}

// uses returns the first name a part uses that is not at package level, "" if
// there is none.
func (o *outline) uses(p *part) string {
	for _, name := range p.free {
		for _, d := range o.declared[name] {
			if !o.apart[d] {
				return name
			}
		}
	}
	return ""
}

func (o *outline) at(p *part, pos token.Pos, format string, args ...any) Problem {
	return o.problem(p.cell, p.lineOf(pos), fmt.Sprintf(format, args...))
}

// imports checks an import, and enters it.
func (o *outline) imports(p *part, k known) (problems Problems) {
	if p.kind != imports {
		return nil
	}
	for _, spec := range p.decl.(*ast.GenDecl).Specs {
		spec := spec.(*ast.ImportSpec)
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			problems = append(problems, o.at(p, spec.Pos(), "%v", err))
			continue
		}
		if _, ok := k[path]; !ok {
			problems = append(problems, o.at(p, spec.Pos(), "the kernel has no table of package %s: do without it, or add one to %s", path, tablesFolder))
			continue
		}
		in := &importation{path: path, cell: p.cell, line: p.lineOf(spec.Pos())}
		if spec.Name != nil {
			in.alias = spec.Name.Name
		}
		if in.alias == "." {
			problems = append(problems, o.at(p, spec.Pos(), "import of all names of %s: import it by its name", path))
			continue
		}
		key := in.alias
		if key == "" || key == "_" {
			key += " " + path // the package's own name is not known yet
		}
		switch have := o.imported[key]; {
		case have == nil:
			o.imported[key] = in
		case have.path != path:
			problems = append(problems, o.at(p, spec.Pos(), "%s is %s since cell %d: import %s by another name", in.alias, have.path, have.cell.Number, path))
		}
	}
	return problems
}

// declarations checks types, methods and functions.
func (o *outline) declarations(p *part) (problems Problems) {
	switch p.kind {
	case types_:
		for _, spec := range p.stmt.(*ast.DeclStmt).Decl.(*ast.GenDecl).Specs {
			spec := spec.(*ast.TypeSpec)
			if spec.TypeParams != nil {
				problems = append(problems, o.at(p, spec.Pos(), "type %s has type parameters, which the kernel does not know: write it for one type", spec.Name.Name))
			}
		}
		for _, name := range p.names {
			if first := o.declared[name][0]; first != p {
				problems = append(problems, o.problem(p.cell, p.line, fmt.Sprintf("%s is declared in cell %d too, and values of that type would break: take another name", name, first.cell.Number)))
			}
		}
		if name := o.uses(p); name != "" {
			problems = append(problems, o.problem(p.cell, p.line, fmt.Sprintf("a type that uses %s, which the cells declare as a variable or more than once: give it a name of its own", name)))
		}
	case method:
		d := p.decl.(*ast.FuncDecl)
		receiver := d.Recv.List[0].Type
		if star, ok := receiver.(*ast.StarExpr); ok {
			receiver = star.X
		}
		if _, ok := receiver.(*ast.Ident); !ok {
			return Problems{o.at(p, d.Pos(), "method %s of a type with type parameters, which the kernel does not know: write it for one type", d.Name.Name)}
		}
		if name := o.uses(p); name != "" {
			problems = append(problems, o.at(p, d.Pos(), "method %s uses %s of the cells, a variable or what uses one: give the type a field instead", d.Name.Name, name))
		}
	case function:
		d := p.decl.(*ast.FuncDecl)
		switch {
		case d.Type.TypeParams != nil:
			problems = append(problems, o.at(p, d.Pos(), "func %s has type parameters, which the kernel does not know: write it for one type", d.Name.Name))
		case d.Name.Name == "main" || d.Name.Name == "init":
			problems = append(problems, o.at(p, d.Pos(), "func %s is called by nobody in a notebook: write its statements in the cell, or take another name", d.Name.Name))
		}
	}
	return problems
}

// statements checks what stands in a part by its syntax alone.
func (o *outline) statements(p *part, last bool) (problems Problems) {
	tell := func(n ast.Node, format string, args ...any) {
		problems = append(problems, o.at(p, n.Pos(), format, args...))
	}
	var root ast.Node = p.stmt
	if p.stmt == nil {
		root = p.decl
	}
	if s, ok := p.stmt.(*ast.LabeledStmt); ok {
		tell(s, "label %s at the top level of a cell: put the loop in a func", s.Label.Name)
	}
	if s, ok := p.stmt.(*ast.DeclStmt); ok && p.kind == statement {
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && len(v.Names) > 1 && len(v.Values) == 1 {
				tell(s, "var of several names and one call, which the kernel does not know: write %s, … := instead", v.Names[0].Name)
			}
		}
	}
	if s, ok := p.stmt.(*ast.ExprStmt); ok && last {
		switch x := ast.Unparen(s.X).(type) {
		case *ast.Ident:
			if x.Name == "nil" {
				tell(s, "a cell that ends with nil kills the kernel: leave it out")
			}
		case *ast.TypeAssertExpr:
			tell(s, "an assertion at the end of a cell is shown with its ok, 7 true: assign it to a variable, and end with that")
		case *ast.UnaryExpr:
			if x.Op == token.ARROW {
				tell(s, "a receive at the end of a cell is shown with its ok, 7 true: assign it to a variable, and end with that")
			}
		}
	}
	var visit func(inFunc bool) func(ast.Node) bool
	visit = func(inFunc bool) func(ast.Node) bool {
		return func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncLit:
				ast.Inspect(node.Body, visit(true))
				return false
			case *ast.DeferStmt:
				if !inFunc {
					tell(node, "defer outside a func is run at once: call it where it is due")
				}
			case *ast.ReturnStmt:
				if !inFunc {
					tell(node, "return outside a func: put the statements in a func, or turn the condition round")
				}
			case *ast.BranchStmt:
				if node.Tok == token.GOTO {
					tell(node, "goto, which the kernel does not find its way with: write a loop")
				}
			}
			return true
		}
	}
	ast.Inspect(root, visit(p.kind == function || p.kind == method))
	return problems
}
