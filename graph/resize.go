package graph

import (
	"fmt"
	"math"

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
)

var coordinates = [...]struct {
	name string
	as   ir.Coordinates
}{{"HalfPixel", ir.HalfPixel}, {"Asymmetric", ir.Asymmetric}, {"AlignCorners", ir.AlignCorners}, {"PyTorchHalfPixel", ir.PyTorchHalfPixel}, {"HalfPixelSymmetric", ir.HalfPixelSymmetric}}

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

// Resize makes each image larger or smaller, by ONNX' rules of that name; Upsample
// has those of Keras and PyTorch. Beyond the edges are the pixels at the edge;
// nothing is smoothed where the image shrinks.
//
// Input (N, C, H, W); output (N, C, Size), or (N, C, ⌊H·ScaleH⌋, ⌊W·ScaleW⌋).
type Resize struct {
	Size           Size          // pixels of the output, at least 1; 0 means by the scales
	ScaleH, ScaleW float64       // above 0; 0 means 1, or what Size makes
	Interpolation  Interpolation // Nearest (0) or Bilinear
	Coordinates    Coordinates   // HalfPixel (0), Asymmetric, AlignCorners, PyTorchHalfPixel or HalfPixelSymmetric
	Rounding       Rounding      // of Nearest: HalfDown (0), HalfUp, RoundDown or RoundUp
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
	op := ir.Resize{H: to[0], W: to[1], Scale: scale, By: ir.Nearest, At: coordinates[r.Coordinates].as, Rounding: roundings[r.Rounding].as}
	if r.Interpolation == Bilinear {
		op.By = ir.Bilinear
	}
	return s.op(op, x)
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
	case r.Interpolation != Nearest && r.Interpolation != Bilinear:
		return badField("Interpolation", "Nearest or Bilinear", r.Interpolation)
	case int(r.Coordinates) >= len(coordinates):
		return badField("Coordinates", "HalfPixel, Asymmetric, AlignCorners, PyTorchHalfPixel or HalfPixelSymmetric", r.Coordinates)
	case int(r.Rounding) >= len(roundings):
		return badField("Rounding", "HalfDown, HalfUp, RoundDown or RoundUp", r.Rounding)
	case r.Interpolation == Bilinear && r.Rounding != HalfDown:
		return badField("Rounding", "of Nearest alone", r.Rounding)
	}
	return nil
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
