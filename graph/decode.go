package graph

import (
	"bytes"
	"encoding/json"
	"reflect"
	"runtime"
	"strings"

	"github.com/pkg/errors"
)

// registry is the types that a file may name, by name, and the functions.
type registry struct {
	types     map[string]reflect.Type
	functions map[string]reflect.Value
}

// constants are the types of this package whose values are known by name, with
// what checks one.
var constants = map[reflect.Type]func(name string) bool{
	reflect.TypeFor[function](): func(name string) bool {
		for _, f := range functions {
			if string(f.name) == name {
				return true
			}
		}
		return false
	},
	reflect.TypeFor[initializer](): func(name string) bool { return initializer(name).check() == nil },
	reflect.TypeFor[joiner]():      func(name string) bool { return joiner(name).known() },
}

// layerTypes are the types of this package that files may name.
var layerTypes = []any{
	ArgMax{},
	AveragePool2D{},
	BatchNorm{},
	Branches{},
	CELU{},
	Chain{},
	Clip{},
	ConcatAlong{},
	Constant{},
	Conv1D{},
	Conv2D{},
	Conv2DTranspose{},
	Crop2D{},
	Dense{},
	DepthToSpace{},
	DepthwiseConv2D{},
	Dropout{},
	ELU{},
	Expand{},
	Flatten{},
	Frozen{},
	GaussianNoise{},
	GlobalAverage{},
	GlobalMax{},
	GroupNorm{},
	HardSigmoid{},
	InstanceNorm{},
	L1{},
	L1L2{},
	L2{},
	LayerNorm{},
	LeakyReLU{},
	LocalResponseNorm{},
	MaxPool2D{},
	Named{},
	Operand{},
	Orthogonal{},
	PReLU{},
	Pad{},
	Permute{},
	Pow{},
	Pretrained{},
	Reduce{},
	Rescaling{},
	Reshape{},
	Residual{},
	Resize{},
	SeparableConv2D{},
	Shared{},
	Slice{},
	SoftmaxAlong{},
	SpaceToDepth{},
	SpatialDropout2D{},
	Swish{},
	Take{},
	ThresholdedReLU{},
	Tile{},
	Upsample{},
	VarianceScaling{},
	ZeroPad2D{},
}

// newRegistry knows this package's types and those of the values given, each by
// its type's name, and functions, such as graph.Func(square), by theirs.
func newRegistry(own []any) (registry, error) {
	r := registry{map[string]reflect.Type{}, map[string]reflect.Value{}}
	for i, x := range append(append([]any{}, layerTypes...), own...) {
		v := reflect.ValueOf(x)
		for v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		switch {
		case !v.IsValid() || v.Kind() == reflect.Pointer || v.Type().Name() == "":
			return r, errors.Errorf("want layers of one's own such as Block{}, got %v as number %d", x, i-len(layerTypes)+1)
		case v.Kind() == reflect.Func && v.IsNil():
			return r, errors.Errorf("want a function, got nil as number %d", i-len(layerTypes)+1)
		case v.Kind() == reflect.Func:
			r.functions[runtime.FuncForPC(v.Pointer()).Name()] = v
		}
		name := typeKey(v.Type())
		if other, ok := r.types[name]; ok && other != v.Type() {
			return r, errors.Errorf("two types are called %s: %s and %s", name, other.PkgPath(), v.Type().PkgPath())
		}
		r.types[name] = v.Type()
	}
	r.types["Func"] = reflect.TypeFor[Func]()
	return r, nil
}

// decodeInto is the value of an interface type that JSON holds.
func decodeInto[T any](r registry, raw json.RawMessage) (T, error) {
	var to T
	v := reflect.ValueOf(&to).Elem()
	err := r.typed(raw, v, 0)
	if err == nil && v.IsNil() {
		err = errors.Errorf("want a %v, got nothing", v.Type())
	}
	return to, err
}

// deepest is how many layers may stand in one another in a file.
const deepest = 200

// typed reads a value with its type into an interface.
func (r registry) typed(raw json.RawMessage, to reflect.Value, depth int) error {
	if depth > deepest {
		return errors.Errorf("want layers in at most %d others, got more", deepest)
	}
	if isNull(raw) {
		return nil
	}
	var name string
	if json.Unmarshal(raw, &name) == nil {
		return decodeConstant(name, to)
	}
	var named map[string]json.RawMessage
	if err := strict(raw, &named); err != nil || len(named) != 1 {
		return errors.Errorf("want a type with its fields, got %s", short(raw))
	}
	for key, fields := range named {
		bare := strings.TrimLeft(key, "&")
		t, ok := r.types[bare]
		if !ok {
			return errors.Errorf("no layer type %s is known: a program gives its own to Load, as in Load(path, %s{}), or writes by SaveONNX a file that needs none", bare, bare[strings.LastIndexByte(bare, '.')+1:])
		}
		v := reflect.New(t)
		if err := r.plain(fields, v.Elem(), depth+1); err != nil {
			return errors.WithMessage(err, bare)
		}
		made := v.Elem()
		switch key {
		case bare:
		case "&" + bare:
			made = v
		default:
			return errors.Errorf("want a type or a pointer to one, got %s", key)
		}
		if !made.Type().AssignableTo(to.Type()) {
			return errors.Errorf("%s is no %v", key, to.Type())
		}
		to.Set(made)
	}
	return nil
}

