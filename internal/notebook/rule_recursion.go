package notebook

import (
	"go/ast"
	"go/types"
	"sort"
	"strings"
)

// hold says how a type holds another.
type hold int

const (
	byValue   hold = iota // as a field or an element of an array
	byAddress             // through a pointer, a slice, a map or a channel
	byFunc                // as a parameter or result
)

// holds visits the types of the notebook that typ mentions, and does not look
// into them.
func (t *typed) holds(typ types.Type, how hold, visit func(of *types.Named, how hold)) {
	tuple := func(vars *types.Tuple) {
		for v := range vars.Variables() {
			t.holds(v.Type(), byFunc, visit)
		}
	}
	switch u := types.Unalias(typ).(type) {
	case *types.Named:
		if u.Obj().Pkg() == t.pkg {
			visit(u, how)
		}
	case *types.Struct:
		for f := range u.Fields() {
			t.holds(f.Type(), how, visit)
		}
	case *types.Array:
		t.holds(u.Elem(), how, visit)
	case *types.Map:
		t.holds(u.Key(), max(how, byAddress), visit)
		t.holds(u.Elem(), max(how, byAddress), visit)
	case *types.Signature:
		tuple(u.Params())
		tuple(u.Results())
	case *types.Interface:
		for m := range u.Methods() {
			tuple(m.Signature().Params())
			tuple(m.Signature().Results())
		}
	case interface{ Elem() types.Type }: // pointer, slice, channel
		t.holds(u.Elem(), max(how, byAddress), visit)
	}
}

// within returns what a type of the notebook mentions, and what that mentions, as
// the most that stands between.
func (t *typed) within(of *types.Named) map[*types.Named]hold {
	found := map[*types.Named]hold{}
	var look func(typ types.Type, how hold)
	look = func(typ types.Type, how hold) {
		t.holds(typ, how, func(n *types.Named, how hold) {
			if have, ok := found[n]; !ok || have < how {
				found[n] = how
				look(n.Underlying(), how)
			}
		})
	}
	look(of.Underlying(), byValue)
	return found
}

// recursion: of types that contain themselves the kernel knows variables and
// fields, and little else.
func (t *typed) recursion(known) {
	for _, obj := range t.info.Defs {
		name, ok := obj.(*types.TypeName)
		if !ok || name.IsAlias() {
			continue
		}
		named, ok := name.Type().(*types.Named)
		if !ok {
			continue
		}
		within := t.within(named)
		how, itself := within[named]
		if !itself {
			continue
		}
		var others []string
		for n := range within {
			if _, back := t.within(n)[named]; back && n != named {
				others = append(others, n.Obj().Name())
			}
		}
		sort.Strings(others)
		switch {
		case len(others) > 0:
			t.tell(name.Pos(), "%s and %s contain each other, which the kernel does not know: let one hold an index into a slice of the other", name.Name(), strings.Join(others, ", "))
		case how == byFunc && types.IsInterface(named):
			t.tell(name.Pos(), "the methods of interface %s mention it, which the kernel does not know: write interface{} there", name.Name())
		case how == byFunc:
			t.tell(name.Pos(), "%s has a func with %s in it, which the kernel cannot call: write interface{} there", name.Name(), name.Name())
		default:
			for m := range named.Methods() {
				t.tell(m.Pos(), "method %s of %s, a type that contains itself, whose methods the kernel does not find: write it as a func", m.Name(), name.Name())
			}
		}
	}
	t.walk(func(n ast.Node, within []ast.Node) {
		x, ok := n.(ast.Expr)
		if !ok {
			return
		}
		switch n := n.(type) {
		case *ast.StructType:
		case *ast.ArrayType:
			if n.Len == nil {
				return
			}
		default:
			return
		}
		for _, w := range within {
			if spec, ok := w.(*ast.TypeSpec); ok {
				if named, ok := t.info.Defs[spec.Name].Type().(*types.Named); ok && t.recursive(named) {
					return
				}
			}
		}
		t.holds(t.info.TypeOf(x), byValue, func(of *types.Named, how hold) {
			if how > byValue && t.recursive(of) {
				t.tell(x.Pos(), "%s contains itself, and the kernel cannot put it in a struct or an array of other things: put it in a slice or a map, or in the type itself", of.Obj().Name())
			}
		})
	})
}

func (t *typed) recursive(named *types.Named) bool {
	_, itself := t.within(named)[named]
	return itself
}
