package tables

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/cosmos72/gomacro/imports"
	"github.com/cosmos72/gomacro/xreflect"
)

// Settle loads the types of the tables into v, so that what contains itself is
// what it is. It is to be called on a new interpreter's Comp.Universe, before the
// first cell.
//
// While gomacro converts a type that refers to itself, as *gorgonia.Node does by
// its children, it calls it recursive, and does not take that back when it is
// done. []*gorgonia.Node in a cell is then made of empty interfaces, and
// func(n ...*gorgonia.Node) (*gorgonia.Node, error) { return nil, err } panics.
// Which types it hits changes from run to run, with the order of a map.
func Settle(v *xreflect.Universe) {
	for _, path := range slices.Sorted(maps.Keys(imports.Packages)) {
		if !strings.Contains(path, ".") && !strings.HasPrefix(path, "euryale/") {
			continue // of the standard library: slow to load, and no cell is made of them
		}
		types := imports.Packages[path].Types
		for _, name := range slices.Sorted(maps.Keys(types)) {
			v.FromReflectType(types[name])
		}
	}
	for rt, t := range v.ReflectTypes {
		if t.ReflectType() != rt {
			continue // one that gomacro could only approximate
		}
		// A Type is a function that returns what it stands for, a pointer to
		// a struct with a field, option, whose zero value means an ordinary type.
		f := reflect.ValueOf(t)
		option := f.Call([]reflect.Value{reflect.Zero(f.Type().In(0))})[0].Elem().FieldByName("option")
		reflect.NewAt(option.Type(), unsafe.Pointer(option.UnsafeAddr())).Elem().SetZero()
	}
}
