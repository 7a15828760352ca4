package graph

import (
	"fmt"
	"math"
)

// Size is what a window has in each direction: its sides, the steps between its
// positions, or those between its elements, in pixels. A number is the same
// down and to the right, Rect tells them apart:
//
//	graph.Conv2D{Filters: 8, Kernel: 3}                                  // 3×3
//	graph.Conv2D{Filters: 8, Kernel: graph.Rect(3, 5), Stride: graph.Rect(1, 2)}
//
// What zero means stands with the field.
type Size int64

// A Size of two numbers is marked, and holds each in sideBits.
const (
	rectMark = 1 << (2 * sideBits)
	sideBits = 31
)

// Rect is a Size of h pixels down and w to the right, each below 2³⁰. It is
// printed as the code that makes it.
func Rect(h, w int) Size {
	if h == w && h > 0 && h < mostPixels {
		return Size(h)
	}
	return Size(rectMark | pack(h, sideBits)<<sideBits | pack(w, sideBits))
}

// pack is n in so many bits, or the closest number that there is room for, from a
// quarter of them below zero on: whoever passes one that is out of range is to
// read of it in an error.
func pack(n, bits int) int64 {
	zero := int64(1) << (bits - 2)
	return min(max(int64(n), -zero), roomFor(bits)) + zero
}

// unpack is the number in the lowest so many bits of n.
func unpack(n int64, bits int) int { return int(n&(1<<bits-1) - 1<<(bits-2)) }

// roomFor is the largest number that there is room for in so many bits. It stands
// for those above it, and is out of range everywhere.
func roomFor(bits int) int64 { return 3<<(bits-2) - 1 }

// printSide is a number out of so many bits.
func printSide(n, bits int) string {
	if int64(n) == roomFor(bits) {
		return fmt.Sprintf("more than %d", n-1)
	}
	return fmt.Sprint(n)
}

// plain reports whether s is one number, and no Rect.
func (s Size) plain() bool { return s>>(2*sideBits) != 1 }

// pair is height and width.
func (s Size) pair() [2]int {
	if s.plain() {
		n := int(min(max(s, math.MinInt32), math.MaxInt32))
		return [2]int{n, n}
	}
	return [2]int{unpack(int64(s>>sideBits), sideBits), unpack(int64(s), sideBits)}
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
	if s.plain() {
		return fmt.Sprint(int64(s))
	}
	p := s.pair()
	return fmt.Sprintf("Rect(%s, %s)", printSide(p[0], sideBits), printSide(p[1], sideBits))
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
