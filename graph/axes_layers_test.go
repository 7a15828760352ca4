package graph_test

import (
	"math"
	"slices"
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

// gathered makes a sample of another, element by element, of the places that
// places finds for an index; nil is fill.
func gathered(shape graph.Shape, fill float64, places func(index []int) []int) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(append(graph.Shape{x.Shape[0]}, shape...)...)
		for i := range y.Data {
			index := unravel(i, y.Shape)
			y.Data[i] = fill
			if from := places(index[1:]); from != nil {
				y.Data[i] = x.At(append([]int{index[0]}, from...)...)
			}
		}
		return y
	}
}

// along is places along one axis alone.
func along(axis int, place func(i int) int) func(index []int) []int {
	return func(index []int) []int {
		from := slices.Clone(index)
		if from[axis] = place(index[axis]); from[axis] < 0 {
			return nil
		}
		return from
	}
}

// reducing makes one number of those along some axes of a sample.
func reducing(keep bool, f func(x []float64) float64, axes ...int) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		shape, kept := graph.Shape{}, graph.Shape{}
		for i, n := range x.Shape {
			if slices.Contains(axes, i-1) {
				kept = append(kept, 1)
			} else {
				shape, kept = append(shape, n), append(kept, n)
			}
		}
		of := make([][]float64, kept.TotalSize())
		for i, v := range x.Data {
			index := unravel(i, x.Shape)
			for _, a := range axes {
				index[a+1] = 0
			}
			at := 0
			for d, j := range index {
				at = at*kept[d] + j
			}
			of[at] = append(of[at], v)
		}
		if keep {
			shape = kept
		}
		y := layertest.Zeros(shape...)
		for i, x := range of {
			y.Data[i] = f(x)
		}
		return y
	}
}

