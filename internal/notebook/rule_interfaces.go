package notebook

import (
	"go/ast"
	"go/types"
)

// emulated returns the interface of methods that typ is, if it is declared or
// written in the notebook: the kernel emulates these, and can neither embed
// them, nor assert to them, nor convert them to other interfaces.
func (t *typed) emulated(typ types.Type) *types.Interface {
	if typ == nil {
		return nil
	}
	typ = types.Unalias(typ)
	if named, ok := typ.(*types.Named); ok && named.Obj().Pkg() != t.pkg {
		return nil
	}
	if in, ok := typ.Underlying().(*types.Interface); ok && in.NumMethods() > 0 {
		return in
	}
	return nil
}

// interfaces: what the kernel cannot do with those of the notebook.
func (t *typed) interfaces(known) {
	asserted := func(x ast.Expr) {
		if x == nil {
			return
		}
		if tv, ok := t.info.Types[x]; ok && tv.IsType() && t.emulated(tv.Type) != nil {
			t.tell(x.Pos(), "assertion to an interface of the notebook, which kills the cell: assert to the types themselves")
		}
	}
	t.walk(func(n ast.Node, _ []ast.Node) {
		switch n := n.(type) {
		case *ast.TypeAssertExpr:
			asserted(n.Type)
		case *ast.TypeSwitchStmt:
			var before []types.Type
			for _, s := range n.Body.List {
				for _, x := range s.(*ast.CaseClause).List {
					asserted(x)
					typ := t.info.TypeOf(x)
					for _, other := range before {
						if t.alike(typ, other) {
							t.tell(x.Pos(), "%s and %s are made of the same, and the kernel takes one for the other: give one a field more, or a field that says what it is", t.spelled(other), t.spelled(typ))
						}
					}
					before = append(before, typ)
				}
			}
		case *ast.InterfaceType:
			for _, f := range n.Methods.List {
				if len(f.Names) == 0 && t.emulated(t.info.TypeOf(f.Type)) != nil {
					t.tell(f.Pos(), "an interface of the notebook within another, which the kernel does not know: write the methods")
				}
			}
		}
	})
}

// alike reports whether the kernel does not tell values of two types apart, for of
// a type of the notebook a value has but what it is made of.
func (t *typed) alike(a, b types.Type) bool {
	pa, isA := types.Unalias(a).(*types.Pointer)
	pb, isB := types.Unalias(b).(*types.Pointer)
	if isA && isB {
		a, b = pa.Elem(), pb.Elem()
	}
	return isA == isB && (t.inNotebook(a) != nil || t.inNotebook(b) != nil) && !types.IsInterface(a) && types.Identical(a.Underlying(), b.Underlying())
}

// stored: where the kernel stores a value of a type of the notebook without
// making it the interface that is stored there. It does so for variables,
// arguments, results and literals, not for fields, elements and append.
func (t *typed) stored(known) {
	check := func(x ast.Expr, to types.Type) {
		from := t.info.TypeOf(x)
		if from == nil || to == nil || t.inNotebook(from) == nil || types.IsInterface(from) {
			return
		}
		if in, ok := to.Underlying().(*types.Interface); ok && !in.Empty() {
			t.tell(x.Pos(), "%s, a type of the notebook, stored as %s, which kills the cell: convert it, %s(x)", t.spelled(from), t.spelled(to), t.spelled(to))
		}
	}
	t.walk(func(n ast.Node, _ []ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, place := range n.Lhs {
				if _, name := ast.Unparen(place).(*ast.Ident); !name && len(n.Lhs) == len(n.Rhs) {
					check(n.Rhs[i], t.info.TypeOf(place))
				}
			}
		case *ast.CallExpr:
			id, ok := ast.Unparen(n.Fun).(*ast.Ident)
			if !ok || n.Ellipsis.IsValid() {
				return
			}
			if b, ok := t.info.Uses[id].(*types.Builtin); !ok || b.Name() != "append" {
				return
			}
			if slice, ok := t.info.TypeOf(n).Underlying().(*types.Slice); ok {
				for _, x := range n.Args[1:] {
					check(x, slice.Elem())
				}
			}
		}
	})
}

// converted: what becomes an interface otherwise than in Go.
func (t *typed) converted(known) {
	errorType := types.Universe.Lookup("error").Type()
	t.conversions(func(x ast.Expr, to types.Type) {
		from := t.info.TypeOf(x)
		in, ok := to.Underlying().(*types.Interface)
		if from == nil || !ok || types.Identical(from, to) {
			return
		}
		switch {
		case t.emulated(from) != nil && in.NumMethods() > 0:
			t.tell(x.Pos(), "%s, an interface of the notebook, as %s, which kills the cell: convert the value itself", t.spelled(from), t.spelled(to))
		case types.Identical(to, errorType) && t.inNotebook(from) != nil && !types.IsInterface(from):
			t.tell(x.Pos(), "%s, a type of the notebook, as an error, whose message fmt does not show and which errors.Is and errors.As do not find: make it with errors.New or errors.Errorf", t.spelled(from))
		case in.NumMethods() > 0 && t.inNotebook(from) != nil && !types.IsInterface(from):
			t.implements(x, from, to)
		}
	})
	t.walk(func(n ast.Node, _ []ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		f := t.callee(call)
		if f == nil || f.Pkg() == nil || f.Name() != "As" || len(call.Args) != 2 {
			return
		}
		if path := f.Pkg().Path(); path != "errors" && path != "github.com/pkg/errors" {
			return
		}
		target := t.info.TypeOf(call.Args[1])
		if p, ok := target.(*types.Pointer); ok && t.inNotebook(p.Elem()) != nil {
			t.tell(call.Args[1].Pos(), "errors.As to %s, a type of the notebook, which panics: use errors of compiled packages", t.spelled(p.Elem()))
		}
	})
}

