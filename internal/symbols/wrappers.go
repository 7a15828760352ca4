package symbols

import (
	"go/types"
	"slices"
)

// wrappers are the exported methods that struct t has from embedded fields,
// sorted: reflection cannot tell them from its own. Those of embedded interfaces
// are not among them, as in gomacro, which calls them as if they were t's own.
func wrappers(t *types.Named) []string {
	if _, ok := t.Underlying().(*types.Struct); !ok {
		return nil
	}
	promoted := map[string]bool{}
	seen := map[*types.Named]bool{t: true} // a struct may embed a pointer to itself
	var embedded func(t *types.Named)
	embedded = func(t *types.Named) {
		s, ok := t.Underlying().(*types.Struct)
		if !ok {
			return
		}
		for f := range s.Fields() {
			if !f.Embedded() {
				continue
			}
			ft := types.Unalias(f.Type())
			if p, ok := ft.(*types.Pointer); ok {
				ft = types.Unalias(p.Elem())
			}
			if named, ok := ft.(*types.Named); ok && !seen[named] {
				seen[named] = true
				for m := range named.Methods() {
					if m.Exported() {
						promoted[m.Name()] = true
					}
				}
				embedded(named)
			}
		}
	}
	embedded(t)
	for m := range t.Methods() {
		delete(promoted, m.Name())
	}
	var list []string
	for name := range promoted {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
