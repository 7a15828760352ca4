package symbols

import (
	"bytes"
	"fmt"
	"go/token"
	"go/types"
)

// names are those that a table file calls packages by: their own, with a number
// where that is taken.
type names struct {
	byPath map[string]string
	taken  map[string]bool
	paths  []string
}

func newNames() names {
	return names{
		byPath: map[string]string{},
		// What a file may not call an import, and what the tables use.
		taken: map[string]bool{"init": true, "_": true, "reflect": true, "imports": true},
	}
}

// of is the name of pkg, given when it is first asked for: a types.Qualifier.
func (n *names) of(pkg *types.Package) string {
	if name, ok := n.byPath[pkg.Path()]; ok {
		return name
	}
	name := pkg.Name()
	for i := 2; n.taken[name] || types.Universe.Lookup(name) != nil || token.IsKeyword(name); i++ {
		name = fmt.Sprint(pkg.Name(), i)
	}
	n.byPath[pkg.Path()], n.taken[name] = name, true
	n.paths = append(n.paths, pkg.Path())
	return name
}

// write writes the imports that are used; gofmt sorts them.
func (n *names) write(b *bytes.Buffer, used func(path string) bool) {
	for _, path := range n.paths {
		if used(path) {
			fmt.Fprintf(b, "%s %q\n", n.byPath[path], path)
		}
	}
}
