// Package wrong asks structs of settings for what they cannot be, for tests.
//
// Each numeric field of each exported struct of a package gets what is never
// right: a number below zero, one too large, NaN, an infinity. What is answered
// must be an error on one line that names the field, what is wanted and what was
// got.
package wrong

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Subject is a struct, or a pointer to one, whose fields are asked wrongly.
type Subject struct {
	Of  any                 // as it is right; other fields are taken from it
	Ask func(any) error     // uses a value of Of's type
	As  map[string][]string // words that stand for a field in messages, besides its name
}

// Fields is a test of the fields of a package.
type Fields struct {
	Subjects []Subject

	// Values are what is wrong for a field of a type of the package's own; nil
	// means the numbers of its kind.
	Values func(field reflect.Value) []any

	// Right are what would be wrong of other fields, as "Slice.From: -1".
	Right []string

	// Answers are structs that nobody asks for anything: results.
	Answers []string
}

// Run asks all subjects, and sees that they are all structs with numeric fields
// in the package of the directory.
func (f Fields) Run(t *testing.T, dir string) {
	right := map[string]bool{} // and whether it was met
	for _, r := range f.Right {
		right[r] = false
	}
	asked := map[string]bool{}
	for _, s := range f.Subjects {
		asked[structOf(s.Of).Type().Name()] = true
		f.run(t, s, right)
	}
	for _, r := range f.Right {
		if right[r] {
			continue
		}
		t.Errorf("%s: said to be right, and was not asked or not taken", r)
	}
	for _, name := range structs(t, dir) {
		if !asked[name] && !slices.Contains(f.Answers, name) {
			t.Errorf("%s has fields, and nobody asks it wrongly: want a Subject of it, or to have it among the Answers", name)
		}
	}
}

// structOf is a copy of the struct that can be set.
func structOf(of any) reflect.Value {
	v := reflect.Indirect(reflect.ValueOf(of))
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

func (f Fields) run(t *testing.T, s Subject, right map[string]bool) {
	ask := func(v reflect.Value) (err error) {
		defer func() {
			if r := recover(); r != nil {
				t.Errorf("%T: panic: %v", s.Of, r)
			}
		}()
		if reflect.TypeOf(s.Of).Kind() == reflect.Pointer {
			return s.Ask(v.Addr().Interface())
		}
		return s.Ask(v.Interface())
	}
	whole := structOf(s.Of)
	if err := ask(whole); err != nil {
		t.Errorf("%T as it is right: %v", s.Of, err)
		return
	}
	for i := range whole.NumField() {
		field := whole.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		for _, w := range f.values(whole.Field(i)) {
			v := structOf(s.Of)
			v.Field(i).Set(reflect.ValueOf(w).Convert(field.Type))
			what := fmt.Sprintf("%s.%s: %v", whole.Type().Name(), field.Name, v.Field(i))
			err := ask(v)
			if _, ok := right[what]; ok && err == nil {
				right[what] = true
				continue
			}
			check(t, what, err, append(s.As[field.Name], field.Name))
		}
	}
}

// check wants an error on one line with one of the names, and what is wanted and
// got.
func check(t *testing.T, what string, err error, names []string) {
	if err == nil {
		t.Errorf("%s is taken", what)
		return
	}
	text := err.Error()
	if i := strings.Index(text, "; so far"); i >= 0 {
		text = text[:i]
	}
	from := strings.Index(text, "want ")
	to := strings.LastIndex(text, ", got ")
	name := regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\b`)
	switch {
	case strings.Contains(err.Error(), "\n") || strings.Contains(text, "runtime error"):
		t.Errorf("%s: error %q, want one line of ours", what, err)
	case from < 0 || to < from:
		t.Errorf("%s: error %q, want what is wanted and what was got", what, err)
	case !name.MatchString(text[from:to]) && !name.MatchString(text[:from]):
		t.Errorf("%s: error %q, want the field's name", what, err)
	}
}

// values are what no field of the type is, but for those that are Right.
func (f Fields) values(field reflect.Value) []any {
	if f.Values != nil {
		if all := f.Values(field); all != nil {
			return all
		}
	}
	switch field.Kind() {
	case reflect.Int:
		return []any{-1, math.MinInt, math.MaxInt}
	case reflect.Int64:
		return []any{int64(-1), int64(math.MinInt64)}
	case reflect.Uint8:
		return []any{uint8(200)}
	case reflect.Float64:
		return []any{-1.0, math.NaN(), math.Inf(1), math.Inf(-1)}
	case reflect.Slice:
		switch field.Type().Elem().Kind() {
		case reflect.Float64:
			return []any{[]float64{}, []float64{-1}, []float64{math.NaN()}}
		case reflect.Int:
			return []any{[]int{-2}, []int{math.MinInt}}
		}
	}
	return nil
}

// structs are the exported structs with an exported field that values might be
// wrong for, in the package of a directory.
func structs(t *testing.T, dir string) []string {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() && hasSettings(spec) {
				names = append(names, spec.Name.Name)
			}
			return true
		})
	}
	return names
}

// hasSettings reports whether a type is a struct with an exported field.
func hasSettings(spec *ast.TypeSpec) bool {
	s, ok := spec.Type.(*ast.StructType)
	if !ok {
		return false
	}
	for _, field := range s.Fields.List {
		for _, name := range field.Names {
			if name.IsExported() {
				return true
			}
		}
	}
	return false
}
