package notebook

import (
	"go/ast"
	"go/token"
	"go/types"
)

// indices: where an element is written, or its address taken, and in a slice of a
// slice, the kernel wants an int as index. Where an element is read, any integer
// does.
func (t *typed) indices(known) {
	t.walk(func(n ast.Node, _ []ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, x := range n.Lhs {
					t.place(x)
				}
			}
		case *ast.IncDecStmt:
			t.place(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				t.place(n.X)
			}
		case *ast.SliceExpr:
			for _, i := range []ast.Expr{n.Low, n.High, n.Max} {
				t.index(i)
			}
		}
	})
}

// place looks at an expression that stands for a variable: of x[i].f it is x[i]
// that the kernel makes one of, unless x[i] is a pointer.
func (t *typed) place(x ast.Expr) {
	switch x := ast.Unparen(x).(type) {
	case *ast.SelectorExpr:
		if _, ok := t.info.TypeOf(x.X).(*types.Pointer); !ok {
			t.place(x.X)
		}
	case *ast.IndexExpr:
		if _, ok := t.info.TypeOf(x.X).Underlying().(*types.Map); !ok {
			t.index(x.Index)
		}
	}
}

func (t *typed) index(i ast.Expr) {
	if i == nil {
		return
	}
	if b, ok := t.info.TypeOf(i).Underlying().(*types.Basic); ok && b.Info()&types.IsUntyped == 0 && b.Kind() != types.Int {
		t.tell(i.Pos(), "an index of type %s, where the kernel wants an int: write int(…)", t.spelled(t.info.TypeOf(i)))
	}
}