// decodeConstant reads the name of a constant into an interface that takes its type.
func decodeConstant(name string, to reflect.Value) error {
	for t, known := range constants {
		if t.AssignableTo(to.Type()) && known(name) {
			to.Set(reflect.ValueOf(name).Convert(t))
			return nil
		}
	}
	return errors.Errorf("no %v is called %q", to.Type(), name)
}

// plain reads a value whose type is known.
func (r registry) plain(raw json.RawMessage, to reflect.Value, depth int) error {
	if depth > deepest {
		return errors.Errorf("want layers in at most %d others, got more", deepest)
	}
	if isNull(raw) {
		return nil
	}
	switch p := to.Addr().Interface().(type) {
	case *Size:
		return decodeSize(raw, p)
	case *Padding:
		return decodePadding(raw, p)
	case **Network:
		return r.inner(raw, p)
	}
	switch to.Kind() {
	case reflect.Interface:
		return r.typed(raw, to, depth+1)
	case reflect.Pointer:
		v := reflect.New(to.Type().Elem())
		to.Set(v)
		return r.plain(raw, v.Elem(), depth+1)
	case reflect.Func:
		return r.function(raw, to)
	case reflect.Slice, reflect.Array:
		return r.elements(raw, to, depth)
	case reflect.Struct:
		return r.fields(raw, to, depth)
	case reflect.Float32, reflect.Float64:
		return decodeFloat(raw, to)
	}
	if err := strict(raw, to.Addr().Interface()); err != nil {
		return errors.Errorf("want a %v, got %s", to.Type(), short(raw))
	}
	return nil
}

// inner is a network that a layer refers to, of which only the layers count: its
// weights are in those of the network around it.
func (r registry) inner(raw json.RawMessage, to **Network) error {
	var d declaration
	if err := strict(raw, &d); err != nil {
		return errors.WithMessage(err, "network")
	}
	var err error
	*to, err = d.network(r, nil)
	return err
}

func (r registry) function(raw json.RawMessage, to reflect.Value) error {
	var name string
	if err := json.Unmarshal(raw, &name); err != nil {
		return errors.Errorf("want a function's name, got %s", short(raw))
	}
	f, ok := r.functions[name]
	if !ok || !f.Type().ConvertibleTo(to.Type()) {
		return errors.Errorf("the function %s is not known: want it among what is given to Load, as %v(…)", name, to.Type())
	}
	to.Set(f.Convert(to.Type()))
	return nil
}

func (r registry) elements(raw json.RawMessage, to reflect.Value, depth int) error {
	var all []json.RawMessage
	if err := strict(raw, &all); err != nil {
		return errors.Errorf("want a list, got %s", short(raw))
	}
	switch {
	case to.Kind() == reflect.Slice:
		to.Set(reflect.MakeSlice(to.Type(), len(all), len(all)))
	case len(all) != to.Len():
		return errors.Errorf("want a list of %d, got %d", to.Len(), len(all))
	}
	for i, x := range all {
		if err := r.plain(x, to.Index(i), depth+1); err != nil {
			return errors.WithMessagef(err, "number %d", i+1)
		}
	}
	return nil
}

func (r registry) fields(raw json.RawMessage, to reflect.Value, depth int) error {
	var fields map[string]json.RawMessage
	if err := strict(raw, &fields); err != nil {
		return errors.Errorf("want fields, got %s", short(raw))
	}
	for i := range to.NumField() {
		f := to.Type().Field(i)
		x, ok := fields[f.Name]
		if !ok || !f.IsExported() {
			continue
		}
		delete(fields, f.Name)
		if err := r.plain(x, to.Field(i), depth+1); err != nil {
			return errors.WithMessagef(err, "field %s", f.Name)
		}
	}
	if unknown := sortedKeys(fields); len(unknown) > 0 {
		return errors.Errorf("%v has no field %s in this version", to.Type(), strings.Join(unknown, ", "))
	}
	return nil
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

// strict reads JSON whose fields are all known.
func strict(raw json.RawMessage, to any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(to)
}

// short is the beginning of JSON, for messages.
func short(raw json.RawMessage) string {
	if len(raw) > 40 {
		return string(raw[:40]) + "…"
	}
	return string(raw)
}
