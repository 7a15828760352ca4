package graph

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"euryale/internal/ir"
)

// Coordinates are where the pixels of a resized image lie in the one that it is
// made of. Pixel i of H' lies at, with a scale of H'/H or as it is given:
type Coordinates uint8

const (
	// HalfPixel is (i + ½)/scale - ½: the centres of pixels are half a pixel
	// from the edge.
	HalfPixel Coordinates = iota
	// Asymmetric is i/scale.
	Asymmetric
	// AlignCorners is i·(H-1)/(scale·H-1): first and last pixels lie on one
	// another, where the scale makes whole pixels of H.
	AlignCorners
	// PyTorchHalfPixel is HalfPixel, and 0 where H' is 1.
	PyTorchHalfPixel
	// HalfPixelSymmetric is HalfPixel about the middle of the image, where H' is
	// not quite scale·H.
	HalfPixelSymmetric
	// CropAndResize has the centres of the first and the last pixel on the edges
	// of a Region of the image: (H-1)·(Top + (Bottom-Top)·i/(H'-1)), and the middle
	// of the region where H' is 1 (TensorFlow's crop_and_resize). The scale is not
	// asked.
	CropAndResize
)

var coordinates = [...]struct {
	name string
	as   ir.Coordinates
}{{"HalfPixel", ir.HalfPixel}, {"Asymmetric", ir.Asymmetric}, {"AlignCorners", ir.AlignCorners}, {"PyTorchHalfPixel", ir.PyTorchHalfPixel}, {"HalfPixelSymmetric", ir.HalfPixelSymmetric}, {"CropAndResize", ir.CropAndResize}}

func (c Coordinates) String() string {
	if int(c) >= len(coordinates) {
		return fmt.Sprintf("Coordinates(%d)", uint8(c))
	}
	return coordinates[c].name
}

// Rounding is which pixel is nearest to a place between two.
type Rounding uint8

const (
	// HalfDown is the nearer one, and the first of two that are as near.
	HalfDown Rounding = iota
	// HalfUp is the nearer one, and the second of two that are as near.
	HalfUp
	// RoundDown is the first.
	RoundDown
	// RoundUp is the second.
	RoundUp
)

var roundings = [...]struct {
	name string
	as   ir.Rounding
}{{"HalfDown", ir.HalfDown}, {"HalfUp", ir.HalfUp}, {"RoundDown", ir.RoundDown}, {"RoundUp", ir.RoundUp}}

func (r Rounding) String() string {
	if int(r) >= len(roundings) {
		return fmt.Sprintf("Rounding(%d)", uint8(r))
	}
	return roundings[r].name
}

// Region is a part of an image, in shares of its height and width: 0 is the centre
// of the first row or column of pixels, 1 that of the last. It may reach beyond the
// image, and is mirrored where Bottom is less than Top, or Right than Left.
type Region struct {
	Top, Left, Bottom, Right float64
}

func (r Region) String() string { return Literal(r) }

// Resize makes each image larger or smaller, by ONNX' rules of that name; Upsample
// has those of Keras and PyTorch. Along each axis, a pixel at the place x is
//
//	y = Σᵢ k((i-x)/s)·x[i] / Σᵢ k((i-x)/s)
//
// with the triangle k(t) = max(1-|t|, 0) of Bilinear, or with Bicubic's
//
//	k(t) = (a+2)|t|³ - (a+3)t² + 1       where |t| ≤ 1
//	k(t) = a|t|³ - 5a·t² + 8a|t| - 4a    where 1 < |t| < 2, else 0
//
// (Keys, Cubic Convolution Interpolation for Digital Image Processing, 1981). s is 1,
// or max(1/scale, 1) with Antialias. Beyond the edges are the pixels at the edge,
// unless ExcludeOutside is set.
//
// PyTorch's interpolate with antialias=True is Antialias and ExcludeOutside, for
// "bicubic" with a Coefficient of -0.5.
//
// Input (N, C, H, W); output (N, C, Size), or (N, C, ⌊H·ScaleH⌋, ⌊W·ScaleW⌋).
type Resize struct {
	Size           Size          // pixels of the output, at least 1; 0 means by the scales
	ScaleH, ScaleW float64       // above 0; 0 means 1, or what Size makes
	Interpolation  Interpolation // Nearest (0), Bilinear or Bicubic
	Coordinates    Coordinates   // HalfPixel (0), Asymmetric, AlignCorners, PyTorchHalfPixel, HalfPixelSymmetric or CropAndResize
	Rounding       Rounding      // of Nearest: HalfDown (0), HalfUp, RoundDown or RoundUp
	Coefficient    float64       // a of Bicubic; 0 means -0.75 (PyTorch, OpenCV); -0.5 is Pillow's and TensorFlow's
	Antialias      bool          // widens the kernel where the image shrinks, so that every pixel counts; not with Nearest or CropAndResize
	ExcludeOutside bool          // leaves out what lies beyond the edges; what is within counts the more
	Region         Region        // of CropAndResize; zero means the whole image
	Extrapolation  float64       // what CropAndResize has beyond the image
}

var _ Explainer = Resize{}

func (r Resize) String() string { return Literal(r) }

