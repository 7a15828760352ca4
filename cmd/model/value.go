package main

import (
	"image"
	"math"
	"strconv"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
)

// value is a flag whose text a function reads.
type value struct {
	text, kind string
	read       func(text string) error
}

func (v *value) String() string { return v.text }
func (v *value) Type() string   { return v.kind }

func (v *value) Set(text string) error {
	v.text = text
	return v.read(text)
}

// parsed is a flag that parse reads into to.
func parsed[T any](to *T, parse func(string) (T, error)) *value {
	return &value{kind: "value", read: func(text string) (err error) {
		*to, err = parse(text)
		return err
	}}
}

// side is what a picture's sides become: the shorter one, or both.
type side struct {
	short int
	size  image.Point
}

// parseSide reads 256, or a width and a height: 320x240.
func parseSide(text string) (side, error) {
	bad := errors.Errorf("want pixels such as 256, or a width and a height such as 320x240, got %q", text)
	parts := strings.Split(strings.ReplaceAll(text, "×", "x"), "x")
	var n [2]int
	if len(parts) > 2 {
		return side{}, bad
	}
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 24)
		if err != nil || v == 0 {
			return side{}, bad
		}
		n[i] = int(v)
	}
	if len(parts) == 1 {
		return side{short: n[0]}, nil
	}
	return side{size: image.Pt(n[0], n[1])}, nil
}

// parseNumbers reads numbers with commas between them.
func parseNumbers(text string) ([]float64, error) {
	var all []float64
	for part := range strings.SplitSeq(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errors.Errorf("want numbers with commas such as 0.485,0.456,0.406, got %q", text)
		}
		all = append(all, v)
	}
	return all, nil
}

// parsePositive is parseNumbers of such as are above 0.
func parsePositive(text string) ([]float64, error) {
	all, err := parseNumbers(text)
	for _, v := range all {
		if v <= 0 {
			return nil, errors.Errorf("want numbers above 0, got %q", text)
		}
	}
	return all, err
}

// shapes are those of inputs that an ONNX model leaves open, by name.
type shapes map[string]graph.Shape

// add declares --shape.
func (s *shapes) add(p *pflag.FlagSet) {
	p.Var(&value{kind: "value", read: s.set}, "shape", "`NAME=CxHxW` of an input that an ONNX model leaves open")
}

// set reads image=3x224x224.
func (s *shapes) set(text string) error {
	bad := errors.Errorf("want an input and the shape of a sample, such as image=3x224x224, got %q", text)
	name, sides, found := strings.Cut(text, "=")
	if !found || name == "" {
		return bad
	}
	var shape graph.Shape
	for part := range strings.SplitSeq(strings.ReplaceAll(sides, "×", "x"), "x") {
		v, err := strconv.ParseUint(part, 10, 24)
		if err != nil || v == 0 {
			return bad
		}
		shape = append(shape, int(v))
	}
	if *s == nil {
		*s = shapes{}
	}
	(*s)[name] = shape
	return nil
}

// atLeast reports a flag below its least value, or beyond what 32 bits hold.
func atLeast(name string, got, least int) error {
	switch {
	case got < least:
		return command.Usagef("--%s: want at least %d, got %d", name, least, got)
	case got > math.MaxInt32:
		return command.Usagef("--%s: want at most %d, got %d", name, math.MaxInt32, got)
	}
	return nil
}
