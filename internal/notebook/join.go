package notebook

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"sort"
	"strings"
)

//go:embed show.go.txt
var showSource string

// showAt is the function of showSource that cells end with a call of.
const showAt = "shownAt"

// source writes the program. Cells in silent end with an expression that has no
// value, which is a statement then; imports in unused are left out.
func (o *outline) source(silent map[*Cell]bool, unused map[string]bool) string {
	w := &writer{outline: o}
	w.line("package main")
	w.imports(unused)
	for _, parts := range o.parts {
		for _, p := range parts {
			if o.apart[p] {
				w.text(p.text, p, 0)
			}
		}
	}
	w.line("func main() {")
	for i, parts := range o.parts {
		w.line("{") // of cell i+1; what later cells declare is in a block within
		w.cell(parts, silent[o.cells[i]])
	}
	w.line(strings.Repeat("}", len(o.parts)+1))
	return w.String()
}

// writer writes a program whose lines bear the places of the cells.
type writer struct {
	*outline
	strings.Builder
}

func (w *writer) line(s string) { w.WriteString(s + "\n") }

// text writes the text of a part from an offset on, at its own place.
func (w *writer) text(text string, p *part, from int) {
	line := p.line + strings.Count(text[:from], "\n")
	fmt.Fprintf(w, "//line %s:%d\n%s\n", w.place(p.cell), line, text[from:])
}

func (w *writer) imports(unused map[string]bool) {
	var keys []string
	for key := range w.imported {
		if !unused[key] {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	for _, key := range keys {
		in := w.imported[key]
		fmt.Fprintf(w, "//line %s:%d\nimport %s %q\n", w.place(in.cell), in.line, in.alias, in.path)
	}
}

// cell writes what a cell does.
func (w *writer) cell(parts []*part, silent bool) {
	declared := 0 // functions before this part have their variables
	for i, p := range parts {
		switch {
		case p.kind == imports || w.apart[p]:
		case p.kind == function:
			if i >= declared {
				declared = w.variables(parts, i)
			}
			w.closure(p)
		default:
			s, isExpr := p.stmt.(*ast.ExprStmt)
			if isExpr && i == len(parts)-1 && !silent && s != nil {
				fmt.Fprintf(w, "%s(%q)(\n", showAt, w.place(p.cell))
				w.text(p.text+")", p, 0)
				continue
			}
			w.text(p.text, p, 0)
			w.used(p.names)
		}
	}
}

// used keeps the compiler from asking that variables be used: the kernel does
// not.
func (w *writer) used(names []string) {
	for _, name := range names {
		if name != "_" {
			w.line("_ = " + name)
		}
	}
}

// variables declares the functions that follow one another from parts[i] on, so
// that each may call the others. It returns the index after them.
func (w *writer) variables(parts []*part, i int) int {
	for ; i < len(parts) && (parts[i].kind != statement); i++ {
		if p := parts[i]; p.kind == function && !w.apart[p] {
			d := p.decl.(*ast.FuncDecl)
			w.line("var " + d.Name.Name + " func")
			end := p.offsetOf(d.Type.End())
			w.text(p.text[:end], p, p.offsetOf(d.Name.End()))
			w.used(p.names)
		}
	}
	return i
}

// closure assigns a function to its variable.
func (w *writer) closure(p *part) {
	d := p.decl.(*ast.FuncDecl)
	w.line(d.Name.Name + " = func")
	w.text(p.text, p, p.offsetOf(d.Name.End()))
}

// offsetOf returns where in the text of a declaration pos is.
func (p *part) offsetOf(pos token.Pos) int {
	return p.fset.PositionFor(pos, false).Offset - p.fset.PositionFor(p.decl.Pos(), false).Offset
}
