package augment

// Border is what lies beyond the edge of an image.
type Border uint8

// The borders.
const (
	Black   Border = iota // 0
	Edge                  // the nearest pixel
	Reflect               // the image in a mirror through its outermost pixels: c b | a b c | b a
)

var borders = []string{"black", "edge", "reflect"}

func (b Border) String() string {
	if int(b) < len(borders) {
		return borders[b]
	}
	return "none"
}

// fold is a position within [0, n), of one beyond it in a mirror.
func fold(i, n int) int {
	if n == 1 {
		return 0
	}
	period := 2 * (n - 1)
	if i %= period; i < 0 {
		i += period
	}
	return min(i, period-i)
}

// within is the position of a pixel within [0, n), of one beyond it, or -1 for
// black.
func (b Border) within(i, n int) int {
	switch {
	case i >= 0 && i < n:
		return i
	case b == Edge:
		return min(max(i, 0), n-1)
	case b == Reflect:
		return fold(i, n)
	}
	return -1
}
