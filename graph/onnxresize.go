package graph

import "math"

// onnxCoordinates and onnxRoundings are those of Resize by ONNX' names.
var (
	onnxCoordinates = map[string]Coordinates{
		"half_pixel": HalfPixel, "asymmetric": Asymmetric, "align_corners": AlignCorners,
		"pytorch_half_pixel": PyTorchHalfPixel, "half_pixel_symmetric": HalfPixelSymmetric, "tf_crop_and_resize": CropAndResize,
	}
	onnxRoundings = map[string]Rounding{"": HalfDown, "round_prefer_floor": HalfDown, "round_prefer_ceil": HalfUp, "floor": RoundDown, "ceil": RoundUp}
)

// resize is of an image's height and width.
func (o *reading) resize() imported {
	x, scales := o.image(), o.Floats("scales")
	l := o.resizeMethod()
	if o.Err() != nil {
		return imported{}
	}
	in, out := x.Shape(), o.op.Out[0]
	if rank := len(out); len(scales) != rank || scales[0] != 1 || scales[1] != 1 || out[1].B != in[0] {
		return o.refuse("it resizes other dimensions than an image's height and width")
	}
	h, w, scaleH := 1, out[len(out)-1].B, float32(1)
	if len(out) == 4 {
		h, scaleH = out[2].B, scales[2]
	}
	scaleW := scales[len(scales)-1]
	l.Antialias = l.Antialias && min(scaleH, scaleW) < 1
	l.ExcludeOutside = l.ExcludeOutside && (l.Antialias || l.Interpolation == Bicubic)
	if l.Coordinates == CropAndResize {
		l.Size = Rect(h, w)
		l.Region = o.region(len(out))
		return o.only(x, l)
	}
	down, across := int(math.Floor(float64(in[1])*short32(scaleH))), int(math.Floor(float64(in[2])*short32(scaleW)))
	if down == h && across == w {
		l.ScaleH, l.ScaleW = orNone(short32(scaleH), 1), orNone(short32(scaleW), 1)
	}
	if l.ScaleH == 0 && l.ScaleW == 0 {
		l.Size = Rect(h, w)
	}
	return o.only(x, l)
}

// resizeMethod is how pixels are made, whatever the image's sides.
func (o *reading) resizeMethod() Resize {
	var l Resize
	mode, at := o.Text("mode", ""), o.Text("coordinate_transformation_mode", "")
	var ok bool
	if l.Interpolation, ok = map[string]Interpolation{"nearest": Nearest, "linear": Bilinear, "cubic": Bicubic}[mode]; !ok {
		o.refuse("mode %q", mode)
	}
	if l.Coordinates, ok = onnxCoordinates[at]; !ok {
		o.refuse("coordinate_transformation_mode %q", at)
	}
	if l.Interpolation == Nearest {
		l.Rounding = onnxRoundings[o.Text("nearest_mode", "")]
	} else {
		l.Antialias, l.ExcludeOutside = o.Int("antialias", 0) != 0, o.Int("exclude_outside", 0) != 0
	}
	if a := o.Float("cubic_coeff_a", -0.75); l.Interpolation == Bicubic {
		if a == 0 {
			o.refuse("cubic_coeff_a of 0")
		}
		l.Coefficient = orNone(short32(a), -0.75)
	}
	if value := o.Float("extrapolation_value", 0); l.Coordinates == CropAndResize {
		l.Extrapolation = short32(value)
	}
	return l
}

// region is the part of an image that the operation's roi names, of all dimensions.
func (o *reading) region(rank int) Region {
	roi := o.Floats("roi")
	if len(roi) != 2*rank || roi[0] != 0 || roi[1] != 0 || roi[rank] != 1 || roi[rank+1] != 1 {
		o.refuse("roi %v: want all of the batch and of the channels", roi)
		return Region{}
	}
	of := Region{Left: short32(roi[rank-1]), Bottom: 1, Right: short32(roi[2*rank-1])}
	if rank == 4 {
		of.Top, of.Bottom = short32(roi[2]), short32(roi[6])
	}
	if of == (Region{Bottom: 1, Right: 1}) {
		return Region{}
	}
	return of
}
