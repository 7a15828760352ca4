package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"euryale/graph"
)

// source is the code of this package, or its tests.
func source(t *testing.T, tests bool) map[string]*ast.File {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") != tests {
			continue
		}
		if files[path], err = parser.ParseFile(token.NewFileSet(), path, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// built are the exported types with a method of that name and so many
// parameters, by name: two of Build are a layer's, three a loss', with the file
// in which they are.
func built(t *testing.T, method string, parameters int) map[string]string {
	t.Helper()
	found := map[string]string{}
	for path, file := range source(t, false) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != method || f.Type.Params.NumFields() != parameters {
				continue
			}
			if of, ok := f.Recv.List[0].Type.(*ast.Ident); ok && of.IsExported() {
				found[of.Name] = path
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("no type has a %s of %d parameters", method, parameters)
	}
	return found
}

// constants are those made by a conversion to one of these types, as
// function("ReLU") is.
func constants(t *testing.T, types ...string) []string {
	t.Helper()
	var names []string
	for _, file := range source(t, false) {
		ast.Inspect(file, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 || !v.Names[0].IsExported() {
				return true
			}
			if call, ok := v.Values[0].(*ast.CallExpr); ok {
				if of, ok := call.Fun.(*ast.Ident); ok && slices.Contains(types, of.Name) {
					names = append(names, v.Names[0].Name)
				}
			}
			return true
		})
	}
	if len(names) == 0 {
		t.Fatalf("no constants of %v", types)
	}
	return names
}

// TestEveryLayerAndLossIsDeclared: what is tried with everyNetwork, such as
// which of Gorgonia's ops are in use and whether the engines agree, is tried
// with every layer, activation, joiner and loss.
func TestEveryLayerAndLossIsDeclared(t *testing.T) {
	var text strings.Builder
	for _, n := range everyNetwork(t, graph.Fused) {
		text.WriteString(n.net.String() + "\n" + n.loss.String() + "\n")
	}
	names := constants(t, "function", "joiner")
	for _, all := range []map[string]string{built(t, "Build", 2), built(t, "Build", 3)} {
		for name := range all {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if name == "ArgMax" { // through which nothing is trained
			continue
		}
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(text.String()) {
			t.Errorf("%s: no declaration has it", name)
		}
	}
}

// frames are layers of other layers or of functions, and one without a gradient,
// which have tests of their own.
var frames = []string{"ArgMax", "Branches", "Chain", "Frozen", "Func", "Named", "Pretrained", "Residual", "Shared"}

// takesAll are layers that refuse no shape.
var takesAll = []string{"CELU", "Clip", "Dropout", "ELU", "Flatten", "GaussianNoise", "HardSigmoid", "LeakyReLU", "LocalResponseNorm", "PReLU", "Pow", "Rescaling", "Swish", "ThresholdedReLU"}

// TestEveryLayerIsInTheHarness: each layer has a file of its name, and a case of
// layertest with a shape that it refuses.
func TestEveryLayerIsInTheHarness(t *testing.T) {
	cases, refusing := harnessed(t)
	for name, path := range built(t, "Build", 2) {
		if want := strings.ToLower(name) + ".go"; path != want && !slices.Contains(frames, name) {
			t.Errorf("%s is in %s, want it in %s", name, path, want)
		}
		switch {
		case slices.Contains(frames, name):
		case !cases[name]:
			t.Errorf("%s: want a case of layertest", name)
		case !refusing[name] && !slices.Contains(takesAll, name):
			t.Errorf("%s: want a case of layertest with a shape that is refused", name)
		case refusing[name] && slices.Contains(takesAll, name):
			t.Errorf("%s refuses a shape: it does not take all", name)
		}
	}
	for _, name := range constants(t, "function") {
		if !cases[name] {
			t.Errorf("%s: want a case of layertest", name)
		}
	}
}

// harnessed are the layers in tests that run layertest's cases, or in the tables
// of these, and those of cases with a Refused.
func harnessed(t *testing.T) (cases, refusing map[string]bool) {
	t.Helper()
	cases, refusing = map[string]bool{}, map[string]bool{}
	for _, file := range source(t, true) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); !ok || !selects(f, "layertest", "Run") {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				switch x := n.(type) {
				case *ast.Ident:
					if x.Obj != nil && x.Obj.Kind == ast.Var && file.Scope.Lookup(x.Name) == x.Obj {
						selected(x.Obj.Decl.(ast.Node), cases)
					}
				case *ast.SelectorExpr:
					cases[x.Sel.Name] = true
				case *ast.CompositeLit:
					if layer := refusingCase(x); layer != "" {
						refusing[layer] = true
					}
				}
				return true
			})
		}
	}
	return cases, refusing
}

// selected adds all X of from.X in a node.
func selected(in ast.Node, to map[string]bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		if x, ok := n.(*ast.SelectorExpr); ok {
			to[x.Sel.Name] = true
		}
		return true
	})
}

// selects reports whether there is a from.name in a node.
func selects(in ast.Node, from, name string) (found bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		if x, ok := n.(*ast.SelectorExpr); ok && x.Sel.Name == name {
			of, ok := x.X.(*ast.Ident)
			found = found || ok && of.Name == from
		}
		return true
	})
	return found
}

// refusingCase is the layer of a case with a Refused, and else "".
func refusingCase(literal *ast.CompositeLit) string {
	layer, refused := "", false
	for _, e := range literal.Elts {
		field, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		switch key, _ := field.Key.(*ast.Ident); {
		case key == nil:
		case key.Name == "Layer":
			layer = nameOf(field.Value)
		case key.Name == "Refused":
			refused = true
		}
	}
	if !refused {
		return ""
	}
	return layer
}

// nameOf is X of graph.X, graph.X{…} or &graph.X{…}.
func nameOf(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.UnaryExpr:
		return nameOf(x.X)
	case *ast.CompositeLit:
		return nameOf(x.Type)
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}