func total(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

func TestReduce(t *testing.T) {
	for _, c := range []layertest.Case{
		{
			Name: "mean of pixels", Layer: graph.Reduce{Axes: []int{2, 1}}, Input: graph.Shape{3, 2, 4}, Output: graph.Shape{3}, Printed: "Reduce{Axes: []int{2, 1}}",
			Refused: graph.Shape{3, 2}, Error: "want Axes from -2 to 1, for a sample of 2 axes, got 2", Slow: reducing(false, average, 1, 2),
		},
		{
			Name: "mean of pixels, kept", Layer: graph.Reduce{Axes: []int{-1, -2}, Keep: true}, Input: graph.Shape{3, 2, 4}, Output: graph.Shape{3, 1, 1},
			Printed: "Reduce{Axes: []int{-1, -2}, Keep: true}", Slow: reducing(true, average, 1, 2),
		},
		{
			Name: "largest pixel", Layer: graph.Reduce{By: graph.ReduceMax, Axes: []int{1, 2}}, Input: graph.Shape{3, 2, 4}, Output: graph.Shape{3},
			Printed: "Reduce{By: ReduceMax, Axes: []int{1, 2}}", Slow: reducing(false, slices.Max[[]float64], 1, 2),
		},
		{
			Name: "mean of channels", Layer: graph.Reduce{Axes: []int{0}}, Input: graph.Shape{3, 2, 4}, Output: graph.Shape{2, 4}, Batch: 3,
			Printed: "Reduce{Axes: []int{0}}", Slow: reducing(false, average, 0),
		},
		{
			Name: "sum of all", Layer: graph.Reduce{By: graph.ReduceSum, Keep: true}, Input: graph.Shape{3, 2, 2, 2}, Output: graph.Shape{1, 1, 1, 1},
			Printed: "Reduce{By: ReduceSum, Keep: true}", Slow: reducing(true, total, 0, 1, 2, 3),
		},
		{
			Name: "sum of outer and inner ones", Layer: graph.Reduce{By: graph.ReduceSum, Axes: []int{0, -1}}, Input: graph.Shape{3, 2, 4}, Output: graph.Shape{2}, Batch: 1,
			Printed: "Reduce{By: ReduceSum, Axes: []int{0, -1}}", Slow: reducing(false, total, 0, 2),
		},
		{
			Name: "largest of a row", Layer: graph.Reduce{By: graph.ReduceMax, Axes: []int{-1}}, Input: graph.Shape{3, 4}, Output: graph.Shape{3},
			Printed: "Reduce{By: ReduceMax, Axes: []int{-1}}", Slow: reducing(false, slices.Max[[]float64], 1),
		},
		{
			Name: "smallest of two axes", Layer: graph.Reduce{By: graph.ReduceMin, Axes: []int{0, 2}, Keep: true}, Input: graph.Shape{3, 2, 2, 2}, Output: graph.Shape{1, 2, 1, 2},
			Printed: "Reduce{By: ReduceMin, Axes: []int{0, 2}, Keep: true}", Slow: reducing(true, slices.Min[[]float64], 0, 2),
		},
	} {
		layertest.Run(t, c)
	}
}

func TestAxesLayers(t *testing.T) {
	pick := func(places ...int) func(int) int { return func(i int) int { return places[i] } }
	for _, c := range []layertest.Case{
		{
			Name: "softmax along columns", Layer: graph.SoftmaxAlong{Axis: -1}, Input: graph.Shape{3, 2, 4}, Output: graph.Shape{3, 2, 4}, Printed: "SoftmaxAlong{Axis: -1}",
			Refused: graph.Shape{}, Error: "", Slow: slowSoftmaxAlong(2, math.Exp),
		},
		{
			Name: "softmax along rows", Layer: graph.SoftmaxAlong{Axis: 1}, Input: graph.Shape{3, 4, 2}, Output: graph.Shape{3, 4, 2}, Printed: "SoftmaxAlong{Axis: 1}",
			Refused: graph.Shape{3}, Error: "want Axis from -1 to 0, for a sample of 1 axes, got 1", Slow: slowSoftmaxAlong(1, math.Exp),
		},
		{
			Name: "softmax along channels", Layer: graph.SoftmaxAlong{}, Input: graph.Shape{3, 4, 2}, Output: graph.Shape{3, 4, 2}, Printed: "SoftmaxAlong{}", Slow: slowSoftmaxAlong(0, math.Exp),
		},
		{
			Name: "softmax along the first of four", Layer: graph.SoftmaxAlong{}, Input: graph.Shape{3, 2, 2, 2}, Output: graph.Shape{3, 2, 2, 2}, Printed: "SoftmaxAlong{}", Slow: slowSoftmaxAlong(0, math.Exp),
		},
		{
			Name: "log softmax", Layer: graph.SoftmaxAlong{Axis: 1, Log: true}, Batch: 1, Input: graph.Shape{3, 4}, Output: graph.Shape{3, 4}, Printed: "SoftmaxAlong{Axis: 1, Log: true}",
			Slow: then(slowSoftmaxAlong(1, math.Exp), math.Log),
		},
		{
			Name: "norm along the last axis", Layer: graph.LayerNorm{Last: 1}, Batch: 9, Input: graph.Shape{3, 4}, Output: graph.Shape{3, 4}, Params: 8, Printed: "LayerNorm{Last: 1}",
			Slow: slowLastNorm(4, 1e-3),
		},
		{
			Name: "norm along the last two axes", Layer: graph.LayerNorm{Last: 2, Epsilon: 1e-5, NoShift: true}, Input: graph.Shape{2, 3, 4}, Output: graph.Shape{2, 3, 4}, Params: 12,
			Printed: "LayerNorm{Epsilon: 1e-05, Last: 2, NoShift: true}", Refused: graph.Shape{12}, Error: "want Last from 0 to 1, the axes of a sample, got 2", Slow: slowLastNorm(12, 1e-5),
		},
		{
			Name: "local response norm", Layer: graph.LocalResponseNorm{Size: 3, Alpha: 0.5, Beta: 0.6, Bias: 2}, Input: graph.Shape{5, 2, 3}, Output: graph.Shape{5, 2, 3},
			Printed: "LocalResponseNorm{Size: 3, Alpha: 0.5, Beta: 0.6, Bias: 2}", Slow: slowResponseNorm(3, 0.5, 0.6, 2),
		},
		{
			Name: "local response norm of an even number", Layer: graph.LocalResponseNorm{Size: 4, Alpha: 1}, Input: graph.Shape{6}, Output: graph.Shape{6}, Batch: 1,
			Printed: "LocalResponseNorm{Size: 4, Alpha: 1}", Slow: slowResponseNorm(4, 1, 0.75, 1),
		},
		{
			Name: "take", Layer: graph.Take{Axis: 1, Indices: []int{2, 0, -1, 2}}, Input: graph.Shape{2, 3, 2}, Output: graph.Shape{2, 4, 2}, Printed: "Take{Axis: 1, Indices: []int{2, 0, -1, 2}}",
			Refused: graph.Shape{2, 2}, Error: "want Indices from -2 to 1, for axis 1 of 2, got 2", Slow: gathered(graph.Shape{2, 4, 2}, 0, along(1, pick(2, 0, 2, 2))),
		},
		{
			Name: "slice backwards", Layer: graph.Slice{Axis: -1, From: 4, To: 1, Step: -2}, Input: graph.Shape{2, 5}, Output: graph.Shape{2, 2}, Printed: "Slice{Axis: -1, From: 4, To: 1, Step: -2}",
			Refused: graph.Shape{4}, Error: "want From from -4 to 3, for axis 0 of 4, got 4", Slow: gathered(graph.Shape{2, 2}, 0, along(1, pick(4, 2))),
		},
		{
			Name: "mirrored", Layer: graph.Slice{Axis: 1, Step: -1}, Input: graph.Shape{2, 4, 2}, Output: graph.Shape{2, 4, 2}, Printed: "Slice{Axis: 1, Step: -1}",
			Slow: gathered(graph.Shape{2, 4, 2}, 0, along(1, pick(3, 2, 1, 0))),
		},
		{
			Name: "backwards to the second", Layer: graph.Slice{From: -2, To: -5, Step: -1}, Input: graph.Shape{5}, Output: graph.Shape{3}, Printed: "Slice{From: -2, To: -5, Step: -1}",
			Slow: gathered(graph.Shape{3}, 0, along(0, pick(3, 2, 1))),
		},
		{
			Name: "tile", Layer: graph.Tile{Repeats: []int{2, 1, 3}}, Input: graph.Shape{2, 3, 2}, Output: graph.Shape{4, 3, 6}, Printed: "Tile{Repeats: []int{2, 1, 3}}",
			Refused: graph.Shape{2, 3}, Error: "want Repeats with a number for each of 2 axes, got [2 1 3]",
			Slow: gathered(graph.Shape{4, 3, 6}, 0, func(i []int) []int { return []int{i[0] % 2, i[1], i[2] % 2} }),
		},
		{
			Name: "expand", Layer: graph.Expand{To: graph.Shape{2, 3, 4}}, Input: graph.Shape{3, 1}, Output: graph.Shape{2, 3, 4}, Printed: "Expand{To: Shape{2, 3, 4}}",
			Refused: graph.Shape{2, 4}, Error: "want a shape that broadcasts to (2, 3, 4), each side equal or 1 from the last on, got (N, 2, 4)",
			Slow: gathered(graph.Shape{2, 3, 4}, 0, func(i []int) []int { return []int{i[1], 0} }),
		},
		{
			Name: "pad", Layer: graph.Pad{Before: []int{1, 0}, After: []int{0, 2}, Value: -3}, Input: graph.Shape{2, 3}, Output: graph.Shape{3, 5}, Printed: "Pad{Before: []int{1, 0}, After: []int{0, 2}, Value: -3}",
			Refused: graph.Shape{2}, Error: "want Before with a number for each of 1 axes, got [1 0]",
			Slow: gathered(graph.Shape{3, 5}, -3, func(i []int) []int {
				if i[0] < 1 || i[1] > 2 {
					return nil
				}
				return []int{i[0] - 1, i[1]}
			}),
		},
		{
			Name: "pad by reflection", Layer: graph.Pad{Before: []int{0, 2}, After: []int{0, 3}, Border: graph.PadReflect}, Input: graph.Shape{2, 4}, Output: graph.Shape{2, 9},
			Printed: "Pad{Before: []int{0, 2}, After: []int{0, 3}, Border: PadReflect}", Refused: graph.Shape{2, 3}, Error: "want After of at most 2 beyond 3, or what is cut off, got 3",
			Slow: gathered(graph.Shape{2, 9}, 0, along(1, pick(2, 1, 0, 1, 2, 3, 2, 1, 0))),
		},
		{
			Name: "pad by the edge, cut", Layer: graph.Pad{Before: []int{2, -1}, Border: graph.PadEdge}, Input: graph.Shape{2, 4}, Output: graph.Shape{4, 3}, Printed: "Pad{Before: []int{2, -1}, Border: PadEdge}",
			Slow: gathered(graph.Shape{4, 3}, 0, func(i []int) []int { return []int{max(i[0]-2, 0), i[1] + 1} }),
		},
		{
			Name: "pad around", Layer: graph.Pad{Before: []int{3}, After: []int{2}, Border: graph.PadWrap}, Input: graph.Shape{3}, Output: graph.Shape{8}, Printed: "Pad{Before: []int{3}, After: []int{2}, Border: PadWrap}",
			Slow: gathered(graph.Shape{8}, 0, along(0, pick(0, 1, 2, 0, 1, 2, 0, 1))),
		},
		{
			Name: "depth to space", Layer: graph.DepthToSpace{}, Input: graph.Shape{8, 2, 3}, Output: graph.Shape{2, 4, 6}, Printed: "DepthToSpace{}",
			Refused: graph.Shape{6, 2, 3}, Error: "want Block whose square divides 6 channels, got 2",
			Slow: gathered(graph.Shape{2, 4, 6}, 0, func(i []int) []int { return []int{(i[1]%2*2+i[2]%2)*2 + i[0], i[1] / 2, i[2] / 2} }),
		},
		{
			Name: "depth to space, column by row", Layer: graph.DepthToSpace{Block: 3, ColumnRowDepth: true}, Input: graph.Shape{18, 1, 2}, Output: graph.Shape{2, 3, 6},
			Printed: "DepthToSpace{Block: 3, ColumnRowDepth: true}", Slow: gathered(graph.Shape{2, 3, 6}, 0, func(i []int) []int { return []int{i[0]*9 + i[1]%3*3 + i[2]%3, i[1] / 3, i[2] / 3} }),
		},
		{
			Name: "space to depth", Layer: graph.SpaceToDepth{}, Input: graph.Shape{2, 4, 6}, Output: graph.Shape{8, 2, 3}, Printed: "SpaceToDepth{}",
			Refused: graph.Shape{2, 3, 4}, Error: "want Block that divides 3×4 pixels, got 2",
			Slow: gathered(graph.Shape{8, 2, 3}, 0, func(i []int) []int { return []int{i[0] % 2, i[1]*2 + i[0]/4, i[2]*2 + i[0]/2%2} }),
		},
		{
			Name: "space to depth, column by row", Layer: graph.SpaceToDepth{ColumnRowDepth: true}, Input: graph.Shape{2, 4, 2}, Output: graph.Shape{8, 2, 1}, Printed: "SpaceToDepth{ColumnRowDepth: true}",
			Slow: gathered(graph.Shape{8, 2, 1}, 0, func(i []int) []int { return []int{i[0] / 4, i[1]*2 + i[0]/2%2, i[2]*2 + i[0]%2} }),
		},
		{
			Name: "resize, nearest", Layer: graph.Resize{Size: graph.Rect(5, 2)}, Input: graph.Shape{2, 3, 4}, Output: graph.Shape{2, 5, 2}, Printed: "Resize{Size: Rect(5, 2)}",
			Refused: graph.Shape{12}, Error: "want an image (N, C, H, W), got (N, 12)",
			Slow: gathered(graph.Shape{2, 5, 2}, 0, func(i []int) []int { return []int{i[0], []int{0, 0, 1, 2, 2}[i[1]], []int{0, 2}[i[2]]} }),
		},
		{
			Name: "resize, linear", Layer: graph.Resize{ScaleH: 2, ScaleW: 0.5, Interpolation: graph.Bilinear, Coordinates: graph.Asymmetric}, Input: graph.Shape{1, 2, 4}, Output: graph.Shape{1, 4, 2},
			Printed: "Resize{ScaleH: 2, ScaleW: 0.5, Interpolation: Bilinear, Coordinates: Asymmetric}",
			Slow: func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
				y := layertest.Zeros(x.Shape[0], 1, 4, 2)
				for i := range y.Data {
					at := unravel(i, y.Shape)
					a, b := x.At(at[0], 0, at[2]/2, at[3]*2), x.At(at[0], 0, min((at[2]+1)/2, 1), at[3]*2)
					y.Data[i] = (a + b) / 2
				}
				return y
			},
		},
		{
			Name: "resize, cubic", Layer: graph.Resize{Size: graph.Rect(5, 3), Interpolation: graph.Bicubic, Coefficient: -0.5, ExcludeOutside: true}, Input: graph.Shape{2, 3, 4}, Output: graph.Shape{2, 5, 3},
			Printed: "Resize{Size: Rect(5, 3), Interpolation: Bicubic, Coefficient: -0.5, ExcludeOutside: true}",
			Slow:    slowResize(graph.Shape{2, 5, 3}, halfPixel, 1, true, slowCubic(-0.5)),
		},
		{
			Name: "resize, cubic, antialiased", Layer: graph.Resize{ScaleH: 0.4, ScaleW: 0.5, Interpolation: graph.Bicubic, Antialias: true}, Input: graph.Shape{1, 5, 4}, Output: graph.Shape{1, 2, 2},
			Printed: "Resize{ScaleH: 0.4, ScaleW: 0.5, Interpolation: Bicubic, Antialias: true}",
			Slow:    slowResize(graph.Shape{1, 2, 2}, halfPixel, 5./2, false, slowCubic(-0.75), 2),
		},
		{
			Name: "resize, linear, antialiased", Layer: graph.Resize{Size: graph.Rect(2, 3), Interpolation: graph.Bilinear, Antialias: true, ExcludeOutside: true}, Input: graph.Shape{2, 5, 3}, Output: graph.Shape{2, 2, 3},
			Printed: "Resize{Size: Rect(2, 3), Interpolation: Bilinear, Antialias: true, ExcludeOutside: true}",
			Slow:    slowResize(graph.Shape{2, 2, 3}, halfPixel, 5./2, true, func(t float64) float64 { return max(1-t, 0) }, 1),
		},
		{
			Name: "resize of a region", Layer: graph.Resize{Size: graph.Rect(3, 2), Coordinates: graph.CropAndResize, Region: graph.Region{Top: -0.5, Left: 1, Bottom: 1}, Extrapolation: 7},
			Input: graph.Shape{2, 3, 4}, Output: graph.Shape{2, 3, 2}, Printed: "Resize{Size: Rect(3, 2), Coordinates: CropAndResize, Region: Region{Top: -0.5, Left: 1, Bottom: 1}, Extrapolation: 7}",
			Refused: graph.Shape{12}, Error: "want an image (N, C, H, W), got (N, 12)",
			Slow: gathered(graph.Shape{2, 3, 2}, 7, func(i []int) []int {
				if i[1] == 0 {
					return nil
				}
				return []int{i[0], []int{0, 0, 2}[i[1]], 3 - 3*i[2]}
			}),
		},
		{
			Name: "channel shuffle", Layer: graph.Chain{graph.Reshape{To: graph.Shape{2, 3, 1, 2, 1}}, graph.Permute{Axes: []int{1, 0, 4, 2, 3}}, graph.Reshape{To: graph.Shape{6, 2}}},
			Input: graph.Shape{6, 2}, Output: graph.Shape{6, 2}, Printed: "Chain{Reshape{To: Shape{2, 3, 1, 2, 1}}, Permute{Axes: []int{1, 0, 4, 2, 3}}, Reshape{To: Shape{6, 2}}}",
			Slow: gathered(graph.Shape{6, 2}, 0, along(0, pick(0, 3, 1, 4, 2, 5))),
		},
		{
			Name: "instance norm of sequences", Layer: graph.InstanceNorm{}, Batch: 9, Input: graph.Shape{2, 5}, Output: graph.Shape{2, 5}, Params: 4, Printed: "InstanceNorm{}",
			Refused: graph.Shape{2, 1}, Error: "want an image (N, C, H, W) of more than one pixel, got (N, 2, 1)", Slow: reshapedSlow(graph.Shape{2, 5, 1}, slowSets(1e-3, channelOf, channelOf)),
		},
		{
			Name: "instance norm of a volume", Layer: graph.InstanceNorm{NoShift: true}, Input: graph.Shape{2, 3, 2, 2}, Output: graph.Shape{2, 3, 2, 2}, Params: 2, Printed: "InstanceNorm{NoShift: true}",
			Slow: reshapedSlow(graph.Shape{2, 6, 2}, slowSets(1e-3, channelOf, channelOf)),
		},
		{
			Name: "group norm of sequences", Layer: graph.GroupNorm{Groups: 2}, Input: graph.Shape{4, 3}, Output: graph.Shape{4, 3}, Params: 8, Printed: "GroupNorm{Groups: 2}",
			Refused: graph.Shape{3, 3}, Error: "want channels in 2 groups of one size, got (N, 3, 3)", Slow: reshapedSlow(graph.Shape{4, 3, 1}, slowSets(1e-3, groupOf(2), channelOf)),
		},
	} {
		if c.Refused != nil && len(c.Refused) == 0 {
			c.Refused = nil
		}
		layertest.Run(t, c)
	}
}

