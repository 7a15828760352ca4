package notebook

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// methods: when the kernel knows a method. It reads the functions and methods of
// a cell from the top, those that wait for a function or constant after these,
// and does not see that a method is waited for.
func (t *typed) methods(known) {
	turns := map[*part]int{}
	for _, parts := range t.parts {
		t.turns(parts, turns)
	}
	t.methodUses(func(pos token.Pos, m *types.Func) {
		cell, line := t.where(pos)
		from, at := t.where(m.Pos())
		if cell == 0 || from == 0 || from < cell {
			return
		}
		user, method := t.partAt(cell, line), t.partAt(from, at)
		_, declares := turns[user]
		switch {
		case from > cell:
			t.tell(pos, "method %s is declared in cell %d, after its use: declare it before", m.Name(), from)
		case !declares && at > line:
			t.tell(pos, "method %s is declared in line %d, after its use: declare it before", m.Name(), at)
		case declares && turns[user] < turns[method]:
			t.tell(pos, "the kernel reads this before method %s of the same cell: declare above it the method, and above that what it uses", m.Name())
		case t.embeds(m):
			t.tell(pos, "method %s of a struct that embeds a type with methods, which the kernel does not find in the cell that declares it: use it in the next cell", m.Name())
		}
	})
}

// turns finds when the kernel reads the functions and methods of a cell, types and
// constants first, and tells those that it never does.
func (t *typed) turns(parts []*part, turns map[*part]int) {
	by := map[string]*part{} // functions and constants
	var waiting []*part
	for _, p := range parts {
		switch p.kind {
		case function, constants:
			for _, name := range p.names {
				by[name] = p
			}
			waiting = append(waiting, p)
		case method:
			waiting = append(waiting, p)
		}
	}
	for read := true; read; {
		read = false
		var still []*part
		for _, p := range waiting {
			ready := true
			for _, name := range p.free {
				if d := by[name]; d != nil && d != p {
					if _, ok := turns[d]; !ok {
						ready = false
					}
				}
			}
			if !ready {
				still = append(still, p)
				continue
			}
			turns[p] = len(turns)
			read = true
		}
		waiting = still
	}
	for _, p := range waiting {
		turns[p] = len(turns)
	}
	for _, p := range waiting {
		if p.kind != function {
			continue
		}
		seen := map[*part]bool{}
		var names []string
		var calls func(q *part) bool // reports whether q leads to p
		calls = func(q *part) bool {
			for _, name := range q.free {
				d := by[name]
				if d == p && q != p {
					return true
				}
				if d != nil && d != p && !seen[d] {
					seen[d] = true
					if calls(d) {
						names = append(names, name)
						return true
					}
				}
			}
			return false
		}
		if calls(p) {
			cell := p.cell
			t.problems = append(t.problems, t.problem(cell, p.line, "func "+p.names[0]+" and "+strings.Join(names, ", ")+
				" call each other, which the kernel does not know: make one a variable, var "+p.names[0]+" func(…), and give it its func after the other"))
		}
	}
}

// partAt returns the part that a line of a cell is of, nil if it is of none.
func (t *typed) partAt(cell, line int) *part {
	for _, p := range t.parts[cell-1] {
		if p.line <= line && line <= p.line+strings.Count(p.text, "\n") {
			return p
		}
	}
	return nil
}

// methodUses visits the uses of methods of the notebook: where one is called, and
// where a value becomes an interface that has it.
func (t *typed) methodUses(visit func(token.Pos, *types.Func)) {
	ours := func(pos token.Pos, obj types.Object) {
		if m, ok := obj.(*types.Func); ok && m.Pkg() == t.pkg && !types.IsInterface(m.Signature().Recv().Type()) {
			visit(pos, m)
		}
	}
	for x, s := range t.info.Selections {
		if s.Kind() != types.FieldVal {
			ours(x.Pos(), s.Obj())
		}
	}
	t.conversions(func(x ast.Expr, to types.Type) {
		in, ok := to.Underlying().(*types.Interface)
		from := t.info.TypeOf(x)
		if !ok || from == nil || t.inNotebook(from) == nil || types.IsInterface(from) {
			return
		}
		for m := range in.Methods() {
			obj, _, _ := types.LookupFieldOrMethod(from, true, t.pkg, m.Name())
			ours(x.Pos(), obj)
		}
	})
}

// embeds reports whether the method is of a struct that embeds a type with
// methods.
func (t *typed) embeds(m *types.Func) bool {
	named := t.inNotebook(m.Signature().Recv().Type())
	if named == nil {
		return false
	}
	s, ok := named.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		typ := f.Type()
		if _, pointer := typ.Underlying().(*types.Pointer); !pointer && !types.IsInterface(typ) {
			typ = types.NewPointer(typ)
		}
		if f.Embedded() && types.NewMethodSet(typ).Len() > 0 {
			return true
		}
	}
	return false
}

// bound: a method that is not called where it stands has in the kernel what the
// variable before it has when it is called.
func (t *typed) bound(known) {
	again := t.assigned()
	t.walk(func(n ast.Node, within []ast.Node) {
		x, ok := n.(*ast.SelectorExpr)
		s := t.info.Selections[x]
		if !ok || s == nil || s.Kind() != types.MethodVal || t.calledIn(x, within) {
			return
		}
		m := s.Obj().(*types.Func)
		recv := m.Signature().Recv().Type()
		_, pointer := types.Unalias(recv).(*types.Pointer)
		if !pointer && !types.IsInterface(recv) {
			if m.Pkg() == t.pkg {
				t.tell(x.Pos(), "method %s without a call takes its receiver in the kernel when it is called, not here: write a func that calls it", m.Name())
			}
			return
		}
		typ := t.info.TypeOf(x.X)
		if _, ok := typ.Underlying().(*types.Pointer); !ok && !types.IsInterface(typ) || m.Pkg() != t.pkg && pointer {
			return
		}
		if id, ok := ast.Unparen(x.X).(*ast.Ident); ok && again[t.info.Uses[id]] {
			t.tell(x.Pos(), "method %s without a call takes in the kernel what %s is when it is called, and %s changes: write a func that calls it", m.Name(), id.Name, id.Name)
		}
	})
}

// calledIn reports whether x is what the nearest of within calls.
func (t *typed) calledIn(x ast.Expr, within []ast.Node) bool {
	for i := len(within) - 1; i >= 0; i-- {
		switch w := within[i].(type) {
		case *ast.ParenExpr:
			continue
		case *ast.CallExpr:
			return ast.Unparen(w.Fun) == x
		}
		break
	}
	return false
}

// assigned returns the variables that change after they are declared.
func (t *typed) assigned() map[types.Object]bool {
	again := map[types.Object]bool{}
	change := func(x ast.Expr) {
		if id, ok := x.(*ast.Ident); ok {
			again[t.info.Uses[id]] = true
			again[t.info.Defs[id]] = false
		}
	}
	t.walk(func(n ast.Node, _ []ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				change(x)
			}
		case *ast.RangeStmt:
			for _, x := range []ast.Expr{n.Key, n.Value} {
				if id, ok := x.(*ast.Ident); ok {
					change(x)
					if obj := t.info.Defs[id]; obj != nil {
						again[obj] = true
					}
				}
			}
		}
	})
	delete(again, nil)
	return again
}
