package graph

import (
	"fmt"
	"math"
	"reflect"

	"euryale/internal/ir"
)

// checkFloats reports a number of a layer of ours, or of a weight's initializer, that
// is finite as it was written, and infinite among the network's.
func (n *Network) checkFloats(c *ir.Call) error {
	if n.config.Dtype == Float64 {
		return nil
	}
	fault := func(field string, got float64) error {
		e := badField(field, "that is finite in float32", got).(*ShapeError)
		e.Layer, e.Op = c.Path, c.Layer.String()
		return e
	}
	layer := any(c.Layer)
	if f := framingOf(c.Layer); f.layer != nil && !f.bare { // the layer inside has no call of its own
		layer, _ = unfrozen(f.layer)
	}
	if field, got := tooLarge(reflect.ValueOf(layer), ""); field != "" {
		return fault(field, got)
	}
	for _, p := range c.Params {
		if p == nil {
			continue
		}
		param := p.Op.(ir.Param)
		if field, got := tooLarge(reflect.ValueOf(param.Init), param.Name+"'s "); field != "" {
			return fault(field, got)
		}
	}
	return nil
}

var ours = reflect.TypeFor[Network]().PkgPath()

// tooLarge is the first field of a struct of ours, behind a prefix, that float32 has
// no room for, or "". Layers inside are looked at where they are built, but for an
// activation, which is part of its layer.
func tooLarge(v reflect.Value, prefix string) (field string, got float64) {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || v.Type().PkgPath() != ours || v.Type() == reflect.TypeFor[Network]() {
		return "", 0
	}
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if f.Type() == layerType && name != "Activation" {
			continue
		}
		switch f.Kind() {
		case reflect.Float64:
			if x := f.Float(); !math.IsInf(x, 0) && math.IsInf(float64(float32(x)), 0) {
				return prefix + name, x
			}
		case reflect.Interface, reflect.Struct, reflect.Pointer:
			if field, got = tooLarge(f, fmt.Sprintf("%s%s.", prefix, name)); field != "" {
				return field, got
			}
		}
	}
	return "", 0
}

var layerType = reflect.TypeFor[Layer]()
