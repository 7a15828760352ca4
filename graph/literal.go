package graph

import (
	"fmt"
	"go/token"
	"math"
	"path"
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

// Literal prints a layer as the code that made it, leaving out the fields that
// are zero: Conv2D{Filters: 64, Kernel: 3}. A layer of one's own prints itself
// with
//
//	func (b Block) String() string { return graph.Literal(b) }
func Literal(layer any) string { return literal{}.value(reflect.ValueOf(layer), true) }

// literal prints values as code.
type literal struct {
	qualified bool // with the names of their packages, as a program outside writes them
}

var stringer = reflect.TypeFor[fmt.Stringer]()

// value is v as code. At the outermost, v's own String is not asked.
func (p literal) value(v reflect.Value, outermost bool) string {
	switch {
	case !v.IsValid():
		return "nil"
	case v.Kind() == reflect.Interface:
		return p.value(v.Elem(), outermost)
	case v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().Kind() == reflect.Struct && !opaque(v.Elem()):
		return "&" + p.value(v.Elem(), true)
	case v.Type() == reflect.TypeFor[*Network]():
		return p.network(v)
	case v.Type() == reflect.TypeFor[*Value]():
		return "value" // it has no code of its own
	case v.Kind() == reflect.Func:
		return p.typeName(v.Type()) + "(" + p.function(v) + ")"
	case v.Type() == reflect.TypeFor[Shape]():
		return p.elements("Shape", v)
	}
	if v.Type().Implements(stringer) && !outermost && (!p.qualified || opaque(v) || basic(v)) {
		return p.named(v)
	}
	switch v.Kind() {
	case reflect.Struct:
		return p.fields(v)
	case reflect.Slice, reflect.Array:
		return p.elements(p.typeName(v.Type()), v)
	case reflect.String:
		return strconv.Quote(v.String())
	case reflect.Float64:
		if f := v.Float(); math.IsInf(f, 0) {
			return fmt.Sprintf("math.Inf(%.0f)", math.Copysign(1, f))
		}
	}
	return fmt.Sprint(v)
}

// basic reports whether v is a constant of a named type, such as ReLU.
func basic(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Array, reflect.Map, reflect.Pointer:
		return false
	}
	return true
}

// opaque reports whether v is a struct with fields that no literal can set.
func opaque(v reflect.Value) bool {
	if v.Kind() != reflect.Struct {
		return v.Kind() == reflect.Pointer || v.Kind() == reflect.Map
	}
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() || nameless(v.Field(i)) {
			return true
		}
	}
	return false
}

// nameless reports whether v is a function made at run time, such as the methods
// that an interpreter gives to a type of its own.
func nameless(v reflect.Value) bool {
	return v.Kind() == reflect.Func && !v.IsNil() && runtime.FuncForPC(v.Pointer()).Name() == "reflect.makeFuncStub"
}

// named is what v's own String says, with the package of a name.
func (p literal) named(v reflect.Value) string {
	s := v.Interface().(fmt.Stringer).String()
	if !p.qualified || opaque(v) {
		return s
	}
	if name, _, _ := strings.Cut(s, "("); token.IsIdentifier(name) { // ReLU, Rect(3, 5)
		return p.prefix(v.Type()) + s
	}
	switch { // a number of pixels, a time.Duration
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	}
	return s
}

func (p literal) fields(v reflect.Value) string {
	var all []string
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() && v.Type().Field(i).IsExported() {
			all = append(all, v.Type().Field(i).Name+": "+p.value(f, false))
		}
	}
	return p.typeName(v.Type()) + "{" + strings.Join(all, ", ") + "}"
}

func (p literal) elements(name string, v reflect.Value) string {
	if name == "Shape" && p.qualified {
		name = "graph.Shape"
	}
	all := make([]string, v.Len())
	for i := range all {
		all[i] = p.value(v.Index(i), false)
	}
	return name + "{" + strings.Join(all, ", ") + "}"
}

func (p literal) typeName(t reflect.Type) string {
	if t.Name() == "" {
		switch t.Kind() {
		case reflect.Slice:
			return "[]" + p.typeName(t.Elem())
		case reflect.Array:
			return fmt.Sprintf("[%d]%s", t.Len(), p.typeName(t.Elem()))
		case reflect.Pointer:
			return "*" + p.typeName(t.Elem())
		}
		return t.String()
	}
	return p.prefix(t) + t.Name()
}

// prefix is the package of a type as code outside writes it.
func (p literal) prefix(t reflect.Type) string {
	if pkg := path.Base(t.PkgPath()); p.qualified && t.PkgPath() != "" && pkg != "main" {
		return pkg + "."
	}
	return ""
}

// function is the name of a function, with its package.
func (p literal) function(v reflect.Value) string {
	if v.IsNil() {
		return "nil"
	}
	name := runtime.FuncForPC(v.Pointer()).Name()
	if p.qualified {
		name = strings.TrimPrefix(path.Base(name), "main.")
	}
	return name
}

// network is a network that a layer refers to: by its name, as a variable.
func (p literal) network(v reflect.Value) string {
	n, _ := v.Interface().(*Network)
	if n == nil {
		return "nil"
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, n.config.Name)
	if !token.IsIdentifier(name) || name == "net" || name == "err" || name == "graph" {
		return "base"
	}
	return name
}
