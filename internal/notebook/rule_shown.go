package notebook

import (
	"go/ast"
	"go/types"
)

// silenced returns the method, String or Error, by which a value of the type
// prints in Go and does not in the kernel: those of types of the notebook are
// not seen by compiled packages. "" if there is none.
func (t *typed) silenced(typ types.Type) string {
	switch u := types.Unalias(typ).(type) {
	case *types.Slice:
		return t.silenced(u.Elem())
	case *types.Array:
		return t.silenced(u.Elem())
	case *types.Map:
		if name := t.silenced(u.Key()); name != "" {
			return name
		}
		return t.silenced(u.Elem())
	}
	if t.inNotebook(typ) == nil {
		return ""
	}
	methods := types.NewMethodSet(typ)
	for _, name := range []string{"Error", "String"} {
		if s := methods.Lookup(nil, name); s != nil {
			f := s.Obj().(*types.Func).Signature()
			if f.Params().Len() == 0 && f.Results().Len() == 1 && types.Identical(f.Results().At(0).Type(), types.Typ[types.String]) {
				return name
			}
		}
	}
	return ""
}

// formatted: compiled packages that print values of any type.
func (t *typed) formatted(known) {
	t.walk(func(n ast.Node, _ []ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Ellipsis.IsValid() {
			return
		}
		f := t.formats(call)
		if f == nil {
			return
		}
		for i := f.Signature().Params().Len() - 1; i < len(call.Args); i++ {
			x := call.Args[i]
			typ := t.info.TypeOf(x)
			if typ == nil {
				continue
			}
			if name := t.silenced(typ); name != "" {
				t.tell(x.Pos(), "%s.%s does not see the method %s of %s, a type of the notebook: pass what x.%s() returns", f.Pkg().Name(), f.Name(), name, t.spelled(typ), name)
			} else if name := t.fields(typ); name != "" {
				t.tell(x.Pos(), "%s.%s does not see the method %s of a field of %s, it being of a type of the notebook: print the fields one by one", f.Pkg().Name(), f.Name(), name, t.spelled(typ))
			} else if name := t.mayHold(typ); name != "" {
				t.tell(x.Pos(), "%s.%s does not see the method %s where this %s is of a type of the notebook: pass what x.%s() returns", f.Pkg().Name(), f.Name(), name, t.spelled(typ), name)
			}
		}
	})
}

// ends: what a cell must not end with.
func (t *typed) ends(known) {
	for _, x := range t.shown() {
		tv := t.info.Types[x]
		switch typ := tv.Type.(type) {
		case *types.Tuple:
			for i := range typ.Len() {
				if types.Identical(typ.At(i).Type(), types.Universe.Lookup("error").Type()) {
					t.tell(x.Pos(), "a cell that ends with %s shows what it returns, 9 <nil>: assign it, _, _ = %s, or end with something else", called(x), called(x))
				}
			}
			continue
		}
		if index, ok := ast.Unparen(x).(*ast.IndexExpr); ok {
			if _, ok := t.info.TypeOf(index.X).Underlying().(*types.Map); ok {
				t.tell(x.Pos(), "an element of a map at the end of a cell is shown with its ok, 7 true: assign it to a variable, and end with that")
			}
		}
		switch tv.Type.Underlying().(type) {
		case *types.Signature, *types.Chan:
			t.tell(x.Pos(), "a cell that ends with a func or a channel shows an address: end with something else")
		}
		if name := t.silenced(tv.Type); name != "" {
			t.tell(x.Pos(), "the kernel does not see the method %s of %s, a type of the notebook, when it shows a value: end with x.%s()", name, t.spelled(tv.Type), name)
		} else if name := t.fields(tv.Type); name != "" {
			t.tell(x.Pos(), "the kernel does not see the method %s of a field of %s, it being of a type of the notebook, when it shows a value: show the fields one by one", name, t.spelled(tv.Type))
		}
	}
}

// called spells the call that x is, without its arguments.
func called(x ast.Expr) string {
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok {
		return types.ExprString(call.Fun) + "(…)"
	}
	return types.ExprString(x)
}

// trains: a notebook that trains has parameters, for tests to train little.
func (t *typed) trains(known) {
	for _, c := range t.cells {
		if c.tagged(parametersTag) {
			return
		}
	}
	for id, obj := range t.info.Uses {
		if f, ok := obj.(*types.Func); ok && f.Pkg() != nil && f.Pkg().Path() == "euryale/train" && f.Name() == "Fit" {
			t.tell(id.Pos(), "training in a notebook without a cell tagged parameters: give the epochs and samples in one, epochs, samples := 10, 2000")
		}
	}
}
