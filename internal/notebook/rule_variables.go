package notebook

import (
	"go/ast"
	"go/token"
	"go/types"
)

// loops: the rounds of a loop share its variables.
func (t *typed) loops(known) {
	t.walk(func(n ast.Node, _ []ast.Node) {
		vars := map[types.Object]bool{}
		define := func(x ast.Expr) {
			if id, ok := x.(*ast.Ident); ok && t.info.Defs[id] != nil {
				vars[t.info.Defs[id]] = true
			}
		}
		switch n := n.(type) {
		case *ast.ForStmt:
			if s, ok := n.Init.(*ast.AssignStmt); ok {
				for _, x := range s.Lhs {
					define(x)
				}
			}
		case *ast.RangeStmt:
			define(n.Key)
			define(n.Value)
		}
		if len(vars) > 0 {
			t.loop(n, vars)
		}
	})
}

// loop looks for what may outlive a round of a loop: a func that is not called
// where it stands, and an address.
func (t *typed) loop(loop ast.Node, vars map[types.Object]bool) {
	atOnce := map[*ast.FuncLit]bool{}
	later := map[*ast.CallExpr]bool{} // of defer
	var visit func(inFunc bool) func(ast.Node) bool
	visit = func(inFunc bool) func(ast.Node) bool {
		return func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DeferStmt:
				later[n.Call] = true
			case *ast.CallExpr:
				if lit, ok := ast.Unparen(n.Fun).(*ast.FuncLit); ok && !later[n] {
					atOnce[lit] = true
				}
			case *ast.FuncLit:
				ast.Inspect(n.Body, visit(inFunc || !atOnce[n]))
				return false
			case *ast.Ident:
				if inFunc && vars[t.info.Uses[n]] {
					t.tell(n.Pos(), "the func has loop variable %s, which in the kernel all rounds share: give it a copy, %s := %s before the func", n.Name, n.Name, n.Name)
				}
			case *ast.UnaryExpr:
				if id := t.root(n.X); n.Op == token.AND && id != nil && vars[t.info.Uses[id]] {
					t.tell(n.Pos(), "the address of loop variable %s, which in the kernel all rounds share: take that of a copy, %s := %s, or of the element", id.Name, id.Name, id.Name)
				}
			}
			return true
		}
	}
	ast.Inspect(loop, visit(false))
}

// root returns the variable that x is or is part of, nil if x is elsewhere: in
// what a pointer or a slice is of.
func (t *typed) root(x ast.Expr) *ast.Ident {
	var of ast.Expr
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		of = x.X
	case *ast.IndexExpr:
		of = x.X
	default:
		return nil
	}
	if typ := t.info.TypeOf(of); typ != nil {
		switch typ.Underlying().(type) {
		case *types.Pointer, *types.Slice, *types.Map:
			return nil
		}
	}
	return t.root(of)
}

// redeclared: a name declared again in a later cell is the same variable in the
// kernel, if it has the same type, and another one in the program. The
// difference shows where a func or a pointer still has the first.
func (t *typed) redeclared(known) {
	held := t.held()
	before := map[string]types.Object{}
	for _, block := range t.blocks() {
		var names []*ast.Ident
		for _, s := range block.List {
			names = append(names, declares(s)...)
		}
		for _, id := range names {
			obj := t.info.Defs[id]
			if obj == nil {
				continue
			}
			if old := before[id.Name]; old != nil && types.Identical(old.Type(), obj.Type()) && held[old] > 0 {
				t.tell(id.Pos(), "%s is declared again, and what cell %d keeps of it would see that in the kernel: assign with =, or take another name", id.Name, held[old])
			}
			before[id.Name] = obj
		}
	}
}

// held returns the variables that a func or a pointer has, each with the cell
// that made it.
func (t *typed) held() map[types.Object]int {
	held := map[types.Object]int{}
	t.walk(func(n ast.Node, within []ast.Node) {
		switch n := n.(type) {
		case *ast.Ident:
			obj, ok := t.info.Uses[n].(*types.Var)
			if !ok {
				return
			}
			for _, w := range within {
				if lit, ok := w.(*ast.FuncLit); ok && (obj.Pos() < lit.Pos() || lit.End() <= obj.Pos()) {
					held[obj], _ = t.where(n.Pos())
				}
			}
		case *ast.UnaryExpr:
			if id := t.root(n.X); n.Op == token.AND && id != nil {
				if obj, ok := t.info.Uses[id].(*types.Var); ok {
					held[obj], _ = t.where(n.Pos())
				}
			}
		}
	})
	return held
}

// blocks returns the blocks of the cells.
func (t *typed) blocks() []*ast.BlockStmt {
	var blocks []*ast.BlockStmt
	for _, d := range t.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv != nil || f.Name.Name != "main" {
			continue
		}
		for block := f.Body; len(block.List) > 0 && len(blocks) < len(t.cells); {
			next, ok := block.List[len(block.List)-1].(*ast.BlockStmt)
			if !ok {
				break
			}
			blocks = append(blocks, next)
			block = next
		}
	}
	return blocks
}

// declares returns the names a statement declares in the block it stands in.
func declares(s ast.Stmt) (names []*ast.Ident) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			for _, x := range s.Lhs {
				if id, ok := x.(*ast.Ident); ok {
					names = append(names, id)
				}
			}
		}
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				names = append(names, v.Names...)
			}
		}
	}
	return names
}
