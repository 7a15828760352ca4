package notebook

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// kind says where a part of a cell goes in the program.
type kind int

const (
	statement kind = iota // and declarations of variables
	imports
	types_
	method
	function
	constants
)

// part is one declaration or statement at the top level of a cell.
type part struct {
	kind
	cell  *Cell
	text  string
	line  int      // where the text begins in the cell, from 1
	names []string // that it declares; of a method the method's
	free  []string // names it uses and does not declare itself; not of statements

	decl ast.Decl // of imports, methods and functions, parsed by itself
	stmt ast.Stmt // of all others
	fset *token.FileSet

	offset int // of decl or stmt in its source: text begins there
}

// place of a cell, as the compiler is told it.
func (n *Notebook) place(c *Cell) string { return fmt.Sprintf("%s[cell %d]", n.Name, c.Number) }

// line of a node of the part, within the cell.
func (p *part) lineOf(pos token.Pos) int { return p.fset.Position(pos).Line }

// split cuts a cell into parts. What stands at the top level of a cell is
// neither a file, for there are statements, nor a block, for there are imports,
// functions and methods: these are cut out first, and the rest is parsed as a
// block.
func (n *Notebook) split(c *Cell) ([]*part, Problems) {
	if line, special := specialCommand(c.Source); special != "" {
		return nil, Problems{n.problem(c, line, fmt.Sprintf("%s is a command of gophernotes, not Go: leave it out", special))}
	}
	src := []byte(c.Source)
	var parts []*part
	for _, at := range declarations(src) {
		p, err := n.declaration(c, src[at[0]:at[1]], at[0])
		if err != nil {
			return nil, n.syntax(c, err)
		}
		if p != nil {
			parts = append(parts, p)
			blank(src[at[0]:at[1]])
		}
	}
	block := fmt.Sprintf("package p; func _() {\n//line %s:1\n", n.place(c))
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", block+string(src)+"\n}", parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, n.syntax(c, err)
	}
	if len(file.Decls) != 1 {
		return nil, Problems{n.problem(c, 0, "unbalanced braces")}
	}
	for _, s := range file.Decls[0].(*ast.FuncDecl).Body.List {
		if _, ok := s.(*ast.EmptyStmt); ok {
			continue
		}
		start, end := fset.PositionFor(s.Pos(), false).Offset-len(block), fset.PositionFor(s.End(), false).Offset-len(block)
		p := &part{cell: c, stmt: s, fset: fset, offset: start, text: c.Source[start:min(end, len(c.Source))]}
		p.classify()
		parts = append(parts, p)
	}
	// Both lists are in order: merge them.
	for i := 1; i < len(parts); i++ {
		for j := i; j > 0 && parts[j].offset < parts[j-1].offset; j-- {
			parts[j], parts[j-1] = parts[j-1], parts[j]
		}
	}
	for _, p := range parts {
		p.line = 1 + strings.Count(c.Source[:p.offset], "\n")
	}
	return parts, nil
}

// specialCommand returns the first line that gophernotes takes as a command, and
// its number: they stand before all code.
func specialCommand(src string) (int, string) {
	for i, line := range strings.Split(src, "\n") {
		switch line = strings.TrimSpace(line); {
		case line == "":
		case line[0] == '%' || line[0] == '$':
			return i + 1, line
		default:
			return 0, ""
		}
	}
	return 0, ""
}

// declarations finds what may be imports, functions and methods: from the
// keyword at the beginning of a top-level statement to its end, as offsets.
func declarations(src []byte) [][2]int {
	var s scanner.Scanner
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	s.Init(file, src, func(token.Position, string) {}, 0) // errors are the parser's
	var found [][2]int
	depth, start, fresh := 0, -1, true
	for {
		pos, tok, _ := s.Scan()
		switch tok {
		case token.LPAREN, token.LBRACE, token.LBRACK:
			depth++
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth--
		}
		if fresh && depth == 0 && (tok == token.IMPORT || tok == token.FUNC) {
			start = file.Offset(pos)
		}
		fresh = depth == 0 && tok == token.SEMICOLON
		if (fresh || tok == token.EOF) && start >= 0 {
			found = append(found, [2]int{start, min(file.Offset(pos), len(src))})
			start = -1
		}
		if tok == token.EOF {
			return found
		}
	}
}

// declaration parses one of these. It is nil for what is none, a func literal
// called at once.
func (n *Notebook) declaration(c *Cell, src []byte, offset int) (*part, error) {
	head := fmt.Sprintf("package p\n//line %s:%d\n", n.place(c), 1+strings.Count(c.Source[:offset], "\n"))
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", head+string(src), parser.ParseComments)
	if err != nil {
		if literal(src) {
			return nil, nil
		}
		return nil, err
	}
	p := &part{cell: c, offset: offset, text: string(src), fset: fset, decl: file.Decls[0]}
	switch d := p.decl.(type) {
	case *ast.GenDecl:
		p.kind = imports
	case *ast.FuncDecl:
		p.kind = function
		if d.Recv != nil {
			p.kind = method
		}
		p.names = []string{d.Name.Name}
	}
	p.free = freeNames(file)
	return p, nil
}

// freeNames returns the names a file uses and does not declare. Those of fields
// in composite literals are not among them.
func freeNames(file *ast.File) []string {
	fields := map[ast.Expr]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		switch lit.Type.(type) {
		case *ast.MapType, *ast.ArrayType:
			return true
		}
		for _, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				fields[kv.Key] = true
			}
		}
		return true
	})
	var names []string
	for _, id := range file.Unresolved {
		if !fields[id] {
			names = append(names, id.Name)
		}
	}
	return names
}

// literal reports whether src, which begins with func, is a statement that
// begins with a func literal.
func literal(src []byte) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", "package p; func _() {\n"+string(src)+"\n}", parser.SkipObjectResolution)
	return err == nil
}

// blank overwrites with blanks, and keeps the lines.
func blank(src []byte) {
	for i, b := range src {
		if b != '\n' {
			src[i] = ' '
		}
	}
}

// classify finds what a statement of the block is, and what it declares.
func (p *part) classify() {
	switch s := p.stmt.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			for _, e := range s.Lhs {
				if id, ok := e.(*ast.Ident); ok {
					p.names = append(p.names, id.Name)
				}
			}
		}
	case *ast.DeclStmt:
		d := s.Decl.(*ast.GenDecl)
		switch d.Tok {
		case token.TYPE:
			p.kind = types_
		case token.CONST:
			p.kind = constants
		}
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				p.names = append(p.names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					p.names = append(p.names, id.Name)
				}
			}
		}
		if p.kind != statement {
			// The names it uses: as a file of its own says.
			file, err := parser.ParseFile(token.NewFileSet(), "", "package p;"+p.text, 0)
			if err == nil {
				p.free = freeNames(file)
			}
		}
	}
}

// syntax tells a parser's errors.
func (n *Notebook) syntax(c *Cell, err error) Problems {
	list, ok := err.(scanner.ErrorList)
	if !ok || len(list) == 0 {
		return Problems{n.problem(c, 0, oneLine(err.Error()))}
	}
	// The first is the cause, the others mostly follow from it.
	first := list[0]
	return Problems{n.problem(c, min(first.Pos.Line, 1+strings.Count(c.Source, "\n")), oneLine(first.Msg))}
}

// oneLine is for messages that quote what spans lines.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
