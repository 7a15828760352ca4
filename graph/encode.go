package graph

import (
	"encoding/json"
	"fmt"
	"math"
	"path"
	"reflect"
	"regexp"
	"runtime"
	"strconv"

	"github.com/pkg/errors"
)

// A layer in a file is what it is in code, in JSON: the name of its type and its
// fields that are not zero,
//
//	{"Conv2D": {"Filters": 64, "Kernel": [3, 5], "Activation": "ReLU"}}
//
// A constant of this package stands by its name alone, a pointer has a & before
// the type, and types of other packages have the last part of their package's path
// before the name, as code has. A function stands by its name, and a network that a
// layer refers to as a declaration.

// encodeLayer is a layer, or a joiner, as JSON.
func encodeLayer(l fmt.Stringer) (json.RawMessage, error) {
	x, err := encodeTyped(reflect.ValueOf(l))
	if err != nil {
		return nil, err
	}
	return json.Marshal(x)
}

// typeKey is the name of a type in files.
func typeKey(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		return "&" + typeKey(t.Elem())
	}
	if t.PkgPath() == ours {
		return t.Name()
	}
	return path.Base(t.PkgPath()) + "." + t.Name()
}

// encodeTyped is a value with its type, as where an interface holds it.
func encodeTyped(v reflect.Value) (any, error) {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
		return nil, errors.Errorf("%v is nil, which no file can hold", v.Type())
	case bareType(v.Type()).PkgPath() == "":
		return nil, errors.Errorf("it holds a %v, which is no type of a package to find it by", v.Type())
	case constants[v.Type()] != nil:
		return v.String(), nil
	}
	x, err := encodePlain(v)
	if err != nil {
		return nil, err
	}
	return map[string]any{typeKey(v.Type()): x}, nil
}

// encodePlain is a value whose type is known where it is read.
func encodePlain(v reflect.Value) (any, error) {
	switch x := v.Interface().(type) {
	case Size:
		if x.plain() {
			return int64(x), nil
		}
		return x.pair(), nil
	case Padding:
		switch {
		case x == Same:
			return "Same", nil
		case x.plain():
			return int64(x), nil
		}
		return x.sides(), nil
	case *Network:
		if x == nil {
			return nil, nil
		}
		return x.declare()
	case *Value, Value:
		return nil, errors.New("it holds a value of a network, which no file can hold")
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.String:
		return v.String(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return json.Number(strconv.FormatInt(v.Int(), 10)), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return json.Number(strconv.FormatUint(v.Uint(), 10)), nil
	case reflect.Float32, reflect.Float64:
		return encodeFloat(v.Float()), nil
	case reflect.Func:
		return encodeFunction(v)
	case reflect.Interface:
		if v.IsNil() {
			return nil, nil
		}
		return encodeTyped(v.Elem())
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return encodePlain(v.Elem())
	case reflect.Slice, reflect.Array:
		return encodeElements(v)
	case reflect.Struct:
		return encodeFields(v)
	}
	return nil, errors.Errorf("it holds a %v, which no file can hold", v.Type())
}

// bareType is what a pointer points to.
func bareType(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// literalFunction is how Go calls a function that stands in another without a name: what
// it closes over is in no file, and another may be called the same.
var literalFunction = regexp.MustCompile(`\.func\d|\.gowrap\d|-fm$`)

// encodeFunction is a function's name.
func encodeFunction(v reflect.Value) (any, error) {
	if v.IsNil() {
		return nil, nil
	}
	name := runtime.FuncForPC(v.Pointer()).Name()
	if literalFunction.MatchString(name) {
		return nil, errors.Errorf("it holds %s, a function without a name of its own, which no file can hold: want one that is declared by func NAME", name)
	}
	return name, nil
}

// encodeFloat is a number, or the name of one that JSON has none for.
func encodeFloat(f float64) any {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
}

func encodeElements(v reflect.Value) (any, error) {
	all := make([]any, v.Len())
	for i := range all {
		var err error
		if all[i], err = encodePlain(v.Index(i)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// encodeFields are the fields that are not zero.
func encodeFields(v reflect.Value) (any, error) {
	fields := map[string]any{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case v.Field(i).IsZero():
			continue
		case !f.IsExported():
			return nil, errors.Errorf("field %s of %v is not exported, and not zero: want an exported one, for a file to hold it", f.Name, v.Type())
		}
		x, err := encodePlain(v.Field(i))
		if err != nil {
			return nil, errors.WithMessagef(err, "field %s", f.Name)
		}
		fields[f.Name] = x
	}
	return fields, nil
}