// Build wants an image.
func (r Resize) Build(s *Scope, x *Value) *Value {
	if err := r.check(); err != nil {
		return s.Fail(err)
	}
	in := x.Shape()
	if err := checkImage(in); err != nil {
		return s.Fail(err)
	}
	to, scale := r.to(in)
	for d, name := range []string{"ScaleH", "ScaleW"} {
		if to[d] < 1 || to[d] >= mostPixels {
			return s.Fail(badField(name, fmt.Sprintf("that makes 1 pixel or more, below 2³⁰, of %d", in[d+1]), scale[d]))
		}
	}
	op := r.op(to, scale)
	for d := range 2 {
		if r.Coordinates == CropAndResize && slices.Max(orOutside(places(op, d, in[d+1], to[d]), in[d+1])) < 0 {
			return s.Fail(badField("Region", fmt.Sprintf("with a pixel of the %d×%d within the image", to[0], to[1]), r.Region))
		}
	}
	return s.op(op, x)
}

func (r Resize) op(to [2]int, scale [2]float64) ir.Resize {
	o := ir.Resize{
		H: to[0], W: to[1], Scale: scale, By: interpolations[r.Interpolation].as, At: coordinates[r.Coordinates].as, Rounding: roundings[r.Rounding].as,
		Antialias: r.Antialias, ExcludeOutside: r.ExcludeOutside,
	}
	if r.Interpolation == Bicubic {
		o.Coefficient = cmp.Or(r.Coefficient, -0.75)
	}
	if r.Coordinates == CropAndResize {
		whole := Region{Bottom: 1, Right: 1}
		of := cmp.Or(r.Region, whole)
		o.Region, o.Extrapolation = [2][2]float64{{of.Top, of.Bottom}, {of.Left, of.Right}}, r.Extrapolation
	}
	return o
}

func (r Resize) check() error {
	_, err1 := aboveZero("ScaleH", r.ScaleH, 1)
	_, err2 := aboveZero("ScaleW", r.ScaleW, 1)
	if err := firstError(wantSize("Size", r.Size, "by the scales"), err1, err2); err != nil {
		return err
	}
	switch {
	case r.Size != 0 && (r.ScaleH != 0 || r.ScaleW != 0):
		return badField("Size or scales", "and not both", fmt.Sprintf("%v, %v and %v", r.Size, r.ScaleH, r.ScaleW))
	case r.Interpolation < 0 || int(r.Interpolation) >= len(interpolations):
		return badField("Interpolation", "Nearest, Bilinear or Bicubic", r.Interpolation)
	case int(r.Coordinates) >= len(coordinates):
		return badField("Coordinates", "HalfPixel, Asymmetric, AlignCorners, PyTorchHalfPixel, HalfPixelSymmetric or CropAndResize", r.Coordinates)
	case int(r.Rounding) >= len(roundings):
		return badField("Rounding", "HalfDown, HalfUp, RoundDown or RoundUp", r.Rounding)
	case r.Interpolation != Nearest && r.Rounding != HalfDown:
		return badField("Rounding", "of Nearest alone", r.Rounding)
	}
	return firstError(r.checkKernel(), r.checkRegion())
}

// checkKernel refuses what the interpolation has no use for.
func (r Resize) checkKernel() error {
	switch {
	case r.Interpolation != Bicubic && r.Coefficient != 0:
		return badField("Coefficient", "of Bicubic alone", r.Coefficient)
	case r.Interpolation == Nearest && r.Antialias:
		return badField("Antialias", "of Bilinear and Bicubic alone", r.Antialias)
	case r.Interpolation == Nearest && r.ExcludeOutside:
		return badField("ExcludeOutside", "of Bilinear and Bicubic alone", r.ExcludeOutside)
	}
	return wantFinite("Coefficient", r.Coefficient)
}

func (r Resize) checkRegion() error {
	of := r.Region
	switch {
	case r.Coordinates != CropAndResize && of != Region{}:
		return badField("Region", "of CropAndResize alone", of)
	case r.Coordinates != CropAndResize && r.Extrapolation != 0:
		return badField("Extrapolation", "of CropAndResize alone", r.Extrapolation)
	case r.Coordinates == CropAndResize && r.Antialias:
		return badField("Antialias", "with other coordinates than CropAndResize", r.Antialias)
	}
	return firstError(wantFinite("Region.Top", of.Top), wantFinite("Region.Left", of.Left), wantFinite("Region.Bottom", of.Bottom),
		wantFinite("Region.Right", of.Right), wantFinite("Extrapolation", r.Extrapolation))
}

// to is the height and the width of the output, and how they are scaled.
func (r Resize) to(in Shape) (to [2]int, scale [2]float64) {
	if r.Size != 0 {
		to = r.Size.pair()
		return to, [2]float64{float64(to[0]) / float64(in[1]), float64(to[1]) / float64(in[2])}
	}
	for d, s := range []float64{r.ScaleH, r.ScaleW} {
		if scale[d] = s; s == 0 {
			scale[d] = 1
		}
		to[d] = int(math.Min(math.Floor(float64(in[d+1])*scale[d]), mostPixels))
	}
	return to, scale
}

// Explain shows the output's sides.
func (r Resize) Explain(in Shape) Arithmetic {
	to, scale := r.to(in)
	if r.Size != 0 {
		return Arithmetic{Lines: []string{fmt.Sprintf("height: %d becomes %d", in[1], to[0]), fmt.Sprintf("width: %d becomes %d", in[2], to[1])}}
	}
	return Arithmetic{Lines: []string{fmt.Sprintf("height: ⌊%d·%.4g⌋ = %d", in[1], scale[0], to[0]), fmt.Sprintf("width: ⌊%d·%.4g⌋ = %d", in[2], scale[1], to[1])}}
}
