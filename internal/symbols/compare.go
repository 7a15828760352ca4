package symbols

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Compare says, a line each and sorted by file, in what the tables in dir differ
// from those that Write would put there: files that are missing or superfluous,
// and names in them. No lines mean that they are the same, to the byte.
func Compare(root, dir string) ([]string, error) {
	want, err := Tables(root)
	if err != nil {
		return nil, err
	}
	have, err := generated(dir)
	if err != nil {
		return nil, err
	}
	return differences(have, want), nil
}

func differences(have, want map[string][]byte) []string {
	var lines []string
	for _, name := range keys(have, want) {
		file := "tables/" + name
		h, w := have[name], want[name]
		switch {
		case h == nil:
			lines = append(lines, file+" is missing")
		case w == nil:
			lines = append(lines, file+" is of no package")
		case !bytes.Equal(h, w):
			lines = append(lines, inFile(file, h, w)...)
		}
	}
	return lines
}

// keys are those of both maps, sorted.
func keys[T any](a, b map[string]T) []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}

// inFile says in what table file h differs from w.
func inFile(file string, h, w []byte) []string {
	have, err := entries(h)
	if err != nil {
		return []string{fmt.Sprintf("%s is not a table: %v", file, err)}
	}
	want, err := entries(w)
	if err != nil {
		return []string{fmt.Sprintf("%s, as generated, is not a table: %v", file, err)}
	}
	var lines []string
	for _, name := range keys(have, want) {
		h, w := have[name], want[name]
		switch {
		case h == "":
			lines = append(lines, fmt.Sprintf("%s lacks %s", file, name))
		case w == "":
			lines = append(lines, fmt.Sprintf("%s has %s, which is no more", file, name))
		case h != w:
			lines = append(lines, fmt.Sprintf("%s has another %s", file, name))
		}
	}
	if len(lines) == 0 {
		lines = []string{file + " has the names, but is not as generated"}
	}
	return lines
}

// entries are the names of a table, such as graph.Conv2D, with all that the table
// says of each.
func entries(src []byte) (map[string]string, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	text := func(n ast.Node) string {
		var b strings.Builder
		printer.Fprint(&b, fset, n) // to memory: no error
		return b.String()
	}
	var pkg, prefix string
	found := map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt: // imports.Packages["euryale/graph"] = …
			if i, ok := n.Lhs[0].(*ast.IndexExpr); ok && pkg == "" {
				p := unquoted(i.Index)
				pkg, prefix = path.Base(p), "P_"+stem(p)+"_"
			}
		case *ast.KeyValueExpr: // "Conv2D": reflect.TypeOf(…), in one of the maps
			if name := unquoted(n.Key); name != "" {
				found[pkg+"."+name] += text(n.Value) + "\n"
				return false
			}
		}
		return true
	})
	if pkg == "" {
		return nil, fmt.Errorf("no package is registered")
	}
	for _, d := range f.Decls { // the proxies, whose methods follow from their fields
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
			t := d.Specs[0].(*ast.TypeSpec)
			found[pkg+"."+strings.TrimPrefix(t.Name.Name, prefix)] += text(t) + "\n"
		}
	}
	return found, nil
}

// unquoted is the value of a string literal, "" for anything else.
func unquoted(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok {
		if s, err := strconv.Unquote(lit.Value); err == nil {
			return s
		}
	}
	return ""
}
