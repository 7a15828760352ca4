package graph_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

// slowSets normalises the elements of a sample for which set has the same
// number; weight is the place of an element's scale and shift.
func slowSets(epsilon float64, set, weight func(element int, shape graph.Shape) int) slow {
	return func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x.Shape...)
		size := x.Shape[1:].TotalSize()
		for from := 0; from < len(x.Data); from += size {
			members := map[int][]int{}
			for i := range size {
				k := set(i, x.Shape)
				members[k] = append(members[k], i)
			}
			for _, all := range members {
				mean, variance := 0.0, 0.0
				for _, i := range all {
					mean += x.Data[from+i] / float64(len(all))
				}
				for _, i := range all {
					variance += math.Pow(x.Data[from+i]-mean, 2) / float64(len(all))
				}
				for _, i := range all {
					v := (x.Data[from+i] - mean) / math.Sqrt(variance+epsilon)
					if scale, ok := w["scale"]; ok {
						v *= scale.Data[weight(i, x.Shape)]
					}
					if shift, ok := w["shift"]; ok {
						v += shift.Data[weight(i, x.Shape)]
					}
					y.Data[from+i] = v
				}
			}
		}
		return y
	}
}

// The sets and the places of weights.
func pixelOf(i int, s graph.Shape) int   { return i % area(s) }
func channelOf(i int, s graph.Shape) int { return i / area(s) }
func wholeOf(int, graph.Shape) int       { return 0 }
func elementOf(i int, _ graph.Shape) int { return i }

func groupOf(groups int) func(int, graph.Shape) int {
	return func(i int, s graph.Shape) int { return channelOf(i, s) / (s[1] / groups) }
}

func area(s graph.Shape) int {
	n := 1
	for _, d := range s[2:] {
		n *= d
	}
	return n
}

func TestSampleNormLayers(t *testing.T) {
	for _, c := range []layertest.Case{
		{
			Name: "layer norm of images", Layer: graph.LayerNorm{}, Batch: 3, Input: graph.Shape{4, 3, 5}, Output: graph.Shape{4, 3, 5}, Params: 8,
			Printed: "LayerNorm{}",
			Slow:    slowSets(1e-3, pixelOf, channelOf),
		},
		{
			Name: "layer norm of vectors", Layer: graph.LayerNorm{Epsilon: 1e-5}, Input: graph.Shape{9}, Output: graph.Shape{9}, Params: 18,
			Printed: "LayerNorm{Epsilon: 1e-05}", Slow: slowSets(1e-5, pixelOf, channelOf),
		},
		{
			Name: "layer norm of whole images", Layer: graph.LayerNorm{Whole: true}, Input: graph.Shape{2, 3, 4}, Output: graph.Shape{2, 3, 4}, Params: 48,
			Printed: "LayerNorm{Whole: true}", Slow: slowSets(1e-3, wholeOf, elementOf),
		},
		{
			Name: "layer norm of whole vectors, no scale", Layer: graph.LayerNorm{Whole: true, NoScale: true}, Batch: 1, Input: graph.Shape{5}, Output: graph.Shape{5}, Params: 5,
			Printed: "LayerNorm{Whole: true, NoScale: true}", Slow: slowSets(1e-3, wholeOf, elementOf),
		},
		{
			Name: "group norm", Layer: graph.GroupNorm{Groups: 3}, Batch: 3, Input: graph.Shape{6, 3, 5}, Output: graph.Shape{6, 3, 5}, Params: 12,
			Printed: "GroupNorm{Groups: 3}", Refused: graph.Shape{4, 3, 3}, Error: "want channels in 3 groups of one size, got (N, 4, 3, 3)",
			Slow: slowSets(1e-3, groupOf(3), channelOf),
		},
		{
			Name: "group norm by default", Layer: graph.GroupNorm{NoShift: true}, Input: graph.Shape{64, 1, 2}, Output: graph.Shape{64, 1, 2}, Params: 64,
			Printed: "GroupNorm{NoShift: true}", Refused: graph.Shape{16, 3, 3}, Error: "want channels in 32 groups of one size, got (N, 16, 3, 3)",
			Slow: slowSets(1e-3, groupOf(32), channelOf),
		},
		{
			Name: "group norm of vectors", Layer: graph.GroupNorm{Groups: 2, Epsilon: 0.01}, Input: graph.Shape{8}, Output: graph.Shape{8}, Params: 16,
			Printed: "GroupNorm{Groups: 2, Epsilon: 0.01}", Slow: slowSets(0.01, groupOf(2), channelOf),
		},
		{
			Name: "instance norm", Layer: graph.InstanceNorm{}, Batch: 3, Input: graph.Shape{3, 4, 2}, Output: graph.Shape{3, 4, 2}, Params: 6,
			Printed: "InstanceNorm{}", Refused: graph.Shape{3, 1, 1}, Error: "want an image (N, C, H, W) of more than one pixel, got (N, 3, 1, 1)",
			Slow: slowSets(1e-3, channelOf, channelOf),
		},
		{
			Name: "instance norm, as PyTorch has it", Layer: graph.InstanceNorm{Epsilon: 1e-5, NoScale: true, NoShift: true}, Input: graph.Shape{2, 3, 3}, Output: graph.Shape{2, 3, 3},
			Printed: "InstanceNorm{Epsilon: 1e-05, NoScale: true, NoShift: true}", Refused: graph.Shape{3}, Error: "want an image (N, C, H, W) of more than one pixel, got (N, 3)",
			Slow: slowSets(1e-5, channelOf, channelOf),
		},
		{
			Name: "batch norm, neither scale nor shift", Layer: graph.BatchNorm{NoScale: true, NoShift: true}, Batch: 4, Input: graph.Shape{3, 2, 2}, Output: graph.Shape{3, 2, 2}, Params: 6,
			Printed: "BatchNorm{NoScale: true, NoShift: true}", Slow: unscaled(slowAffine(1e-3)), Training: unscaled(slowNorm(1e-3)),
		},
	} {
		layertest.Run(t, c)
	}
}

