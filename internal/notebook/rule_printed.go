package notebook

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
)

// formats reports whether the call is of a compiled func that prints values of
// any type, fmt.Println and the like.
func (t *typed) formats(call *ast.CallExpr) *types.Func {
	f := t.callee(call)
	if f == nil || f.Pkg() == nil || f.Pkg() == t.pkg || !f.Signature().Variadic() {
		return nil
	}
	params := f.Signature().Params()
	rest := params.At(params.Len() - 1).Type().Underlying().(*types.Slice)
	if in, ok := rest.Elem().Underlying().(*types.Interface); !ok || !in.Empty() {
		return nil
	}
	return f
}

// fields returns the method, as silenced does, of an exported field in what typ
// is or points to: of others Go does not call it either.
func (t *typed) fields(typ types.Type) string {
	if p, ok := typ.Underlying().(*types.Pointer); ok {
		typ = p.Elem()
	}
	seen := map[types.Type]bool{}
	var look func(typ types.Type) string
	look = func(typ types.Type) string {
		if seen[typ] {
			return ""
		}
		seen[typ] = true
		switch u := typ.Underlying().(type) {
		case *types.Slice:
			return look(u.Elem())
		case *types.Array:
			return look(u.Elem())
		case *types.Map:
			return look(u.Elem())
		case *types.Struct:
			for f := range u.Fields() {
				if !f.Exported() {
					continue
				}
				if name := t.silenced(f.Type()); name != "" {
					return name
				}
				if name := look(f.Type()); name != "" {
					return name
				}
			}
		}
		return ""
	}
	return look(typ)
}

// mayHold returns String if typ is a compiled interface that has it, and a type
// of the notebook implements that; "" otherwise.
func (t *typed) mayHold(typ types.Type) string {
	in, ok := typ.Underlying().(*types.Interface)
	if !ok || in.Empty() || types.Identical(typ, types.Universe.Lookup("error").Type()) {
		return ""
	}
	for _, obj := range t.info.Defs {
		name, ok := obj.(*types.TypeName)
		if !ok || types.IsInterface(name.Type()) {
			continue
		}
		for _, of := range []types.Type{name.Type(), types.NewPointer(name.Type())} {
			if types.Implements(of, in) && types.NewMethodSet(typ).Lookup(nil, "String") != nil {
				if t.silenced(of) != "" {
					return "String"
				}
			}
		}
	}
	return ""
}

// passedOn: values that a func of the notebook, or a slice, has as interface{}
// for fmt to print.
func (t *typed) passedOn(known) {
	any := func(typ types.Type) bool {
		in, ok := typ.Underlying().(*types.Interface)
		return ok && in.Empty()
	}
	funcs := map[types.Object]*types.Signature{} // with the parameters that their bodies use
	printed := map[types.Object]bool{}
	keep := func(name, value ast.Expr) {
		id, ok := name.(*ast.Ident)
		lit, isLit := ast.Unparen(value).(*ast.FuncLit)
		if !ok || !isLit {
			return
		}
		obj := t.info.Defs[id]
		if obj == nil {
			obj = t.info.Uses[id]
		}
		funcs[obj], _ = t.info.TypeOf(lit).(*types.Signature)
	}
	t.walk(func(n ast.Node, _ []ast.Node) {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if obj, ok := t.info.Defs[n.Name].(*types.Func); ok {
				funcs[obj] = obj.Signature()
			}
		case *ast.AssignStmt:
			for i := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					keep(n.Lhs[i], n.Rhs[i])
				}
			}
		case *ast.CallExpr:
			if t.formats(n) != nil {
				for _, x := range n.Args {
					if id, ok := ast.Unparen(x).(*ast.Ident); ok {
						printed[t.info.Uses[id]] = true
					}
				}
			}
		}
	})
	t.walk(func(n ast.Node, _ []ast.Node) {
		switch n := n.(type) {
		case *ast.CompositeLit:
			t.elements(n, func(x ast.Expr, to types.Type) {
				if _, ok := t.info.TypeOf(n).Underlying().(*types.Slice); !ok || !any(to) {
					return
				}
				if name := t.silenced(t.info.TypeOf(x)); name != "" {
					t.tell(x.Pos(), "%s as interface{}, of which nothing that prints it sees the method %s, it being of a type of the notebook: put in what x.%s() returns", t.spelled(t.info.TypeOf(x)), name, name)
				}
			})
		case *ast.CallExpr:
			f := t.called(n)
			s := funcs[f]
			if s == nil || n.Ellipsis.IsValid() {
				return
			}
			for i, x := range n.Args {
				p := min(i, s.Params().Len()-1)
				if p < 0 || !printed[s.Params().At(p)] {
					continue
				}
				to := s.Params().At(p).Type()
				if slice, ok := to.(*types.Slice); ok && s.Variadic() && p == s.Params().Len()-1 {
					to = slice.Elem()
				}
				if from := t.info.TypeOf(x); from != nil && any(to) {
					if name := t.silenced(from); name != "" {
						t.tell(x.Pos(), "%s prints this, and does not see the method %s of %s, a type of the notebook: pass what x.%s() returns", f.Name(), name, t.spelled(from), name)
					}
				}
			}
		}
	})
}

