package graph_test

import (
	"math"
	"slices"
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

func TestPoolLayers(t *testing.T) {
	for _, c := range []layertest.Case{
		{
			Name: "max, rectangular", Layer: graph.MaxPool2D{Size: graph.Rect(3, 2), Stride: graph.Rect(1, 2), Padding: graph.Pads(1, 0, 0, 1)},
			Input: graph.Shape{2, 5, 6}, Output: graph.Shape{2, 4, 3},
			Printed: "MaxPool2D{Size: Rect(3, 2), Stride: Rect(1, 2), Padding: Pads(1, 0, 0, 1)}",
			Refused: graph.Shape{2, 1, 6}, Error: "want an image of at least 2×1 pixels, got (N, 2, 1, 6)",
			Slow: windows{kernel: [2]int{3, 2}, stride: [2]int{1, 2}, before: [2]int{1, 0}, out: [2]int{4, 3}}.pool(slices.Max[[]float64]),
		},
		{
			Name: "max, dilated", Layer: graph.MaxPool2D{Size: 2, Stride: 1, Dilation: graph.Rect(2, 3)},
			Input: graph.Shape{2, 5, 6}, Output: graph.Shape{2, 3, 3}, Printed: "MaxPool2D{Size: 2, Stride: 1, Dilation: Rect(2, 3)}",
			Refused: graph.Shape{2, 5, 3}, Error: "want an image of at least 3×4 pixels, got (N, 2, 5, 3)",
			Slow: windows{kernel: [2]int{2, 2}, dilation: [2]int{2, 3}, out: [2]int{3, 3}}.pool(slices.Max[[]float64]),
		},
		{
			Name: "max, ceil", Layer: graph.MaxPool2D{Size: 3, Stride: 2, Ceil: true},
			Input: graph.Shape{2, 6, 7}, Output: graph.Shape{2, 3, 3}, Printed: "MaxPool2D{Size: 3, Stride: 2, Ceil: true}",
			Slow: windows{kernel: [2]int{3, 3}, stride: [2]int{2, 2}, out: [2]int{3, 3}}.pool(slices.Max[[]float64]),
		},
		{
			Name: "max, ceil, of fewer pixels than a window", Layer: graph.MaxPool2D{Ceil: true},
			Input: graph.Shape{2, 1, 3}, Output: graph.Shape{2, 1, 2}, Printed: "MaxPool2D{Ceil: true}",
			Slow: windows{kernel: [2]int{2, 2}, stride: [2]int{2, 2}, out: [2]int{1, 2}}.pool(slices.Max[[]float64]),
		},
		{
			Name: "max, ceil, dilated, batch of one", Batch: 1, Layer: graph.MaxPool2D{Size: 3, Stride: 2, Dilation: 2, Padding: 1, Ceil: true},
			Input: graph.Shape{1, 9, 8}, Output: graph.Shape{1, 4, 4}, Printed: "MaxPool2D{Size: 3, Stride: 2, Padding: 1, Dilation: 2, Ceil: true}",
			Slow: windows{kernel: [2]int{3, 3}, stride: [2]int{2, 2}, dilation: [2]int{2, 2}, before: [2]int{1, 1}, out: [2]int{4, 4}}.pool(slices.Max[[]float64]),
		},
		{
			Name: "max, padded by more than half a window", Layer: graph.MaxPool2D{Size: 3, Stride: 1, Padding: 2},
			Input: graph.Shape{2, 4, 5}, Output: graph.Shape{2, 6, 7}, Printed: "MaxPool2D{Size: 3, Stride: 1, Padding: 2}",
			Slow: windows{kernel: [2]int{3, 3}, before: [2]int{2, 2}, out: [2]int{6, 7}}.pool(slices.Max[[]float64]),
		},
		{
			Name: "mean, padded by more than half a window", Layer: graph.AveragePool2D{Size: 3, Stride: 1, Padding: 2},
			Input: graph.Shape{2, 4, 5}, Output: graph.Shape{2, 6, 7}, Printed: "AveragePool2D{Size: 3, Stride: 1, Padding: 2}",
			Slow: windows{kernel: [2]int{3, 3}, before: [2]int{2, 2}, out: [2]int{6, 7}}.pool(average),
		},
		{
			Name: "mean, dilated", Layer: graph.AveragePool2D{Size: 2, Stride: 1, Dilation: graph.Rect(2, 3), Padding: graph.Pads(1, 0, 0, 0)},
			Input: graph.Shape{2, 5, 6}, Output: graph.Shape{2, 4, 3}, Printed: "AveragePool2D{Size: 2, Stride: 1, Padding: Pads(1, 0, 0, 0), Dilation: Rect(2, 3)}",
			Slow: windows{kernel: [2]int{2, 2}, dilation: [2]int{2, 3}, before: [2]int{1, 0}, out: [2]int{4, 3}}.pool(average),
		},
		{
			Name: "mean", Layer: graph.AveragePool2D{}, Input: graph.Shape{3, 5, 4}, Output: graph.Shape{3, 2, 2}, Printed: "AveragePool2D{}",
			Refused: graph.Shape{3, 5, 1}, Error: "want an image of at least 2×2 pixels, got (N, 3, 5, 1)",
			Slow: windows{kernel: [2]int{2, 2}, stride: [2]int{2, 2}, out: [2]int{2, 2}}.pool(average),
		},
		{
			Name: "mean of a vector", Layer: graph.AveragePool2D{}, Batch: 1, Input: graph.Shape{1, 2, 2}, Output: graph.Shape{1, 1, 1}, Printed: "AveragePool2D{}",
			Refused: graph.Shape{4}, Error: "want an image (N, C, H, W), got (N, 4)",
			Slow: windows{kernel: [2]int{2, 2}, out: [2]int{1, 1}}.pool(average),
		},
		{
			Name: "mean, rectangular, overlapping", Layer: graph.AveragePool2D{Size: graph.Rect(2, 3), Stride: 1, Padding: graph.Pads(0, 1, 1, 0)},
			Input: graph.Shape{2, 4, 5}, Output: graph.Shape{2, 4, 4}, Printed: "AveragePool2D{Size: Rect(2, 3), Stride: 1, Padding: Pads(0, 1, 1, 0)}",
			Slow: windows{kernel: [2]int{2, 3}, before: [2]int{0, 1}, out: [2]int{4, 4}}.pool(average),
		},
		{
			Name: "mean, same", Layer: graph.AveragePool2D{Size: 3, Stride: 2, Padding: graph.Same}, Batch: 3,
			Input: graph.Shape{2, 6, 5}, Output: graph.Shape{2, 3, 3}, Printed: "AveragePool2D{Size: 3, Stride: 2, Padding: Same}",
			Slow: windows{kernel: [2]int{3, 3}, stride: [2]int{2, 2}, before: [2]int{0, 1}, out: [2]int{3, 3}}.pool(average),
		},
		{
			Name: "mean, counted", Layer: graph.AveragePool2D{Size: 3, Stride: 2, Padding: 1, CountPadding: true},
			Input: graph.Shape{2, 5, 6}, Output: graph.Shape{2, 3, 3}, Printed: "AveragePool2D{Size: 3, Stride: 2, Padding: 1, CountPadding: true}",
			Slow: windows{kernel: [2]int{3, 3}, stride: [2]int{2, 2}, before: [2]int{1, 1}, out: [2]int{3, 3}}.pool(ninth),
		},
		{
			// The last row of windows sees one row of pixels and one of padding.
			Name: "mean, ceil, counted", Layer: graph.AveragePool2D{Size: 3, Stride: graph.Rect(3, 2), Padding: 1, Ceil: true, CountPadding: true},
			Input: graph.Shape{1, 6, 3}, Output: graph.Shape{1, 3, 2}, Printed: "AveragePool2D{Size: 3, Stride: Rect(3, 2), Padding: 1, Ceil: true, CountPadding: true}",
			Slow: func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
				w := windows{kernel: [2]int{3, 3}, stride: [2]int{3, 2}, before: [2]int{1, 1}, out: [2]int{3, 2}}
				y := w.pool(ninth)(x, nil)
				for i := range y.Data {
					if i/2%3 == 2 {
						y.Data[i] *= 9. / 6
					}
				}
				return y
			},
		},
		{
			Name: "global max", Layer: graph.GlobalMax{}, Input: graph.Shape{3, 4, 5}, Output: graph.Shape{3}, Printed: "GlobalMax{}",
			Refused: graph.Shape{12}, Error: "want an image (N, C, H, W), got (N, 12)", Slow: slowGlobalMax,
		},
		{
			Name: "global max of one pixel, batch of one", Layer: graph.GlobalMax{}, Batch: 1, Input: graph.Shape{1, 1, 1}, Output: graph.Shape{1}, Printed: "GlobalMax{}", Slow: slowGlobalMax,
		},
	} {
		layertest.Run(t, c)
	}
}

