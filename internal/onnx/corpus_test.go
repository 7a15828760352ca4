package onnx_test

import (
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"testing"

	"euryale/internal/onnx"
	"euryale/internal/onnx/onnxtest"
)

func TestPublishedCases(t *testing.T) {
	left := map[string]int{}
	passed := map[string]int{}
	for _, c := range onnxtest.Load(t) {
		if c.Left != "" {
			left[c.Left]++
			continue
		}
		passed[c.Kind]++
		parameters := c.Parameters()
		g, err := onnx.Fold(c.Bind(func(name string) bool { return parameters[name] }), onnx.FoldOptions{})
		if err != nil {
			t.Errorf("%s/%s: %v", c.Kind, c.Name, err)
			continue
		}
		onnx.CheckGraph(t, g)
		for i, out := range g.Outputs {
			if want := onnx.FixedShape(c.Outputs[i].Dims...); !out.Shape.Equal(want) {
				t.Errorf("%s/%s: output %d: want the shape %v, got %v", c.Kind, c.Name, i, want, out.Shape)
			}
		}
	}
	reasons := slices.Collect(maps.Keys(left))
	sort.Slice(reasons, func(a, b int) bool {
		return left[reasons[a]] > left[reasons[b]] || left[reasons[a]] == left[reasons[b]] && reasons[a] < reasons[b]
	})
	t.Logf("folded: %v", passed)
	for _, r := range reasons {
		t.Logf("left out: %4d %s", left[r], r)
	}
}

func TestPublishedCasesOfConstants(t *testing.T) {
	folded := map[string]int{}
	for _, c := range onnxtest.Load(t) {
		if c.Model == nil || len(c.Model.Unsupported) > 0 || slices.Contains(c.Inputs, nil) || slices.Contains(c.Outputs, nil) {
			continue
		}
		g, err := onnx.Fold(c.Bind(func(string) bool { return true }), onnx.FoldOptions{})
		if err != nil || len(g.Ops) > 0 {
			if err != nil && c.Left == "" {
				t.Errorf("%s: %v", c.Name, err)
			}
			continue
		}
		for _, n := range c.Model.Nodes {
			folded[n.OpType]++
		}
		for i, out := range g.Outputs {
			if got := g.Const(out.From); got == nil {
				t.Errorf("%s: output %d is no constant", c.Name, i)
			} else if diff := difference(got, c.Outputs[i], c); diff != "" {
				t.Errorf("%s: output %d: %s", c.Name, i, diff)
			}
		}
	}
	t.Logf("%v", folded)
}

func difference(got, want *onnx.Tensor, c *onnxtest.Case) string {
	if got.Type != want.Type || !slices.Equal(got.Dims, want.Dims) {
		return "want " + want.String() + ", got " + got.String()
	}
	if string(got.Raw) == string(want.Raw) {
		return ""
	}
	if !got.Type.IsFloat() {
		return "other integers"
	}
	g, err := got.Float32s()
	w, err2 := want.Float32s()
	if err != nil || err2 != nil {
		return "not read"
	}
	for i := range g {
		d := math.Abs(float64(g[i]) - float64(w[i]))
		if d > c.ATol+c.RTol*math.Abs(float64(w[i])) || math.IsNaN(d) && !(math.IsNaN(float64(g[i])) && math.IsNaN(float64(w[i])) || g[i] == w[i]) {
			return strings.TrimSpace("other numbers")
		}
	}
	return ""
}