// slowSoftmaxAlong divides by the sum along an axis.
func slowSoftmaxAlong(axis int, f func(float64) float64) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		e := then(identity, f)(x, nil)
		sums := reducing(true, total, axis)(e, nil)
		for i := range e.Data {
			index := unravel(i, e.Shape)
			index[axis+1] = 0
			e.Data[i] /= sums.At(index...)
		}
		return e
	}
}

// slowLastNorm normalises each run of so many values.
func slowLastNorm(size int, epsilon float64) slow {
	return func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x.Shape...)
		for from := 0; from < len(x.Data); from += size {
			row := x.Data[from : from+size]
			mean, variance := average(row), 0.0
			for _, v := range row {
				variance += (v - mean) * (v - mean) / float64(size)
			}
			for i, v := range row {
				y.Data[from+i] = (v - mean) / math.Sqrt(variance+epsilon) * w["scale"].Data[i]
				if shift := w["shift"].Data; shift != nil {
					y.Data[from+i] += shift[i]
				}
			}
		}
		return y
	}
}

// slowResponseNorm looks at the channels around each.
func slowResponseNorm(size int, alpha, beta, bias float64) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x.Shape...)
		for i, v := range x.Data {
			index := unravel(i, x.Shape)
			sum, c := 0.0, index[1]
			for k := c - (size-1)/2; k <= c+size/2; k++ {
				if k >= 0 && k < x.Shape[1] {
					index[1] = k
					sum += x.At(index...) * x.At(index...)
				}
			}
			y.Data[i] = v / math.Pow(bias+alpha/float64(size)*sum, beta)
		}
		return y
	}
}

