package notebook

import (
	"go/ast"
	"go/token"
	"go/types"
)

// names: the kernel has of a compiled package what its table has.
func (t *typed) names(k known) {
	for id, obj := range t.info.Uses {
		if obj.Pkg() == nil || obj.Pkg() == t.pkg || obj.Parent() != obj.Pkg().Scope() {
			continue
		}
		if _, generic := t.info.Instances[id]; generic {
			continue // told by itself
		}
		if k[obj.Pkg().Path()][obj.Name()] {
			t.tell(id.Pos(), "the kernel's table of package %s lacks %s: do without it", obj.Pkg().Path(), obj.Name())
		}
	}
}

// order: a cell knows what the cells before it have declared and imported, and
// its statements what stands above them.
func (t *typed) order(known) {
	for id, obj := range t.info.Uses {
		cell, line := t.where(id.Pos())
		if cell == 0 {
			continue
		}
		if name, ok := obj.(*types.PkgName); ok {
			if from, _ := t.where(name.Pos()); from > cell {
				t.tell(id.Pos(), "package %s is imported in cell %d, after its use: import it before", id.Name, from)
			}
			continue
		}
		if obj.Parent() != t.pkg.Scope() {
			continue
		}
		switch from, at := t.where(obj.Pos()); {
		case from > cell:
			t.tell(id.Pos(), "%s is declared in cell %d, after its use: declare it before", id.Name, from)
		case from == cell && at > line && t.inMain(id.Pos()):
			t.tell(id.Pos(), "%s is declared in line %d, after its use: declare it before", id.Name, at)
		}
	}
}

// inMain reports whether pos is of a statement, not of what stands at package
// level.
func (t *typed) inMain(pos token.Pos) bool {
	for _, d := range t.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "main" && f.Recv == nil {
			return f.Pos() <= pos && pos < f.End()
		}
	}
	return false
}