// windows are where a slow pool looks. 0 means 1 for stride and dilation.
type windows struct{ kernel, stride, dilation, before, out [2]int }

// pool makes a number of the pixels of the image in each window.
func (w windows) pool(f func([]float64) float64) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x.Shape[0], x.Shape[1], w.out[0], w.out[1])
		for i := range y.Data {
			col, row, plane := i%w.out[1], i/w.out[1]%w.out[0], i/w.out[1]/w.out[0]
			var pixels []float64
			for u := range w.kernel[0] {
				for v := range w.kernel[1] {
					r, c := w.at(0, row, u), w.at(1, col, v)
					if r >= 0 && r < x.Shape[2] && c >= 0 && c < x.Shape[3] {
						pixels = append(pixels, x.At(plane/x.Shape[1], plane%x.Shape[1], r, c))
					}
				}
			}
			y.Data[i] = f(pixels)
		}
		return y
	}
}

func (w windows) at(d, place, tap int) int {
	return place*max(w.stride[d], 1) - w.before[d] + tap*max(w.dilation[d], 1)
}

func average(x []float64) float64 { return ninth(x) * 9 / float64(len(x)) }

// ninth is the mean of nine, of which those that are not there are 0.
func ninth(x []float64) (sum float64) {
	for _, v := range x {
		sum += v / 9
	}
	return sum
}