// spelledOut: types and their fields have other names in the kernel, where fmt or
// an encoder spells them.
func (t *typed) spelledOut(known) {
	t.walk(func(n ast.Node, _ []ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		if f := t.callee(call); f != nil && f.Pkg() != nil && strings.HasPrefix(f.Pkg().Path(), "encoding/") {
			for _, x := range call.Args {
				if typ := t.info.TypeOf(x); typ != nil && t.hidden(typ) {
					t.tell(x.Pos(), "%s.%s sees unexported and embedded fields, of a struct of the notebook, by other names: give it a struct without them", f.Pkg().Name(), f.Name())
				}
			}
			return
		}
		f := t.formats(call)
		if f == nil || call.Ellipsis.IsValid() {
			return
		}
		first := f.Signature().Params().Len() - 1
		if first == 0 || first > len(call.Args) {
			return
		}
		format := t.info.Types[call.Args[first-1]].Value
		if format == nil || format.Kind() != constant.String {
			return
		}
		for i, v := range verbs(constant.StringVal(format)) {
			if first+i >= len(call.Args) {
				return
			}
			x := call.Args[first+i]
			typ := t.info.TypeOf(x)
			switch {
			case typ == nil:
			case (v == "T" || v == "#v") && t.named(typ):
				t.tell(x.Pos(), "%%%s spells %s, a type of the notebook, by another name: write the name, or use %%v", v, t.spelled(typ))
			case (v == "+v" || v == "#v") && t.hidden(typ):
				t.tell(x.Pos(), "%%%s spells unexported and embedded fields, of a struct of the notebook, by other names: use %%v", v)
			}
		}
	})
}

// verbs returns the verbs of a format, of each argument one, with the flags that
// have names spelled: T, v, +v, #v. Those that take an argument by its number are
// not found.
func verbs(format string) (verbs []string) {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		flag := ""
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.*", format[i]) >= 0; i++ {
			switch format[i] {
			case '+', '#':
				flag = format[i : i+1]
			case '*':
				verbs = append(verbs, "*")
			}
		}
		switch {
		case i == len(format) || format[i] == '[':
			return verbs
		case format[i] == 'T':
			verbs = append(verbs, "T")
		case format[i] != '%':
			verbs = append(verbs, flag+format[i:i+1])
		}
	}
	return verbs
}

// named reports whether the type is made of one that is declared in the notebook.
func (t *typed) named(typ types.Type) bool {
	if t.inNotebook(typ) != nil {
		return !types.IsInterface(typ)
	}
	switch u := types.Unalias(typ).(type) {
	case *types.Map:
		return t.named(u.Key()) || t.named(u.Elem())
	case interface{ Elem() types.Type }:
		return t.named(u.Elem())
	}
	return false
}

// hidden reports whether there is a struct of the notebook in the type that has
// unexported or embedded fields.
func (t *typed) hidden(typ types.Type) bool {
	seen := map[types.Type]bool{}
	var look func(typ types.Type) bool
	look = func(typ types.Type) bool {
		if seen[typ] {
			return false
		}
		seen[typ] = true
		switch u := typ.Underlying().(type) {
		case *types.Struct:
			for f := range u.Fields() {
				if f.Pkg() == t.pkg && (!f.Exported() || f.Embedded()) || look(f.Type()) {
					return true
				}
			}
		case *types.Map:
			return look(u.Key()) || look(u.Elem())
		case interface{ Elem() types.Type }: // pointer, slice, array, channel
			return look(u.Elem())
		}
		return false
	}
	return look(typ)
}
