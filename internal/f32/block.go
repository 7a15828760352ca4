package f32

// The kernels of the lesson's block: 3×3 convolution with stride 1 and no
// padding, bias, ReLU and 2×2 max-pooling, all at once. A cell is the 2×2
// square of convolution outputs that makes one pooled value; an image of h×w
// pixels has ⌊(h-2)/2⌋·⌊(w-2)/2⌋ of them.
//
// Inside, channels lie last and are padded with zeros to a multiple of Lanes:
// fp stands for the padded number of filters, cp for that of input channels.

// Lanes is what channel counts are padded to a multiple of: the floats of the
// widest register.
const Lanes = 16

// PadChannels rounds a number of channels up to a multiple of Lanes.
func PadChannels(c int) int { return (c + Lanes - 1) / Lanes * Lanes }

// Dead marks a pooled value that ReLU cut to zero: no gradient passes through
// it.
const Dead = 4

// Cells is the number of rows and columns of cells of an image.
func Cells(h, w int) (rows, cols int) { return (h - 2) / 2, (w - 2) / 2 }

// poolCell is the maximum, cut at zero, of the four values of a cell, and which
// it was, for some filters.
func poolCell(y []float32, arg []uint8, values *[4][Lanes]float32) {
	for f := range Lanes {
		best, at := values[0][f], uint8(0)
		for p := 1; p < 4; p++ {
			v := values[p][f]
			more := above(v, best) | notANumber(v)
			best = either(more, v, best)
			at ^= (at ^ uint8(p)) & -uint8(more)
		}
		if best <= 0 {
			best, at = 0, Dead
		}
		y[f], arg[f] = best, at
	}
}