func slowGlobalMax(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
	y := layertest.Zeros(x.Shape[0], x.Shape[1])
	area := x.Shape[2] * x.Shape[3]
	for i := range y.Data {
		y.Data[i] = slices.Max(x.Data[i*area : (i+1)*area])
	}
	return y
}

func TestMovingLayers(t *testing.T) {
	for _, c := range []layertest.Case{
		{
			Name: "upsample", Layer: graph.Upsample{}, Input: graph.Shape{2, 2, 3}, Output: graph.Shape{2, 4, 6}, Printed: "Upsample{}",
			Refused: graph.Shape{6}, Error: "want an image (N, C, H, W), got (N, 6)", Slow: upsampled(4, 6, nearest),
		},
		{
			Name: "upsample, rectangular", Layer: graph.Upsample{Factor: graph.Rect(1, 3)}, Batch: 1,
			Input: graph.Shape{1, 2, 3}, Output: graph.Shape{1, 2, 9}, Printed: "Upsample{Factor: Rect(1, 3)}", Slow: upsampled(2, 9, nearest),
		},
		{
			Name: "upsample to a size", Layer: graph.Upsample{Size: graph.Rect(3, 7)},
			Input: graph.Shape{2, 4, 5}, Output: graph.Shape{2, 3, 7}, Printed: "Upsample{Size: Rect(3, 7)}", Slow: upsampled(3, 7, nearest),
		},
		{
			Name: "upsample, bilinear", Layer: graph.Upsample{Factor: 3, Interpolation: graph.Bilinear},
			Input: graph.Shape{2, 2, 3}, Output: graph.Shape{2, 6, 9}, Printed: "Upsample{Factor: 3, Interpolation: Bilinear}", Slow: upsampled(6, 9, tent),
		},
		{
			Name: "upsample, bilinear, to a size", Layer: graph.Upsample{Size: graph.Rect(3, 7), Interpolation: graph.Bilinear}, Batch: 3,
			Input: graph.Shape{1, 5, 1}, Output: graph.Shape{1, 3, 7}, Printed: "Upsample{Size: Rect(3, 7), Interpolation: Bilinear}", Slow: upsampled(3, 7, tent),
		},
		{
			Name: "zero pad", Layer: graph.ZeroPad2D{Padding: graph.Pads(1, 0, 2, 3)},
			Input: graph.Shape{2, 2, 3}, Output: graph.Shape{2, 3, 8}, Printed: "ZeroPad2D{Padding: Pads(1, 0, 2, 3)}",
			Refused: graph.Shape{6}, Error: "want an image (N, C, H, W), got (N, 6)", Slow: moved(1, 0, 2, 3),
		},
		{
			Name: "zero pad of nothing", Layer: graph.ZeroPad2D{}, Batch: 1,
			Input: graph.Shape{1, 2, 2}, Output: graph.Shape{1, 2, 2}, Printed: "ZeroPad2D{}", Slow: identity,
		},
		{
			Name: "crop", Layer: graph.Crop2D{Cropping: graph.Pads(1, 2, 0, 1)},
			Input: graph.Shape{2, 5, 4}, Output: graph.Shape{2, 2, 3}, Printed: "Crop2D{Cropping: Pads(1, 2, 0, 1)}",
			Refused: graph.Shape{2, 3, 4}, Error: "want an image of at least 4×2 pixels, got (N, 2, 3, 4)", Slow: moved(-1, -2, 0, -1),
		},
		{
			Name: "reshape", Layer: graph.Reshape{To: graph.Shape{4, -1, 1}},
			Input: graph.Shape{3, 2, 4}, Output: graph.Shape{4, 6, 1}, Printed: "Reshape{To: Shape{4, -1, 1}}",
			Refused: graph.Shape{3, 3}, Error: "want a multiple of 4 values a sample, got (N, 3, 3)", Slow: identity,
		},
		{
			Name: "reshape of a vector", Layer: graph.Reshape{To: graph.Shape{2, 3}}, Batch: 1,
			Input: graph.Shape{6}, Output: graph.Shape{2, 3}, Printed: "Reshape{To: Shape{2, 3}}",
			Refused: graph.Shape{5}, Error: "want 6 values a sample, got (N, 5)", Slow: identity,
		},
		{
			Name: "permute", Layer: graph.Permute{Axes: []int{1, 2, 0}},
			Input: graph.Shape{2, 3, 4}, Output: graph.Shape{3, 4, 2}, Printed: "Permute{Axes: []int{1, 2, 0}}",
			Refused: graph.Shape{6}, Error: "want samples of 3 axes, got (N, 6)",
			Slow: reindexed(graph.Shape{3, 4, 2}, func(i []int) []int { return []int{i[2], i[0], i[1]} }),
		},
		{
			Name: "permute to the same order", Layer: graph.Permute{Axes: []int{0, 1}}, Batch: 1,
			Input: graph.Shape{2, 3}, Output: graph.Shape{2, 3}, Printed: "Permute{Axes: []int{0, 1}}", Slow: identity,
		},
		{
			Name: "slice of channels", Layer: graph.Slice{From: 1, To: 3},
			Input: graph.Shape{5, 2, 3}, Output: graph.Shape{2, 2, 3}, Printed: "Slice{From: 1, To: 3}",
			Refused: graph.Shape{2, 3, 3}, Error: "want To behind From and of at most 2, the size of axis 0, got 3",
			Slow: reindexed(graph.Shape{2, 2, 3}, func(i []int) []int { return []int{i[0] + 1, i[1], i[2]} }),
		},
		{
			Name: "slice of columns, each second", Layer: graph.Slice{Axis: 2, From: 1, Step: 2},
			Input: graph.Shape{2, 3, 6}, Output: graph.Shape{2, 3, 3}, Printed: "Slice{Axis: 2, From: 1, Step: 2}",
			Refused: graph.Shape{2, 3}, Error: "want Axis from -2 to 1, for a sample of 2 axes, got 2",
			Slow: reindexed(graph.Shape{2, 3, 3}, func(i []int) []int { return []int{i[0], i[1], 2*i[2] + 1} }),
		},
		{
			Name: "slice of a vector, from the end", Layer: graph.Slice{From: -4, To: -1, Step: 2}, Batch: 1,
			Input: graph.Shape{5}, Output: graph.Shape{2}, Printed: "Slice{From: -4, To: -1, Step: 2}",
			Refused: graph.Shape{3}, Error: "want From from -3 to 2, for axis 0 of 3, got -4",
			Slow: reindexed(graph.Shape{2}, func(i []int) []int { return []int{2*i[0] + 1} }),
		},
		{
			Name: "slice of rows, one", Layer: graph.Slice{Axis: 1, From: -1},
			Input: graph.Shape{2, 3, 2}, Output: graph.Shape{2, 1, 2}, Printed: "Slice{Axis: 1, From: -1}",
			Slow: reindexed(graph.Shape{2, 1, 2}, func(i []int) []int { return []int{i[0], 2, i[2]} }),
		},
	} {
		layertest.Run(t, c)
	}
}

