package symbols

import (
	"bytes"
	"fmt"
	"go/types"
	"strings"
)

// writeProxy writes the compiled type through which an interpreted one implements
// interface i: beside the interpreted object, a function for each method, named
// with a _ at the end, that takes the object first.
func writeProxy(b *bytes.Buffer, proxy, ref string, i *types.Interface, q types.Qualifier) {
	fmt.Fprintf(b, "\n// %s implements %s.\ntype %s struct {\nObject any\n", proxy, ref, proxy)
	for m := range i.Methods() { // sorted
		sig := m.Signature()
		object := types.NewParam(0, nil, "", types.Universe.Lookup("any").Type())
		params, _ := arguments(sig, "")
		f := types.NewSignatureType(nil, nil, nil, types.NewTuple(append([]*types.Var{object}, params...)...), unnamed(sig.Results()), sig.Variadic())
		fmt.Fprintf(b, "%s_ %s\n", m.Name(), types.TypeString(f, q))
	}
	b.WriteString("}\n")
	for m := range i.Methods() {
		sig := m.Signature()
		params, call := arguments(sig, "a")
		fmt.Fprintf(b, "\nfunc (p *%s) %s", proxy, m.Name())
		types.WriteSignature(b, types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), unnamed(sig.Results()), sig.Variadic()), q)
		b.WriteString(" {\n")
		if sig.Results().Len() > 0 {
			b.WriteString("return ")
		}
		fmt.Fprintf(b, "p.%s_(%s)\n}\n", m.Name(), strings.Join(append([]string{"p.Object"}, call...), ", "))
	}
}

// arguments are the parameters of a method, named prefix0, prefix1, …, or nothing
// where prefix is "" (their own names may be _, or that of the receiver), and how
// they are passed on.
func arguments(sig *types.Signature, prefix string) (params []*types.Var, call []string) {
	for n := range sig.Params().Len() {
		var name string
		if prefix != "" {
			name = fmt.Sprint(prefix, n)
		}
		params = append(params, types.NewParam(0, nil, name, sig.Params().At(n).Type()))
		if sig.Variadic() && n == sig.Params().Len()-1 {
			name += "..."
		}
		call = append(call, name)
	}
	return params, call
}

func unnamed(t *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range t.Variables() {
		vars = append(vars, types.NewParam(0, nil, "", v.Type()))
	}
	return types.NewTuple(vars...)
}

// implementable tells whether another package can implement i: its methods are
// exported, and so is every type they mention, as they mention it.
func implementable(i *types.Interface) bool {
	if !i.IsMethodSet() {
		return false
	}
	for m := range i.Methods() {
		if !m.Exported() || !public(m.Signature()) {
			return false
		}
	}
	return true
}

// proxied tells whether a proxy has a name for each method and each field.
func proxied(i *types.Interface) bool {
	names := map[string]bool{"Object": true}
	for m := range i.Methods() {
		names[m.Name()+"_"] = true
	}
	for m := range i.Methods() {
		if names[m.Name()] {
			return false
		}
	}
	return true
}

// public tells whether another package can write type t.
func public(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return true
	case *types.Alias:
		return publicName(t.Obj()) && publicAll(t.TypeArgs())
	case *types.Named:
		return publicName(t.Obj()) && publicAll(t.TypeArgs())
	case *types.Map:
		return public(t.Key()) && public(t.Elem())
	case *types.Interface:
		return implementable(t)
	case *types.Struct:
		for f := range t.Fields() {
			if !f.Exported() || !public(f.Type()) {
				return false
			}
		}
		return true
	case *types.Signature:
		for _, tuple := range []*types.Tuple{t.Params(), t.Results()} {
			for v := range tuple.Variables() {
				if !public(v.Type()) {
					return false
				}
			}
		}
		return true
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		return public(t.Elem())
	}
	return false
}

func publicName(obj *types.TypeName) bool {
	return obj.Pkg() == nil || obj.Exported() && importable(obj.Pkg().Path())
}

func publicAll(list *types.TypeList) bool {
	for t := range list.Types() {
		if !public(t) {
			return false
		}
	}
	return true
}