// reshapedSlow is a slow version on samples of another shape.
func reshapedSlow(shape graph.Shape, f slow) slow {
	return func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
		y := f(layertest.Array{Shape: append(graph.Shape{x.Shape[0]}, shape...), Data: x.Data}, w)
		return layertest.Array{Shape: x.Shape, Data: y.Data}
	}
}

func TestConcatAlong(t *testing.T) {
	for _, c := range []layertest.JoinCase{
		{Name: "columns", Join: graph.ConcatAlong{Axis: -1}, Inputs: []graph.Shape{{2, 3, 1}, {2, 3, 2}}, Output: graph.Shape{2, 3, 3}, Printed: "ConcatAlong{Axis: -1}"},
		{Name: "rows", Join: graph.ConcatAlong{Axis: 1}, Inputs: []graph.Shape{{2, 3}, {2, 1}, {2, 2}}, Output: graph.Shape{2, 6}, Batch: 3, Printed: "ConcatAlong{Axis: 1}"},
		{Name: "channels", Join: graph.ConcatAlong{}, Inputs: []graph.Shape{{2, 3, 1}, {1, 3, 1}}, Output: graph.Shape{3, 3, 1}, Printed: "ConcatAlong{}"},
		{Name: "of five axes", Join: graph.ConcatAlong{Axis: 2}, Inputs: []graph.Shape{{2, 1, 2, 1, 2}, {2, 1, 3, 1, 2}}, Order: []int{0, 1, 0}, Output: graph.Shape{2, 1, 7, 1, 2}, Printed: "ConcatAlong{Axis: 2}"},
	} {
		axis := c.Join.(graph.ConcatAlong).Axis
		if axis < 0 {
			axis += len(c.Output)
		}
		c.Slow = func(x []layertest.Array, _ map[string]layertest.Array) layertest.Array {
			y := layertest.Zeros(append(graph.Shape{x[0].Shape[0]}, c.Output...)...)
			for i := range y.Data {
				index := unravel(i, y.Shape)
				k := 0
				for index[axis+1] >= x[k].Shape[axis+1] {
					index[axis+1] -= x[k].Shape[axis+1]
					k++
				}
				y.Data[i] = x[k].At(index...)
			}
			return y
		}
		layertest.RunJoin(t, c)
	}
	x := graph.Input("x", 2, 3)
	_, err := graph.Compose(graph.Config{}, graph.Join(graph.ConcatAlong{Axis: 1}, x, graph.Input("y", 3, 3)))
	oneLine(t, err, "want inputs that differ in axis 1 alone, got (N, 2, 3) and (N, 3, 3)")
	_, err = graph.Compose(graph.Config{}, graph.Join(graph.ConcatAlong{Axis: 2}, x, x))
	oneLine(t, err, "want Axis from -2 to 1, for a sample of 2 axes, got 2")
}

