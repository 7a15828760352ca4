package ir

import "fmt"

// Pad surrounds an image with zeros. Each pair is height, then width.
type Pad struct {
	Before, After [2]int // above and on the left, below and on the right
}

func (p Pad) String() string { return "pad " + margins(p.Before, p.After) }

// Infer wants an image.
func (p Pad) Infer(in []Shape) (Shape, error) {
	if err := image(in[0]); err != nil {
		return nil, err
	}
	return bounded(in[0], Shape{in[0][0], in[0][1] + p.Before[0] + p.After[0], in[0][2] + p.Before[1] + p.After[1]})
}

// Crop cuts the margin of an image off. Each pair is height, then width.
type Crop struct {
	Before, After [2]int // above and on the left, below and on the right
}

func (c Crop) String() string { return "crop " + margins(c.Before, c.After) }

// Infer wants an image of which something is left.
func (c Crop) Infer(in []Shape) (Shape, error) {
	if err := image(in[0]); err != nil {
		return nil, err
	}
	h, w := c.Before[0]+c.After[0], c.Before[1]+c.After[1]
	out := Shape{in[0][0], in[0][1] - h, in[0][2] - w}
	if min(out[1], out[2]) < 1 {
		return nil, mismatch(fmt.Sprintf("an image of at least %d×%d pixels", h+1, w+1), in[0])
	}
	return out, nil
}

func margins(before, after [2]int) string {
	return fmt.Sprintf("%d,%d,%d,%d", before[0], after[0], before[1], after[1])
}

// mostValues is how many values a sample may have.
const mostValues = 1 << 31

// bounded is the shape out, made of in, unless that has too many values.
func bounded(in, out Shape) (Shape, error) {
	size := 1
	for _, d := range out {
		if d > mostValues/size {
			return nil, mismatch(fmt.Sprintf("an input that gives at most 2³¹ values, and not %s", PrintShape("N", out)), in)
		}
		size *= d
	}
	return out, nil
}
