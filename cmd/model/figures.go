package main

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// figures say what values an array has.
type figures struct {
	Name  string `json:"name"`
	Role  string `json:"role,omitempty"`
	Dtype string `json:"dtype"`
	Shape []int  `json:"shape"`

	// Of the finite values; nil where there are none, or the dtype is not of numbers
	// that are read here.
	Mean      *float64 `json:"mean"`
	Deviation *float64 `json:"deviation"` // √(Σ(x-Mean)²/n)
	Smallest  *float64 `json:"smallest"`
	Largest   *float64 `json:"largest"`

	Zeros     int    `json:"zeros"`
	NotFinite int    `json:"not_finite"`
	SHA256    string `json:"sha256"` // of the bytes, little-endian
}

// figuresOf counts.
func figuresOf(a array) figures {
	shape := append([]int{}, a.shape...)
	f := figures{Name: a.name, Role: a.role, Dtype: a.dtype, Shape: shape, SHA256: fmt.Sprintf("%x", sha256.Sum256(a.bytes()))}
	values, err := a.floats()
	if err != nil {
		return f // such as float8, which has bytes and no numbers here
	}
	n, sum, least, most := 0, 0.0, math.Inf(1), math.Inf(-1)
	for _, v := range values {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			f.NotFinite++
			continue
		case v == 0:
			f.Zeros++
		}
		n++
		sum += v
		least, most = min(least, v), max(most, v)
	}
	if n == 0 {
		return f
	}
	mean, square := sum/float64(n), 0.0
	for _, v := range values {
		if d := v - mean; !math.IsNaN(d) && !math.IsInf(d, 0) {
			square += d * d
		}
	}
	f.Mean, f.Smallest, f.Largest = finite(mean), &least, &most
	if f.Mean != nil {
		f.Deviation = finite(math.Sqrt(square / float64(n)))
	}
	return f
}

// finite is v, or nil where the sum was beyond all numbers.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// tableOf is a line for each array.
func tableOf(all []figures) string {
	roles := false
	for _, f := range all {
		roles = roles || f.Role != ""
	}
	t := table{{"Name", "Role", "Type", "Shape", "Mean", "Deviation", "Smallest", "Largest", "Zeros", "Not finite", "SHA-256"}}
	for _, f := range all {
		t = append(t, []string{
			printable(f.Name), f.Role, printable(f.Dtype), shapeText(f.Shape), number(f.Mean), number(f.Deviation), number(f.Smallest), number(f.Largest),
			strconv.Itoa(f.Zeros), strconv.Itoa(f.NotFinite), f.SHA256[:8],
		})
	}
	if !roles {
		for i := range t {
			t[i] = append(t[i][:1:1], t[i][2:]...)
		}
	}
	text := len(t[0]) - 7 // the columns of words
	return t.text(func(column int) bool { return column < text || column == len(t[0])-1 })
}

// number is four digits of v.
func number(v *float64) string {
	if v == nil {
		return "-"
	}
	return strconv.FormatFloat(*v, 'g', 4, 64)
}

// shapeText is such as (32, 1, 3, 3).
func shapeText(shape []int) string {
	parts := make([]string, len(shape))
	for i, n := range shape {
		parts[i] = strconv.Itoa(n)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
