package graph_test

import (
	"math"
	"testing"

	"euryale/graph"
)

// TestPoolsRefuse asks wrongly for pools and for what moves values.
func TestPoolsRefuse(t *testing.T) {
	pixels := graph.Shape{3, 6, 5}
	for _, c := range []struct {
		layer graph.Layer
		want  string
	}{
		{graph.MaxPool2D{Size: graph.Rect(2, 0)}, "max_pool2d_1: MaxPool2D{Size: Rect(2, 0)}: want Size of at least 1, or 0 for 2, got Rect(2, 0)"},
		{graph.MaxPool2D{Stride: graph.Rect(-1, 1)}, "want Stride of at least 1, or 0 for Size, got Rect(-1, 1)"},
		{graph.MaxPool2D{Dilation: -1}, "want Dilation of at least 1, or 0 for 1, got -1"},
		{graph.MaxPool2D{Size: graph.Rect(2, 4), Padding: graph.Pads(0, 2, 0, 0)}, "want Padding Valid, Same or at most 1×3 pixels, got Pads(0, 2, 0, 0)"},
		{graph.MaxPool2D{Size: 3, Padding: -2}, "want Padding Valid, Same or at most 2 pixels, got -2"},
		{graph.MaxPool2D{Size: graph.Rect(1, 2), Dilation: graph.Rect(1, 6), Padding: graph.Pads(0, 0, 3, 3)}, "want an image with a pixel in each window of 1×2/1×2 padded 0,0,3,3 dilated 1×6, got (N, 3, 6, 5)"},
		{graph.MaxPool2D{Size: 7, Stride: 1, Ceil: true}, ""},
		{graph.MaxPool2D{Size: 9, Stride: 1, Dilation: 2}, "want an image of at least 17×17 pixels, got (N, 3, 6, 5)"},
		{graph.AveragePool2D{Size: -1}, "average_pool2d_1: AveragePool2D{Size: -1}: want Size of at least 1, or 0 for 2, got -1"},
		{graph.AveragePool2D{Stride: -1}, "want Stride of at least 1, or 0 for Size, got -1"},
		{graph.AveragePool2D{Padding: 2}, "want Padding Valid, Same or at most 1 pixels, got 2"},
		{graph.AveragePool2D{Size: graph.Rect(7, 1)}, "want an image of at least 7×1 pixels, got (N, 3, 6, 5)"},
		{graph.Upsample{Factor: 2, Size: 3}, "upsample_1: Upsample{Factor: 2, Size: 3}: want Factor or Size and not both, got 2 and 3"},
		{graph.Upsample{Factor: -2}, "want Factor of at least 1, or 0 for 2, got -2"},
		{graph.Upsample{Size: graph.Rect(4, 0)}, "want Size of at least 1, or 0 for what Factor makes, got Rect(4, 0)"},
		{graph.Upsample{Interpolation: 2}, "want Interpolation Nearest or Bilinear (Resize has Bicubic), got Bicubic"},
		{graph.Upsample{Factor: 1 << 29}, "want an input that gives at most 2³¹ values, and not (N, 3, 3221225472, 2684354560), got (N, 3, 6, 5)"},
		{graph.ZeroPad2D{Padding: graph.Same}, "zero_pad2d_1: ZeroPad2D{Padding: Same}: want Padding a number of pixels or Pads, got Same"},
		{graph.ZeroPad2D{Padding: graph.Pads(0, -1, 0, 0)}, "want Padding a number of pixels or Pads, got Pads(0, -1, 0, 0)"},
		{graph.ZeroPad2D{Padding: 1 << 40}, "want Padding below 2³⁰, got 1099511627776"},
		{graph.ZeroPad2D{Padding: 1 << 29}, "want an input that gives at most 2³¹ values"},
		{graph.Crop2D{Cropping: -3}, "crop2d_1: Crop2D{Cropping: -3}: want Cropping a number of pixels or Pads, got -3"},
		{graph.Crop2D{Cropping: 3}, "want an image of at least 7×7 pixels, got (N, 3, 6, 5)"},
		{graph.Reshape{}, "reshape_1: Reshape{}: want To a shape such as (16, 1, 1), got ()"},
		{graph.Reshape{To: graph.Shape{-1, -1}}, "want To dimensions of at least 1, or one of them -1, got (-1, -1)"},
		{graph.Reshape{To: graph.Shape{0, 5}}, "want To dimensions of at least 1, or one of them -1, got (0, 5)"},
		{graph.Reshape{To: graph.Shape{1 << 40, 1 << 40}}, "want To dimensions of at least 1"},
		{graph.Reshape{To: graph.Shape{3, 31}}, "want 93 values a sample, got (N, 3, 6, 5)"},
		{graph.Permute{}, "permute_1: Permute{}: want Axes such as 1, 2, 0, got none"},
		{graph.Permute{Axes: []int{2, 3, 1}}, "want Axes each number from 0 on once, got [2 3 1]"},
		{graph.Permute{Axes: []int{0, 0, 1}}, "want Axes each number from 0 on once, got [0 0 1]"},
		{graph.Permute{Axes: []int{1, 0}}, "want samples of 2 axes, got (N, 3, 6, 5)"},
		{graph.Slice{Axis: -4}, "slice_1: Slice{Axis: -4}: want Axis from -3 to 2, for a sample of 3 axes, got -4"},
		{graph.Slice{Axis: 3}, "want Axis from -3 to 2, for a sample of 3 axes, got 3"},
		{graph.Slice{Step: -1 << 40}, "want Step between -2³⁰ and 2³⁰, got -1099511627776"},
		{graph.Slice{From: 1, To: 1, Step: -1}, "want To before From, from -3 on, for axis 0 of 3, got 1"},
		{graph.Slice{From: 1, To: -4, Step: -1}, ""},
		{graph.Slice{From: 1, To: -5, Step: -1}, "want To before From, from -3 on, for axis 0 of 3, got -5"},
		{graph.Reduce{}, "reduce_1: Reduce{}: want Axes without one that stays, or Keep, got []"},
		{graph.Reduce{By: 9, Keep: true}, "want By ReduceMean, ReduceSum, ReduceMax or ReduceMin, got 9"},
		{graph.Reduce{Axes: []int{0, -3}}, "want Axes of one axis each, got [0 -3]"},
		{graph.Take{}, "take_1: Take{}: want Indices such as 0, 2, got none"},
		{graph.Pad{Before: []int{0, -4, 0}, After: []int{0, -2, 0}}, "want Before and After that leave something of axis 1 of 6, got -4 and -2"},
		{graph.Pad{Border: graph.PadEdge, Value: 1}, "want Value of PadConstant alone, got 1"},
		{graph.Pad{Border: 7}, "want Border PadConstant, PadReflect, PadEdge or PadWrap, got 7"},
		{graph.Pad{After: []int{0, 0, 6}, Border: graph.PadWrap}, "want After of at most 5 beyond 5, or what is cut off, got 6"},
		{graph.Tile{Repeats: []int{1, 0, 1}}, "want Repeats of at least 1 and at most 2³¹ values, got [1 0 1]"},
		{graph.Tile{Repeats: []int{1 << 14, 1 << 14, 1 << 14}}, "want Repeats that make at most 2³¹ values of (3, 6, 5), got [16384 16384 16384]"},
		{graph.Expand{}, "want To such as (16, 1, 1), got ()"},
		{graph.Resize{Size: 3, ScaleH: 2}, "want Size or scales and not both, got 3, 2 and 0"},
		{graph.Resize{ScaleH: 0.1}, "want ScaleH that makes 1 pixel or more, below 2³⁰, of 6, got 0.1"},
		{graph.Resize{Size: 3, Interpolation: graph.Bilinear, Rounding: graph.RoundUp}, "want Rounding of Nearest alone, got RoundUp"},
		{graph.Resize{Size: 3, Coordinates: 9}, "want Coordinates HalfPixel, Asymmetric, AlignCorners, PyTorchHalfPixel, HalfPixelSymmetric or CropAndResize, got Coordinates(9)"},
		{graph.Resize{Size: 3, Interpolation: 3}, "want Interpolation Nearest, Bilinear or Bicubic, got 3"},
		{graph.Upsample{Interpolation: graph.Bicubic}, "want Interpolation Nearest or Bilinear (Resize has Bicubic), got Bicubic"},
		{graph.Resize{Size: 3, Antialias: true}, "want Antialias of Bilinear and Bicubic alone, got true"},
		{graph.Resize{Size: 3, ExcludeOutside: true}, "want ExcludeOutside of Bilinear and Bicubic alone, got true"},
		{graph.Resize{Size: 3, Interpolation: graph.Bilinear, Coefficient: -0.5}, "want Coefficient of Bicubic alone, got -0.5"},
		{graph.Resize{Size: 3, Interpolation: graph.Bicubic, Coefficient: math.NaN()}, "want Coefficient that is finite, got NaN"},
		{graph.Resize{Size: 3, Extrapolation: 1}, "want Extrapolation of CropAndResize alone, got 1"},
		{graph.Resize{Size: 3, Region: graph.Region{Top: 1}}, "want Region of CropAndResize alone, got Region{Top: 1}"},
		{graph.Resize{Size: 3, Coordinates: graph.CropAndResize, Region: graph.Region{Right: math.Inf(1)}}, "want Region.Right that is finite, got +Inf"},
		{graph.Resize{Size: 3, Coordinates: graph.CropAndResize, Region: graph.Region{Top: 2, Bottom: 3}}, "want Region with a pixel of the 3×3 within the image, got Region{Top: 2, Bottom: 3}"},
		{graph.Resize{Size: 3, Interpolation: graph.Bilinear, Antialias: true, Coordinates: graph.CropAndResize}, "want Antialias with other coordinates than CropAndResize, got true"},
		{graph.Resize{Size: 1 << 29}, "want an input that gives at most 2³¹ values"},
		{graph.LayerNorm{Last: 4}, "want Last from 0 to 3, the axes of a sample, got 4"},
		{graph.LayerNorm{Last: 1, Whole: true}, "want Last or Whole and not both, got 1 and true"},
		{graph.Slice{From: 3}, "want From from -3 to 2, for axis 0 of 3, got 3"},
		{graph.Slice{From: 1, To: 1}, "want To behind From and of at most 3, the size of axis 0, got 1"},
		{graph.Slice{Axis: 1, From: -2, To: -2}, "want To behind From and of at most 6, the size of axis 1, got -2"},
	} {
		_, err := graph.New(graph.Config{Input: pixels}, c.layer)
		if c.want == "" {
			if err != nil {
				t.Errorf("%v: %v", c.layer, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%v is taken", c.layer)
			continue
		}
		oneLine(t, err, c.want)
	}
}
