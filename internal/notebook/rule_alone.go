package notebook

import (
	"go/ast"
	"go/token"
	"go/types"
)

// alone: an element of a map, an assertion and a receive have two values in the
// kernel where they are the only argument of a call, as of a func that returns
// two.
func (t *typed) alone(known) {
	t.walk(func(n ast.Node, _ []ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 || t.joined(call) {
			return
		}
		if tv := t.info.Types[call.Fun]; tv.IsType() || tv.IsBuiltin() {
			return
		}
		what := ""
		switch x := ast.Unparen(call.Args[0]).(type) {
		case *ast.IndexExpr:
			if _, ok := t.info.TypeOf(x.X).Underlying().(*types.Map); ok {
				what = "an element of a map"
			}
		case *ast.TypeAssertExpr:
			what = "an assertion"
		case *ast.UnaryExpr:
			if x.Op == token.ARROW {
				what = "a receive"
			}
		}
		if what != "" {
			t.tell(call.Args[0].Pos(), "%s as the only argument of a call is passed with its ok, 7 true: assign it to a variable, and pass that", what)
		}
	})
}

// joined reports whether the call is not of a cell, but shows what it ends with.
func (t *typed) joined(call *ast.CallExpr) bool {
	inner, ok := call.Fun.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := inner.Fun.(*ast.Ident)
	return ok && id.Name == showAt
}
