package graph

import (
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/pkg/errors"
)

// decodeSize reads 3 or [3, 5].
func decodeSize(raw json.RawMessage, to *Size) error {
	var pair [2]int
	if json.Unmarshal(raw, (*int64)(to)) == nil {
		if to.plain() {
			return nil
		}
	} else if n, err := ints(raw, pair[:]); err == nil && n == 2 {
		*to = Rect(pair[0], pair[1])
		return nil
	}
	return errors.Errorf("want a size such as 3 or [3, 5], got %s", short(raw))
}

// decodePadding reads "Same", 1 or [top, bottom, left, right].
func decodePadding(raw json.RawMessage, to *Padding) error {
	var sides [4]int
	if string(raw) == `"Same"` {
		*to = Same
		return nil
	}
	if json.Unmarshal(raw, (*int64)(to)) == nil {
		if to.plain() {
			return nil
		}
	} else if n, err := ints(raw, sides[:]); err == nil && n == 4 {
		*to = Pads(sides[0], sides[1], sides[2], sides[3])
		return nil
	}
	return errors.Errorf(`want a padding such as "Same", 1 or [0, 1, 0, 1], got %s`, short(raw))
}

// ints reads a list of numbers into to, and says how many it has.
func ints(raw json.RawMessage, to []int) (int, error) {
	var all []int
	if err := json.Unmarshal(raw, &all); err != nil {
		return 0, err
	}
	copy(to, all)
	return len(all), nil
}

// decodeFloat reads a number, or the name of one that JSON has none for.
func decodeFloat(raw json.RawMessage, to reflect.Value) error {
	var name string
	bits := to.Type().Bits()
	if json.Unmarshal(raw, &name) == nil {
		if f, err := strconv.ParseFloat(name, bits); err == nil && (math.IsInf(f, 0) || math.IsNaN(f)) {
			to.SetFloat(f)
			return nil
		}
	} else if f, err := strconv.ParseFloat(string(raw), bits); err == nil {
		to.SetFloat(f)
		return nil
	}
	return errors.Errorf("want a number, got %s", short(raw))
}

// sortedKeys are the keys of a map, in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
