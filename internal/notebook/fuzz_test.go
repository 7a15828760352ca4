package notebook

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever a file holds, Parse gives a notebook or one line of error.
func FuzzParse(f *testing.F) {
	good, err := os.ReadFile(filepath.Join("testdata", "good.ipynb"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x", "outputs": [{"data": {"application/json": {}}}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Parse("f.ipynb", data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "f.ipynb: ") {
				t.Errorf("error %q, want one line that names the file", err)
			}
			return
		}
		_ = n.Committed("euryale")
		_, _ = n.With(map[string]string{"epochs": "1"})
	})
}

// Whatever a cell holds, it is refused, or joined into what is Go by its syntax.
func FuzzCell(f *testing.F) {
	for _, cell := range []string{
		"import \"fmt\"\nx := 1\nfunc f(a int) (b int) { return a }\nf(x)",
		"type T struct{}\nfunc (t T) M() {}\nconst c = 1 + iota\nvar v = `a\nb`\nfunc() {}()",
		"}\nfunc f() {", "%x", "func", "func (", "import", "x := func() { import \"a\" }", "x // comment", "if x := 1; x > 2 {\n}",
	} {
		f.Add(cell)
	}
	k, err := knownIn(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		n := &Notebook{Name: "f.ipynb", Cells: []Cell{{Type: "code", Number: 1, Source: cell}}}
		o, problems := n.outlined(k)
		if problems != nil {
			for _, p := range problems {
				if p.Line > 1+strings.Count(cell, "\n") || strings.Contains(p.Text, "\n") {
					t.Errorf("problem %#v of %q, want one line, and a place within the cell", p, cell)
				}
			}
			return
		}
		src := o.source(nil, nil)
		if _, err := parser.ParseFile(token.NewFileSet(), "", src, 0); err != nil {
			t.Errorf("%q is joined into what is no Go: %v\n%s", cell, err, src)
		}
	})
}