// unscaled is f with a scale of 1 and a shift of 0.
func unscaled(f slow) slow {
	return func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
		c := x.Shape[1]
		scale, shift := layertest.Zeros(c), layertest.Zeros(c)
		for i := range scale.Data {
			scale.Data[i] = 1
		}
		return f(x, map[string]layertest.Array{"scale": scale, "shift": shift, "mean": w["mean"], "variance": w["variance"]})
	}
}

func TestNormsRefuse(t *testing.T) {
	for _, c := range []struct {
		layer graph.Layer
		want  string
	}{
		{graph.LayerNorm{Epsilon: -1}, "layer_norm_1: LayerNorm{Epsilon: -1}: want Epsilon of at least 0, got -1; so far input (N, 4, 3, 3)"},
		{graph.GroupNorm{Groups: 2, Epsilon: math.Inf(1)}, "want Epsilon of at least 0, got +Inf"},
		{graph.InstanceNorm{Epsilon: math.NaN()}, "want Epsilon of at least 0, got NaN"},
		{graph.BatchNorm{Epsilon: math.NaN()}, "want Epsilon of at least 0, got NaN"},
		{graph.GroupNorm{Groups: -1}, "group_norm_1: GroupNorm{Groups: -1}: want Groups of at least 1, or 0 for 32, got -1; so far input (N, 4, 3, 3)"},
		{graph.GroupNorm{Groups: 5}, "group_norm_1: GroupNorm{Groups: 5}: want channels in 5 groups of one size, got (N, 4, 3, 3); so far input (N, 4, 3, 3)"},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{4, 3, 3}}, c.layer)
		oneLine(t, err, c.want)
	}
}

// TestSampleNormOfLargeValues has a variance that a mean of squares less the
// square of the mean would lose.
func TestSampleNormOfLargeValues(t *testing.T) {
	for _, e := range bothEngines {
		got := output(t, e, []float32{10000, 10001, 10002, 10003}, graph.LayerNorm{Epsilon: 1e-12})
		for i, want := range []float64{-1.3416408, -0.4472136, 0.4472136, 1.3416408} {
			if math.Abs(float64(got[i])-want) > 1e-6 {
				t.Errorf("%v: %v, want %v", e, got[i], want)
			}
		}
	}
}

// TestSampleNormOfNaN is NaN in its set and nowhere else.
func TestSampleNormOfNaN(t *testing.T) {
	for _, e := range bothEngines {
		got := output(t, e, []float32{1, nan, 2, 3, 4, 6}, graph.GroupNorm{Groups: 2})
		for i, v := range got {
			if math.IsNaN(float64(v)) != (i < 3) {
				t.Errorf("%v: value %d is %v", e, i, v)
			}
		}
	}
}

// TestExplainNormsAndDropouts is the arithmetic that the report shows.
func TestExplainNormsAndDropouts(t *testing.T) {
	in := graph.Shape{8, 3, 2}
	for _, c := range []struct {
		layer graph.Explainer
		want  []string
	}{
		{graph.BatchNorm{}, []string{"scale and shift 2·8, running mean and variance 2·8"}},
		{graph.BatchNorm{NoScale: true, NoShift: true}, []string{"running mean and variance 2·8"}},
		{graph.LayerNorm{NoShift: true}, []string{"scale 8"}},
		{graph.LayerNorm{Whole: true, NoScale: true}, []string{"shift 48"}},
		{graph.GroupNorm{Groups: 4}, []string{"4 groups of 8/4 = 2 channels each", "scale and shift 2·8"}},
		{graph.GroupNorm{Groups: 8, NoScale: true, NoShift: true}, []string{"8 groups of 8/8 = 1 channel each"}},
		{graph.InstanceNorm{}, []string{"scale and shift 2·8"}},
		{graph.Dropout{Rate: 0.25}, []string{"in training each of 48 values is 0 with probability 0.25, else times 1.333"}},
		{graph.SpatialDropout2D{Rate: 0.5}, []string{"in training each of 8 channels is 0 with probability 0.5, else times 2"}},
		{graph.Dropout{}, []string{"nothing is dropped"}},
	} {
		if diff := cmp.Diff(c.want, c.layer.Explain(in).Lines); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.layer, diff)
		}
	}
}
