package notebook

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"sort"
)

// parametersTag marks the one cell whose literals may be replaced, as papermill
// has it.
const parametersTag = "parameters"

// With returns the notebook with other values of its parameters: in the cell
// tagged "parameters", the literal given to each name in values is replaced.
// Names the cell does not have are left alone. A cell so tagged holds nothing
// but assignments of literals to new names, a, b := 1, 2; there is at most one.
func (n *Notebook) With(values map[string]string) (*Notebook, error) {
	changed := *n
	changed.Cells = slices.Clone(n.Cells)
	var problems Problems
	first := 0
	for i := range changed.Cells {
		c := &changed.Cells[i]
		if c.Number == 0 || !c.tagged(parametersTag) {
			continue
		}
		if first > 0 {
			problems = append(problems, n.problem(c, 0, fmt.Sprintf("tagged parameters as cell %d is: there is one such cell in a notebook", first)))
			continue
		}
		first = c.Number
		source, p := n.replaced(c, values)
		problems = append(problems, p...)
		c.Source = source
	}
	if err := problems.err(); err != nil {
		return nil, err
	}
	return &changed, nil
}

// replaced returns the source of a cell of parameters with other values.
func (n *Notebook) replaced(c *Cell, values map[string]string) (string, Problems) {
	parts, problems := n.split(c)
	if problems != nil {
		return "", problems
	}
	type edit struct {
		start, end int
		value      string
	}
	var edits []edit
	for _, p := range parts {
		names, literals := p.literals()
		if names == nil {
			problems = append(problems, n.problem(c, p.line, "a cell tagged parameters holds assignments of literals only, name := literal"))
			continue
		}
		for i, name := range names {
			value, ok := values[name]
			if !ok {
				continue
			}
			base := p.fset.PositionFor(p.stmt.Pos(), false).Offset
			start := p.offset + p.fset.PositionFor(literals[i].Pos(), false).Offset - base
			end := p.offset + p.fset.PositionFor(literals[i].End(), false).Offset - base
			edits = append(edits, edit{start, end, value})
		}
	}
	sort.Slice(edits, func(i, j int) bool { return edits[i].start > edits[j].start })
	source := c.Source
	for _, e := range edits {
		source = source[:e.start] + e.value + source[e.end:]
	}
	return source, problems
}

// literals returns the names a part declares and the literal given to each, nil
// if it is anything else.
func (p *part) literals() (names []string, values []ast.Expr) {
	switch s := p.stmt.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			values = s.Rhs
		}
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				values = append(values, v.Values...)
			}
		}
	}
	if len(values) != len(p.names) {
		return nil, nil
	}
	for _, v := range values {
		if u, ok := v.(*ast.UnaryExpr); ok && u.Op == token.SUB {
			v = u.X
		}
		switch v := v.(type) {
		case *ast.BasicLit:
		case *ast.Ident:
			if v.Name != "true" && v.Name != "false" {
				return nil, nil
			}
		default:
			return nil, nil
		}
	}
	return p.names, values
}
