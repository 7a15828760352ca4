package symbols

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/shapes.golden")

// sources are packages, each importing those above it only.
var sources = []struct{ path, text string }{
	{"euryale/internal/secret", `package secret
		type Key struct{}
		func (Key) Turn() {}`},
	{"other/reflect", `package reflect
		type Mirror struct{}`},
	{"other/shapes", `package shapes
		type Area float64`},
	{"euryale/shapes", `package shapes
		import ("euryale/internal/secret"; other "other/shapes"; mirror "other/reflect"; "unsafe")

		const (
			Sides = 4
			Big = 1 << 31
			Small = -1 << 40
			Huge = 1<<63
			Beyond = 1<<100
			Third = 1.0/3
			Letter = 'a'
			Imaginary = 2i
			Yes = true
			Text = "a: \"b\"\n"
			Typed Corner = 3
			hidden = 5
		)
		var Count, Total int
		type Corner int
		func New(n int, hidden secret.Key) *Square { return nil }
		func unexported() {}

		func Map[T any](x T) T { return x }
		type Pair[T any] struct { A, B T }
		type Ints = Pair[int]
		type Number interface { ~int | ~float64 }
		type Comparable interface { comparable; Less() bool }

		type Shape interface {
			String() string
			Area(_ other.Area, p int, a1 ...mirror.Mirror) (area other.Area, err error)
			Each(f func(x Corner, m map[string]*Square) <-chan struct{ N int }, u unsafe.Pointer)
		}
		type Any interface{}
		type Alias = Shape
		type Key = secret.Key
		type Locked interface { Open(k secret.Key) }
		type Lent interface { Open(k Key) } // may be written by its alias
		type private struct { n int }
		func (private) Promoted() {}
		func (private) hidden() {}
		type Partial interface { Get() private }
		type Sealed interface { Shape; seal() }

		type base struct { *Deep }
		func (base) Own() {}
		func (*base) Shift() {}
		type Deep struct { *Square }
		func (*Deep) Dig() {}
		type Square struct { base; private; Shape }
		func (s *Square) Own() {}
		type Plain struct { secret.Key }`},
}

// check type-checks the sources, and returns the last.
func check(t *testing.T) *types.Package {
	t.Helper()
	imp := importer{"unsafe": types.Unsafe}
	var last *types.Package
	for _, s := range sources {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, s.path, s.text, 0)
		if err != nil {
			t.Fatal(err)
		}
		conf := types.Config{Importer: imp}
		if last, err = conf.Check(s.path, fset, []*ast.File{f}, nil); err != nil {
			t.Fatal(err)
		}
		imp[s.path] = last
	}
	return last
}

type importer map[string]*types.Package

func (i importer) Import(path string) (*types.Package, error) {
	if p := i[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}

func TestTable(t *testing.T) {
	got, err := Table(check(t))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/shapes.golden", got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/shapes.golden")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("table of euryale/shapes (-want +got):\n%s", diff)
	}
}

// Tables must compile, whatever a package has: what stands in for gomacro's
// imports is the type that they fill.
func TestTableCompiles(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"constants", `package p
			const (
				Float = 1e400
				Negative = -1e400
				Int = 1 << 500
				Fits = 1 << 70
				Tiny = 1e-400
				Complex = 2i
				Enormous = 1e400i
				Rune = 'a' << 40
			)`},
		{"nothing but what overflows", `package p
			const Float = 1e400`},
		{"methods that differ by a _", `package p
			type A interface { A(); A_() }
			type B interface { Object() int }
			type C interface { A_(); B() }`},
		{"nothing exported", `package p
			const hidden = 1`},
		{"nothing", `package p`},
		{"only generic", `package p
			func Map[T any](x T) T { return x }`},
	} {
		t.Run(c.name, func(t *testing.T) {
			imp := importer{}
			reader := func(path, text string) *types.Package {
				fset := token.NewFileSet()
				f, err := parser.ParseFile(fset, path, text, 0)
				if err != nil {
					t.Fatal(err)
				}
				conf := types.Config{Importer: imp}
				pkg, err := conf.Check(path, fset, []*ast.File{f}, nil)
				if err != nil {
					t.Fatalf("%v in\n%s", err, text)
				}
				imp[path] = pkg
				return pkg
			}
			reader("reflect", `package reflect
				type Value struct{}
				func (Value) Elem() Value { return Value{} }
				type Type interface { Elem() Type }
				func ValueOf(x any) Value { return Value{} }
				func TypeOf(x any) Type { return nil }`)
			reader("github.com/cosmos72/gomacro/imports", `package imports
				import "reflect"
				type Package struct {
					Name string
					Binds map[string]reflect.Value
					Types, Proxies map[string]reflect.Type
					Untypeds map[string]string
					Wrappers map[string][]string
				}
				var Packages map[string]Package`)
			src, err := Table(reader("other/p", c.text))
			if err != nil {
				t.Fatal(err)
			}
			reader("tables", string(src))
		})
	}
}
