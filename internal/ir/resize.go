package ir

import "fmt"

// Coordinates are where the pixels of a resized image lie in the one that it is
// made of.
type Coordinates string

// The coordinates, by ONNX' names.
const (
	HalfPixel          Coordinates = "half_pixel"
	HalfPixelSymmetric Coordinates = "half_pixel_symmetric"
	PyTorchHalfPixel   Coordinates = "pytorch_half_pixel"
	AlignCorners       Coordinates = "align_corners"
	Asymmetric         Coordinates = "asymmetric"
	CropAndResize      Coordinates = "tf_crop_and_resize"
)

// Rounding is which of two pixels is the nearest.
type Rounding string

// The roundings, by ONNX' names.
const (
	HalfDown  Rounding = "round_prefer_floor"
	HalfUp    Rounding = "round_prefer_ceil"
	RoundDown Rounding = "floor"
	RoundUp   Rounding = "ceil"
)

// Resize makes an image of H×W pixels, which lie Scale times as close as those of
// its input. Each pair is height, then width.
type Resize struct {
	H, W           int
	Scale          [2]float64
	By             Interpolation
	At             Coordinates
	Rounding       Rounding      // of Nearest
	Coefficient    float64       // a of Bicubic
	Antialias      bool          // the kernel is wider where the image shrinks
	ExcludeOutside bool          // what lies beyond the edges has no weight
	Region         [2][2]float64 // of CropAndResize: from and to, 0 being the first pixel and 1 the last
	Extrapolation  float64       // of CropAndResize: what lies beyond the edges
}

func (r Resize) String() string {
	s := fmt.Sprintf("resize to %d×%d, %s, %s", r.H, r.W, r.By, r.At)
	if r.At == CropAndResize {
		s += fmt.Sprintf(" of %v, %v beyond", r.Region, r.Extrapolation)
	}
	switch r.By {
	case Nearest:
		s += ", " + string(r.Rounding)
	case Bicubic:
		s += fmt.Sprintf(", a = %v", r.Coefficient)
	}
	if r.Antialias {
		s += ", antialiased"
	}
	if r.ExcludeOutside {
		s += ", nothing from outside"
	}
	return s
}

// Infer wants an image.
func (r Resize) Infer(in []Shape) (Shape, error) { return Upsample{H: r.H, W: r.W}.Infer(in) }