// TestArgMax finds places, and lets nothing be trained through it.
func TestArgMax(t *testing.T) {
	nan := float32(math.NaN())
	x := []float32{1, 5, 2, 7, 3, 5, 4, 5, 5, 0, nan, nan}
	for _, c := range []struct {
		layer graph.ArgMax
		shape graph.Shape
		want  []float32
	}{
		{graph.ArgMax{}, graph.Shape{4}, []float32{2, 0, 2, 2}},
		{graph.ArgMax{Axis: 1}, graph.Shape{3}, []float32{3, 1, 2}},
		{graph.ArgMax{Axis: -1, Last: true, Keep: true}, graph.Shape{3, 1}, []float32{3, 3, 3}},
	} {
		for _, e := range engines {
			net, err := graph.New(graph.Config{Input: graph.Shape{3, 4}, Engine: e}, c.layer)
			if err != nil {
				t.Fatal(err)
			}
			p := compile(t, net, graph.ProgramConfig{})
			copy(p.Inputs[0].Data().([]float32), x)
			run(t, p)
			if got := p.Outputs[0]; !slices.Equal(got.Shape()[1:], c.shape) || !slices.Equal(got.Data().([]float32), c.want) {
				t.Errorf("%v: %v is %v, want %v of shape %v", e, c.layer, got.Data(), c.want, c.shape)
			}
		}
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{3}}, graph.Dense{Units: 2}, graph.ArgMax{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = net.Compile(graph.ProgramConfig{Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	oneLine(t, err, "arg_max_1: ArgMax{Keep: true}: ")
	oneLine(t, err, "has no gradient by its input 1: below it no weight can be trained")
}

// halfPixel is where pixel i of out lies among in.
func halfPixel(i, in, out int) float64 { return (float64(i)+0.5)*float64(in)/float64(out) - 0.5 }

func slowCubic(a float64) func(t float64) float64 {
	return func(t float64) float64 {
		switch {
		case t <= 1:
			return (a+2)*math.Pow(t, 3) - (a+3)*math.Pow(t, 2) + 1
		case t < 2:
			return a*math.Pow(t, 3) - 5*a*math.Pow(t, 2) + 8*a*t - 4*a
		}
		return 0
	}
}

// slowResize weighs all pixels from 10 before the first to 10 behind the last, each by
// its distance in rows and in columns, the rows' and the columns' divided by widths.
func slowResize(shape graph.Shape, at func(i, in, out int) float64, wideH float64, exclude bool, kernel func(float64) float64, wideW ...float64) slow {
	wide := []float64{wideH, 1}
	copy(wide[1:], wideW)
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(append(graph.Shape{x.Shape[0]}, shape...)...)
		for i := range y.Data {
			to := unravel(i, y.Shape)
			sum, weights := 0.0, 0.0
			for r := -10; r < x.Shape[2]+10; r++ {
				for c := -10; c < x.Shape[3]+10; c++ {
					from := []int{min(max(r, 0), x.Shape[2]-1), min(max(c, 0), x.Shape[3]-1)}
					if exclude && (from[0] != r || from[1] != c) {
						continue
					}
					weight := 1.0
					for d, place := range []int{r, c} {
						weight *= kernel(math.Abs(float64(place)-at(to[d+2], x.Shape[d+2], shape[d+1])) / wide[d])
					}
					sum += weight * x.At(to[0], to[1], from[0], from[1])
					weights += weight
				}
			}
			y.Data[i] = sum / weights
		}
		return y
	}
}
