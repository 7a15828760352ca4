package tables_test

import (
	"go/build"
	"reflect"
	"strings"
	"testing"

	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/imports"
	"github.com/cosmos72/gomacro/xreflect"

	"euryale/notebooks/kernel/tables"
)

func init() { build.Default.GOROOT = "" } // gomacro cannot read the current one's types

// own tells whether the package of this path has a table here.
func own(path string) bool {
	return strings.HasPrefix(path, "euryale/") || strings.HasPrefix(path, "gorgonia.org/") || path == "github.com/pkg/errors"
}

// TestTables has gomacro check the proxies, and imports every package.
func TestTables(t *testing.T) {
	ir := fast.New()
	for path, pkg := range imports.Packages {
		if own(path) {
			pkg.Validate(path) // panics
			ir.Eval("import _ " + `"` + path + `"`)
		}
	}
}

// TestSettle looks at what gomacro makes of each type, and of types made of it.
// It does so again and again, since it hangs on the order of a map.
func TestSettle(t *testing.T) {
	for range 5 {
		ir := fast.New()
		v := ir.Comp.Universe
		tables.Settle(v)
		for path, pkg := range imports.Packages {
			if !own(path) {
				continue
			}
			ir.Eval("import _ " + `"` + path + `"`)
			for name, rt := range pkg.Types {
				x := v.FromReflectType(rt)
				for _, made := range []struct {
					got  xreflect.Type
					want reflect.Type
				}{
					{x, rt},
					{v.PtrTo(x), reflect.PointerTo(rt)},
					{v.SliceOf(x), reflect.SliceOf(rt)},
					{v.SliceOf(v.PtrTo(x)), reflect.SliceOf(reflect.PointerTo(rt))},
					{v.MapOf(v.TypeOf(""), x), reflect.MapOf(reflect.TypeFor[string](), rt)},
				} {
					if got := made.got.ReflectType(); got != made.want {
						t.Errorf("%s.%s: %v is %v", path, name, made.want, got)
					}
				}
			}
		}
	}
}

// TestInterpretedFunction is the way a cell uses Gorgonia's ops.
func TestInterpretedFunction(t *testing.T) {
	ir := fast.New()
	tables.Settle(ir.Comp.Universe)
	ir.Eval(`import G "gorgonia.org/gorgonia"`)
	ir.Eval(`f := func(n ...*G.Node) (*G.Node, error) { return nil, nil }`)
	values, _ := ir.Eval(`f()`)
	if len(values) != 2 || !values[0].IsNil() {
		t.Errorf("f() returned %v, want nil and nil", values)
	}
}