// reindexed makes samples of the given shape: from says where the value at the
// given indices is taken from, and nil that it is 0.
func reindexed(shape graph.Shape, from func(i []int) []int) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(append(graph.Shape{x.Shape[0]}, shape...)...)
		size := shape.TotalSize()
		for n := range y.Data {
			index, rest := make([]int, len(shape)), n%size
			for d := len(shape) - 1; d >= 0; d-- {
				index[d], rest = rest%shape[d], rest/shape[d]
			}
			if at := from(index); at != nil {
				y.Data[n] = x.At(append([]int{n / size}, at...)...)
			}
		}
		return y
	}
}

// moved adds zeros on each side, or takes pixels away.
func moved(top, bottom, left, right int) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		h, w := x.Shape[2], x.Shape[3]
		return reindexed(graph.Shape{x.Shape[1], top + h + bottom, left + w + right}, func(i []int) []int {
			row, col := i[1]-top, i[2]-left
			if row < 0 || row >= h || col < 0 || col >= w {
				return nil
			}
			return []int{i[0], row, col}
		})(x, nil)
	}
}

// upsampled weighs all pixels by the product of what weight says of their row
// and of their column.
func upsampled(h, w int, weight func(i, of, from, in int) float64) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x.Shape[0], x.Shape[1], h, w)
		for n := range y.Data {
			col, row, plane := n%w, n/w%h, n/w/h
			for r := range x.Shape[2] {
				for c := range x.Shape[3] {
					y.Data[n] += weight(row, h, r, x.Shape[2]) * weight(col, w, c, x.Shape[3]) * x.At(plane/x.Shape[1], plane%x.Shape[1], r, c)
				}
			}
		}
		return y
	}
}

func nearest(i, of, from, in int) float64 {
	if int(math.Floor(float64(i*in)/float64(of))) == from {
		return 1
	}
	return 0
}

// tent is how much pixel number from of in has of pixel i of so many: it falls
// to nothing one pixel away, and beyond the last it does not fall.
func tent(i, of, from, in int) float64 {
	at := (float64(i)+0.5)*float64(in)/float64(of) - 0.5
	at = min(max(at, 0), float64(in-1))
	return max(0, 1-math.Abs(at-float64(from)))
}
