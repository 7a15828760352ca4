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
// its input.
type Resize struct {
	H, W     int
	Scale    [2]float64 // height, then width
	By       Interpolation
	At       Coordinates
	Rounding Rounding // of Nearest
}

func (r Resize) String() string {
	if r.By == Nearest {
		return fmt.Sprintf("resize to %d×%d, %s, %s, %s", r.H, r.W, r.By, r.At, r.Rounding)
	}
	return fmt.Sprintf("resize to %d×%d, %s, %s", r.H, r.W, r.By, r.At)
}

// Infer wants an image.
func (r Resize) Infer(in []Shape) (Shape, error) { return Upsample{H: r.H, W: r.W}.Infer(in) }
