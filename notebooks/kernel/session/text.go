package session

import (
	"fmt"
	"image"
	"reflect"
	"strings"
	"unicode/utf8"
)

// longest is the most that a value is shown by in text, in bytes: what is longer
// makes a page slow, and a notebook's file large.
const longest = 32 << 10

// Text is values as fmt.Sprint has them, of each no more than a reader reads,
// without those that are nil, such as the error of a call that went well. An image
// is its size: fmt prints every pixel.
func Text(values ...any) string {
	var parts []string
	for _, v := range values {
		if v != nil {
			parts = append(parts, text(v))
		}
	}
	return strings.Join(parts, " ")
}

func text(v any) string {
	if isNil(v) {
		return fmt.Sprintf("nil %T", v)
	}
	if img, ok := v.(image.Image); ok {
		if _, ok := v.(fmt.Stringer); !ok {
			b := img.Bounds()
			return fmt.Sprintf("image of %d×%d", b.Dx(), b.Dy())
		}
	}
	if _, ok := v.(fmt.Stringer); !ok && deep(reflect.ValueOf(v), mostLevels) {
		return fmt.Sprintf("%T, which has more than %d levels", v, mostLevels)
	}
	s := fmt.Sprint(v)
	if len(s) <= longest {
		return s
	}
	cut := longest
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… and %d bytes more", s[:cut], len(s)-cut)
}
