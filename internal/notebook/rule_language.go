package notebook

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// generics: the kernel knows no type parameters.
func (t *typed) generics(known) {
	for id, instance := range t.info.Instances {
		of := "func"
		if _, ok := t.info.Uses[id].(*types.TypeName); ok {
			of = "type"
		}
		t.tell(id.Pos(), "%s %s has type parameters (here %s), which the kernel does not know: write it for one type, or leave it to a compiled package", of, id.Name, list(instance.TypeArgs))
	}
}

func list(types_ *types.TypeList) string {
	s := ""
	for i := range types_.Len() {
		if i > 0 {
			s += ", "
		}
		s += types.TypeString(types_.At(i), (*types.Package).Name)
	}
	return s
}

// newer: what the language has since the kernel's Go.
func (t *typed) newer(known) {
	t.walk(func(n ast.Node, _ []ast.Node) {
		switch n := n.(type) {
		case *ast.RangeStmt:
			typ := t.info.TypeOf(n.X)
			if typ == nil {
				return
			}
			switch u := typ.Underlying().(type) {
			case *types.Basic:
				if u.Info()&types.IsInteger != 0 {
					t.tell(n.Pos(), "range over an integer, which the kernel does not know: write for i := 0; i < n; i++")
				}
			case *types.Signature:
				t.tell(n.Pos(), "range over a func, which the kernel does not know: gather the values in a slice, or call the func with a body for its yield")
			}
		case *ast.Ident:
			if b, ok := t.info.Uses[n].(*types.Builtin); ok {
				switch b.Name() {
				case "min", "max":
					t.tell(n.Pos(), "builtin %s, which the kernel does not know: write an if", b.Name())
				case "clear":
					t.tell(n.Pos(), "builtin clear, which the kernel does not know: make it anew, or write a loop")
				}
			}
		case *ast.SelectorExpr:
			if s := t.info.Selections[n]; s != nil && s.Kind() == types.MethodExpr {
				if _, ok := s.Recv().(*types.Pointer); ok {
					t.tell(n.Pos(), "method expression of a pointer, which the kernel does not know: write a func that calls %s", n.Sel.Name)
				}
			}
		}
	})
}

// shifts: the kernel takes an untyped constant that is shifted by a variable as
// an int, whatever is made of it.
func (t *typed) shifts(known) {
	t.walk(func(n ast.Node, _ []ast.Node) {
		b, ok := n.(*ast.BinaryExpr)
		if !ok || b.Op != token.SHL && b.Op != token.SHR {
			return
		}
		tv, by := t.info.Types[b], t.info.Types[b.Y]
		if tv.Value != nil || by.Value != nil || !untypedLiteral(b.X, t.info) {
			return
		}
		if basic, ok := tv.Type.(*types.Basic); !ok || basic.Kind() != types.Int {
			t.tell(b.Pos(), "a constant without type shifted by a variable is an int in the kernel, here %s is wanted: write the type, %s(1)<<n", tv.Type, tv.Type)
		}
	})
}

// untypedLiteral reports whether x is a constant that took its type from where
// it stands: a literal, or a name of one.
func untypedLiteral(x ast.Expr, info *types.Info) bool {
	x = ast.Unparen(x)
	tv := info.Types[x]
	if tv.Value == nil || tv.Value.Kind() == constant.Unknown {
		return false
	}
	switch x := x.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		c, ok := info.Uses[x].(*types.Const)
		if !ok {
			return false
		}
		b, ok := c.Type().(*types.Basic)
		return ok && b.Info()&types.IsUntyped != 0
	case *ast.UnaryExpr:
		return untypedLiteral(x.X, info)
	case *ast.BinaryExpr:
		return untypedLiteral(x.X, info) && untypedLiteral(x.Y, info)
	}
	return false
}