// implements: which types of the notebook can be an interface with methods. For a
// compiled one the kernel calls a method with the value it has, where Go takes
// its address or what it points to.
func (t *typed) implements(x ast.Expr, from, to types.Type) {
	if basic, ok := from.Underlying().(*types.Basic); ok {
		t.tell(x.Pos(), "%s, a type of the notebook made of %s, as %s, which kills the cell: make it a struct with a field", t.spelled(from), basic.Name(), t.spelled(to))
		return
	}
	if t.emulated(to) != nil {
		return
	}
	_, given := types.Unalias(from).(*types.Pointer)
	for m := range to.Underlying().(*types.Interface).Methods() {
		obj, _, _ := types.LookupFieldOrMethod(from, true, t.pkg, m.Name())
		f, ok := obj.(*types.Func)
		if !ok {
			continue
		}
		recv := f.Signature().Recv().Type()
		switch _, pointer := types.Unalias(recv).(*types.Pointer); {
		case types.IsInterface(recv):
			t.tell(x.Pos(), "%s as %s, whose method %s is of an embedded interface, which the kernel does not find: write the method", t.spelled(from), t.spelled(to), m.Name())
			return
		case given && !pointer:
			t.tell(x.Pos(), "%s as %s, whose method %s is of the value, not the pointer, which panics in the kernel: convert the value, or give the method a pointer as receiver", t.spelled(from), t.spelled(to), m.Name())
			return
		case pointer && !given:
			t.tell(x.Pos(), "%s as %s, whose method %s is of an embedded pointer, which panics in the kernel: write the method", t.spelled(from), t.spelled(to), m.Name())
			return
		}
	}
}

// spelled writes a type as a cell would.
func (t *typed) spelled(typ types.Type) string {
	return types.TypeString(typ, func(p *types.Package) string {
		if p == t.pkg {
			return ""
		}
		return p.Name()
	})
}

// conversions visits the expressions that are to become of another type, by
// themselves or because it is written.
func (t *typed) conversions(visit func(x ast.Expr, to types.Type)) {
	pair := func(x ast.Expr, to types.Type) {
		if x != nil && to != nil {
			visit(x, to)
		}
	}
	t.walk(func(n ast.Node, within []ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					pair(n.Rhs[i], t.info.TypeOf(n.Lhs[i]))
				}
			}
		case *ast.ValueSpec:
			for _, v := range n.Values {
				if n.Type != nil {
					pair(v, t.info.TypeOf(n.Type))
				}
			}
		case *ast.ReturnStmt:
			if results := t.results(within); results != nil && results.Len() == len(n.Results) {
				for i, x := range n.Results {
					pair(x, results.At(i).Type())
				}
			}
		case *ast.CallExpr:
			if tv := t.info.Types[n.Fun]; tv.IsType() {
				pair(n.Args[0], tv.Type)
			} else {
				t.arguments(n, pair)
			}
		case *ast.CompositeLit:
			t.elements(n, pair)
		}
	})
}

// results returns those of the func that is the nearest of within.
func (t *typed) results(within []ast.Node) *types.Tuple {
	for i := len(within) - 1; i >= 0; i-- {
		var typ types.Type
		switch f := within[i].(type) {
		case *ast.FuncLit:
			typ = t.info.TypeOf(f)
		case *ast.FuncDecl:
			typ = t.info.Defs[f.Name].Type()
		}
		if s, ok := typ.(*types.Signature); ok {
			return s.Results()
		}
	}
	return nil
}

func (t *typed) arguments(call *ast.CallExpr, pair func(ast.Expr, types.Type)) {
	typ := t.info.TypeOf(call.Fun)
	if typ == nil {
		return
	}
	s, ok := typ.Underlying().(*types.Signature)
	if !ok {
		return
	}
	for i, x := range call.Args {
		switch last := s.Params().Len() - 1; {
		case s.Variadic() && i >= last && !call.Ellipsis.IsValid():
			if slice, ok := s.Params().At(last).Type().Underlying().(*types.Slice); ok {
				pair(x, slice.Elem())
			}
		case i <= last:
			pair(x, s.Params().At(i).Type())
		}
	}
}

func (t *typed) elements(lit *ast.CompositeLit, pair func(ast.Expr, types.Type)) {
	typ := t.info.TypeOf(lit)
	if typ == nil {
		return
	}
	if p, ok := typ.Underlying().(*types.Pointer); ok { // elided &T
		typ = p.Elem()
	}
	for i, e := range lit.Elts {
		kv, keyed := e.(*ast.KeyValueExpr)
		if keyed {
			e = kv.Value
		}
		switch u := typ.Underlying().(type) {
		case *types.Slice:
			pair(e, u.Elem())
		case *types.Array:
			pair(e, u.Elem())
		case *types.Map:
			pair(e, u.Elem())
			pair(kv.Key, u.Key())
		case *types.Struct:
			switch {
			case !keyed:
				pair(e, u.Field(i).Type())
			default:
				if id, ok := kv.Key.(*ast.Ident); ok && t.info.Uses[id] != nil {
					pair(e, t.info.Uses[id].Type())
				}
			}
		}
	}
}
