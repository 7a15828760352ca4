package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Interpolation is how pixels are made of those around them.
type Interpolation int

const (
	// Nearest takes the pixel that is closest: ⌊i·H/H'⌋ for row i of H'.
	Nearest Interpolation = iota
	// Bilinear takes the four around, by their distance from the place
	// max((i + ½)·H/H' - ½, 0): the centres of pixels are half a pixel from
	// the edge (Keras; PyTorch's align_corners=False). Nothing is smoothed
	// where the image shrinks.
	Bilinear
	// Bicubic takes the sixteen around, by a polynomial of the distances: Resize
	// has its formula.
	Bicubic
)

var interpolations = [...]struct {
	name string
	as   ir.Interpolation
}{{"Nearest", ir.Nearest}, {"Bilinear", ir.Bilinear}, {"Bicubic", ir.Bicubic}}

func (i Interpolation) String() string {
	if i < 0 || int(i) >= len(interpolations) {
		return fmt.Sprint(int(i))
	}
	return interpolations[i].name
}

// Upsample makes each image larger, by a factor or to a size.
//
// Input (N, C, H, W); output (N, C, H·Factor, W·Factor), or (N, C, Size).
type Upsample struct {
	Factor        Size          // 2, or Rect(2, 3) for rows and columns; 0 means 2, or what Size asks for
	Size          Size          // pixels of the output, at least 1; 0 means by Factor
	Interpolation Interpolation // Nearest (0) or Bilinear
}

var _ Explainer = Upsample{}

func (u Upsample) String() string { return Literal(u) }

// Build wants an image.
func (u Upsample) Build(s *Scope, x *Value) *Value {
	if err := u.check(); err != nil {
		return s.Fail(err)
	}
	in := x.Shape()
	if err := checkImage(in); err != nil {
		return s.Fail(err)
	}
	to := u.to(in)
	return s.op(ir.Upsample{H: to[0], W: to[1], By: interpolations[u.Interpolation].as}, x)
}

func (u Upsample) check() error {
	if u.Factor != 0 && u.Size != 0 {
		return badField("Factor or Size", "and not both", fmt.Sprintf("%v and %v", u.Factor, u.Size))
	}
	if err := wantSize("Factor", u.Factor, "2"); err != nil {
		return err
	}
	if err := wantSize("Size", u.Size, "what Factor makes"); err != nil {
		return err
	}
	if u.Interpolation != Nearest && u.Interpolation != Bilinear {
		return badField("Interpolation", "Nearest or Bilinear (Resize has Bicubic)", u.Interpolation)
	}
	return nil
}

// to is the height and the width of the output.
func (u Upsample) to(in Shape) [2]int {
	if u.Size != 0 {
		return u.Size.pair()
	}
	f := u.Factor.or(2)
	return [2]int{in[1] * f[0], in[2] * f[1]}
}

// Explain shows the output's sides.
func (u Upsample) Explain(in Shape) Arithmetic {
	to, f := u.to(in), u.Factor.or(2)
	lines := []string{fmt.Sprintf("height: %d·%d = %d", in[1], f[0], to[0]), fmt.Sprintf("width: %d·%d = %d", in[2], f[1], to[1])}
	if u.Size != 0 {
		lines = []string{fmt.Sprintf("height: %d becomes %d", in[1], to[0]), fmt.Sprintf("width: %d becomes %d", in[2], to[1])}
	}
	return Arithmetic{Lines: lines}
}
