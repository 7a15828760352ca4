package ir

import "slices"

// Combination is how a Join makes one number of several.
type Combination string

// The combinations.
const (
	Sum     Combination = "sum"
	Product Combination = "product"
	Maximum Combination = "maximum"

	Minus   Combination = "difference"
	Over    Combination = "quotient"
	Minimum Combination = "minimum"
	Raised  Combination = "power"
)

// Join is the sum, product or maximum of inputs of one shape, number by number. To
// a product of images (C, H, W) inputs of one number a channel, (C, 1, 1), may be
// given too.
type Join struct{ By Combination }

func (j Join) String() string { return string(j.By) }

// Takes reports whether there is such a Join, of such inputs.
func (j Join) Takes(in []Shape) bool {
	if j.By != Sum && j.By != Product && j.By != Maximum {
		return false
	}
	whole := Whole(in)
	return !slices.ContainsFunc(in, func(s Shape) bool {
		return !slices.Equal(s, in[whole]) && (j.By != Product || !perChannel(s, in[whole])) // Eq takes (1, K) for (K)
	})
}

// Infer wants one shape, or what a product takes.
func (j Join) Infer(in []Shape) (Shape, error) {
	whole := Whole(in)
	for _, s := range in {
		switch {
		case slices.Equal(s, in[whole]):
		case j.By != Product:
			return nil, &Mismatch{"inputs of one shape", printShapes(in)}
		case !perChannel(s, in[whole]):
			return nil, &Mismatch{"inputs of one shape, or images and (N, C, 1, 1)", printShapes(in)}
		}
	}
	return in[whole].Clone(), nil
}

// Scales reports whether the inputs of a product are images and numbers for
// their channels.
func (j Join) Scales(in []Shape) bool {
	return slices.ContainsFunc(in, func(s Shape) bool { return !slices.Equal(s, in[0]) })
}

// Whole is the number of the first input that is not (C, 1, 1), if there is one.
func Whole(in []Shape) int {
	return max(slices.IndexFunc(in, func(s Shape) bool { return !perChannel(s, s) }), 0)
}

// perChannel reports whether s is one number for each channel of image.
func perChannel(s, image Shape) bool {
	return len(s) == 3 && len(image) == 3 && slices.Equal(s, Shape{image[0], 1, 1})
}
