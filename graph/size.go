package graph

import "fmt"

// Size is what a window has in each direction: its sides, the steps between its
// positions, or those between its elements, in pixels. A number is the same
// down and to the right, Rect tells them apart:
//
//	graph.Conv2D{Filters: 8, Kernel: 3}                                  // 3×3
//	graph.Conv2D{Filters: 8, Kernel: graph.Rect(3, 5), Stride: graph.Rect(1, 2)}
//
// What zero means stands with the field.
type Size int

// A Size of two numbers is marked, and holds each in fifteen bits.
const (
	rectMark = 1 << 30
	halfBits = 15
	halfMask = 1<<halfBits - 1
)

// Rect is a Size of h pixels down and w to the right, each below 16384. It is
// printed as the code that makes it.
func Rect(h, w int) Size {
	if h == w && h > 0 && h < rectMark {
		return Size(h)
	}
	return Size(rectMark | pack(h)<<halfBits | pack(w))
}

// pack is n in fifteen bits, or the closest number that there is room for:
// whoever passes one that is out of range is to read of it in an error.
func pack(n int) int { return min(max(n, -1<<(halfBits-1)), 1<<(halfBits-1)-1) & halfMask }

// unpack is the number in the lowest fifteen bits of n.
func unpack(n int) int { return (n&halfMask ^ 1<<(halfBits-1)) - 1<<(halfBits-1) }

// plain reports whether s is one number, and no Rect.
func (s Size) plain() bool { return s < rectMark || s>>1 >= rectMark }

// pair is height and width.
func (s Size) pair() [2]int {
	if s.plain() {
		return [2]int{int(s), int(s)}
	}
	return [2]int{unpack(int(s) >> halfBits), unpack(int(s))}
}

// or is height and width, or those of another size where s is zero.
func (s Size) or(zero Size) [2]int {
	if s == 0 {
		return zero.pair()
	}
	return s.pair()
}

// positive reports whether both numbers are at least 1.
func (s Size) positive() bool {
	p := s.pair()
	return min(p[0], p[1]) >= 1
}

// String is the size as code: 3, or Rect(3, 5).
func (s Size) String() string {
	p := s.pair()
	if s.plain() {
		return fmt.Sprint(p[0])
	}
	return fmt.Sprintf("Rect(%d, %d)", p[0], p[1])
}

// wantSize reports a size in the field of that name that is not positive, or so
// large that sums of its like overflow. zero is what 0 stands for, and "" where
// it stands for nothing.
func wantSize(field string, s Size, zero string) error {
	p := s.pair()
	if s.positive() && max(p[0], p[1]) < mostPixels {
		return nil
	}
	return wantRange(field, s, s == 0, s.positive(), zero)
}

// wantNumber is wantSize of a number.
func wantNumber(field string, n int, zero string) error {
	if n >= 1 && n < mostPixels {
		return nil
	}
	return wantRange(field, n, n == 0, n >= 1, zero)
}

// mostPixels is what a size, a padding or a number of channels stays below: what
// layers multiply and add of three of them fits in 64 bits.
const mostPixels = 1 << 30

// wantRange is what is said of a number that is below 1 or, being positive, too
// large.
func wantRange(field string, got any, isZero, positive bool, zero string) error {
	switch {
	case isZero && zero != "":
		return nil
	case positive:
		return badField(field, "below 2³⁰", got)
	case zero != "":
		return badField(field, "of at least 1, or 0 for "+zero, got)
	}
	return badField(field, "of at least 1", got)
}

// printPair is height and width in words: 3, or 3×5.
func printPair(p [2]int) string {
	if p[0] == p[1] {
		return fmt.Sprint(p[0])
	}
	return fmt.Sprintf("%d×%d", p[0], p[1])
}
