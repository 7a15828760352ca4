package session

import (
	"image"
	"reflect"
)

// Shown reports whether v may be asked to show itself. A nil pointer cannot; an
// image without pixels is no picture, and one without bounds takes for ever.
func Shown(v any) bool {
	if isNil(v) {
		return false
	}
	if img, ok := v.(image.Image); ok {
		b := img.Bounds()
		return !b.Empty() && b.Dx() <= largestSide && b.Dy() <= largestSide
	}
	return true
}

// isNil reports whether v is a pointer to nothing.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

const (
	// largestSide is that of an image that is shown, in pixels.
	largestSide = 1 << 14
	// heaviest is the most that a value shows itself by, in bytes.
	heaviest = 16 << 20
)

// Bundle is data by MIME type without what is nothing, or too much.
func Bundle(data map[string]any) map[string]any {
	for kind, v := range data {
		n := -1
		switch v := v.(type) {
		case nil:
			n = 0
		case string:
			n = len(v)
		case []byte:
			n = len(v)
		}
		if n == 0 && kind != "text/plain" || n > heaviest {
			delete(data, kind)
		}
	}
	return data
}

// deep reports whether v goes on for more levels than a reader follows, as what
// contains itself does: fmt would follow it until the stack is full.
func deep(v reflect.Value, levels int) bool {
	if levels == 0 {
		return true
	}
	switch v.Kind() {
	case reflect.Interface:
		return !v.IsNil() && deep(v.Elem(), levels-1)
	case reflect.Pointer: // of which fmt prints what it points to, at the top alone
		return levels == mostLevels && !v.IsNil() && deep(v.Elem(), levels-1)
	case reflect.Slice, reflect.Array:
		if !holds(v.Type().Elem()) {
			return false
		}
		for i := range v.Len() {
			if deep(v.Index(i), levels-1) {
				return true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if deep(it.Key(), levels-1) || deep(it.Value(), levels-1) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if deep(v.Field(i), levels-1) {
				return true
			}
		}
	}
	return false
}

// mostLevels is how deep a value is printed.
const mostLevels = 100

// holds reports whether values of type t may contain others without end.
func holds(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Slice, reflect.Array, reflect.Map, reflect.Struct:
		return true
	}
	return false
}
