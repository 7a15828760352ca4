package graph

import (
	"math"
	"slices"

	"euryale/internal/engine"
	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// upsample is the Resize of the same pixels.
func (e *exporter) upsample(v *ir.Value, o ir.Upsample) {
	in := v.In[0].Shape
	r := ir.Resize{
		H: o.H, W: o.W, Scale: [2]float64{float64(o.H) / float64(in[1]), float64(o.W) / float64(in[2])},
		By: o.By, At: ir.HalfPixel,
	}
	if o.By == ir.Bilinear {
		e.smooth(v, r)
		return
	}
	r.At, r.Rounding = ir.Asymmetric, ir.RoundDown
	exact := func(n, out int) []int {
		at := make([]int, out)
		for i := range at {
			at[i] = i * n / out
		}
		return at
	}
	e.nearest(v, r, [2][]int{exact(in[1], o.H), exact(in[2], o.W)})
}

func (e *exporter) resized(v *ir.Value, o ir.Resize) {
	in := v.In[0].Shape
	switch {
	case o.At == ir.CropAndResize:
		e.cropAndResize(v, o)
		return
	case o.By != ir.Nearest:
		e.smooth(v, o)
		return
	}
	var at [2][]int
	for d, out := range []int{o.H, o.W} {
		at[d] = rounded(places(o, d, in[d+1], out), o.Rounding, in[d+1])
	}
	e.nearest(v, o, at)
}

// rounded are the pixels of n that are nearest to places.
func rounded(at []float64, r ir.Rounding, n int) []int {
	all := make([]int, len(at))
	for i, x := range at {
		all[i] = min(max(round(x, r), 0), n-1)
	}
	return all
}

// nearest is a Resize, or a Gather of the pixels where a Resize computed in float32
// may take others: where a place lies just between two.
func (e *exporter) nearest(v *ir.Value, o ir.Resize, at [2][]int) {
	in := v.In[0].Shape
	scales, ok := e.scales(in, o)
	for d, out := range []int{o.H, o.W} {
		as := o
		as.Scale[d] = short32(scales[d])
		ok = ok && slices.Equal(at[d], rounded(places(as, d, in[d+1], out), o.Rounding, in[d+1])) &&
			slices.Equal(at[d], rounded(places32(as, d, in[d+1], out), o.Rounding, in[d+1]))
	}
	if ok {
		e.resize(v, o, scales)
		return
	}
	x := e.name(v.In[0])
	for d := range 2 {
		x = e.gather(x, d+1, at[d])
	}
}

// smooth is a Resize that interpolates, or products with matrices of weights where no
// Resize of the opset says the same everywhere.
func (e *exporter) smooth(v *ir.Value, o ir.Resize) {
	in := v.In[0].Shape
	if scales, ok := e.scales(in, o); ok {
		e.resize(v, o, scales)
		return
	}
	e.byWeights(v, o, [2][]float64{places(o, 0, in[1], o.H), places(o, 1, in[2], o.W)})
}

// byWeights makes the pixels at places in rows and columns.
func (e *exporter) byWeights(v *ir.Value, o ir.Resize, at [2][]float64) string {
	in, x := v.In[0].Shape, e.name(v.In[0])
	for _, d := range []int{1, 0} {
		x = e.node("MatMul", []string{x, e.weights(taps(o, d, at[d], in[d+1]), in[d+1])})
		x = e.transpose(x, 0, 2, 1)
	}
	return x
}

// weights is the matrix by which a row of n pixels becomes another.
func (e *exporter) weights(taps engine.Taps, n int) string {
	matrix := make([]float32, n*len(taps))
	for j, pixel := range taps {
		for _, t := range pixel {
			matrix[t.From*len(taps)+j] += float32(t.Weight)
		}
	}
	return e.constant("weights", onnx.Floats([]int{n, len(taps)}, matrix))
}

// scales are those of height and width in float32, such that they make as many pixels,
// rounded down, in float32 as in float64; and whether a Resize by them is this one.
func (e *exporter) scales(in Shape, o ir.Resize) (scales [2]float32, ok bool) {
	ok = !o.Antialias || o.Scale[0] >= 1 && o.Scale[1] >= 1 || e.knows(18)
	for d, out := range []int{o.H, o.W} {
		n, s := in[d+1], float32(o.Scale[d])
		for range 4 {
			if int(s*float32(n)) >= out && int(float64(s)*float64(n)) >= out {
				break
			}
			s = math.Nextafter32(s, float32(math.Inf(1)))
		}
		scales[d] = s
		whole := math.Abs(o.Scale[d]*float64(n)-float64(out)) < 1e-6
		switch {
		case int(s*float32(n)) != out || int(float64(s)*float64(n)) != out:
			ok = false
		case whole:
		case o.At == ir.AlignCorners: // runtimes have the last pixel at the edge
			ok = false
		case o.At == ir.HalfPixelSymmetric && !e.knows(19):
			ok = false
		}
	}
	return scales, ok
}

func (e *exporter) resize(v *ir.Value, o ir.Resize, scales [2]float32) {
	in := v.In[0].Shape
	if whole := float64(o.H) == o.Scale[0]*float64(in[1]) && float64(o.W) == o.Scale[1]*float64(in[2]); o.At == ir.HalfPixelSymmetric && (whole || e.opset < 19) {
		o.At = ir.HalfPixel
	}
	factors := e.constant("scales", onnx.Floats([]int{4}, []float32{1, 1, scales[0], scales[1]}))
	e.node("Resize", []string{e.name(v.In[0]), "", factors}, e.method(o)...)
}

// method are the attributes of a Resize.
func (e *exporter) method(o ir.Resize) []onnx.Attribute {
	mode := map[ir.Interpolation]string{ir.Nearest: "nearest", ir.Bilinear: "linear", ir.Bicubic: "cubic"}[o.By]
	attributes := []onnx.Attribute{onnx.StringAttr("mode", mode), onnx.StringAttr("coordinate_transformation_mode", string(o.At))}
	switch o.By {
	case ir.Nearest:
		attributes = append(attributes, onnx.StringAttr("nearest_mode", string(o.Rounding)))
	case ir.Bicubic:
		attributes = append(attributes, e.float("cubic_coeff_a", o.Coefficient))
	}
	antialias := o.Antialias && min(o.Scale[0], o.Scale[1]) < 1
	if antialias {
		attributes = append(attributes, onnx.IntAttr("antialias", 1))
	}
	if o.ExcludeOutside && (antialias || o.By == ir.Bicubic) { // two pixels around a place are never both outside
		attributes = append(attributes, onnx.IntAttr("exclude_outside", 1))
	}
	return attributes
}

// places32 is places as programs compute it in float32.
func places32(o ir.Resize, d, in, out int) []float64 {
	scale := float32(o.Scale[d])
	at := make([]float64, out)
	for i := range at {
		x := float32(i)
		switch {
		case o.At == ir.Asymmetric:
			x /= scale
		case o.At == ir.CropAndResize && out == 1:
			x = 0.5 * (float32(o.Region[d][0]) + float32(o.Region[d][1])) * float32(in-1)
		case o.At == ir.CropAndResize:
			from, to := float32(o.Region[d][0]), float32(o.Region[d][1])
			x = from*float32(in-1) + x*(to-from)*float32(in-1)/float32(out-1)
		case (o.At == ir.AlignCorners || o.At == ir.PyTorchHalfPixel) && out == 1:
			x = 0
		case o.At == ir.AlignCorners:
			x = x * float32(in-1) / float32(out-1)
		default:
			x = (x+0.5)/scale - 0.5
		}
		if o.At == ir.HalfPixelSymmetric {
			x += float32(in) / 2 * (1 - float32(out)/(scale*float32(in)))
		}
		at[i] = float64(x)
	}
	return at
}
