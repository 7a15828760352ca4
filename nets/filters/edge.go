package filters

import (
	"fmt"

	"github.com/pkg/errors"
)

// Edge is what a window finds where it reaches over the edge of a picture.
type Edge uint8

const (
	// Wrap goes on at the opposite edge, as on lodev.org.
	Wrap Edge = iota
	// Clamp repeats the pixel at the edge.
	Clamp
	// Valid lets no window reach over: a picture shrinks by the window less
	// one, as in the lesson's notebook.
	Valid
)

// ParseEdge is the edge mode of the given name: wrap, clamp or valid.
func ParseEdge(name string) (Edge, error) {
	for e := Wrap; e <= Valid; e++ {
		if e.String() == name {
			return e, nil
		}
	}
	return 0, errors.Errorf("want wrap, clamp or valid, got %q", name)
}

func (e Edge) String() string {
	if e > Valid {
		return fmt.Sprintf("Edge(%d)", uint8(e))
	}
	return [...]string{"wrap", "clamp", "valid"}[e]
}

func (e Edge) check() error {
	if e > Valid {
		return errors.Errorf("edge: want Wrap, Clamp or Valid, got %v", e)
	}
	return nil
}

// at is the pixel, of n in a row, that is found at i.
func (e Edge) at(i, n int) int {
	if e == Wrap {
		return ((i % n) + n) % n
	}
	return min(max(i, 0), n-1)
}

// margin is how far before the first pixel the first window begins.
func (e Edge) margin(window int) int {
	if e == Valid {
		return 0
	}
	return window / 2
}

// over is how many places a window has along n pixels.
func (e Edge) over(n, window int) int {
	if e == Valid {
		return n - window + 1
	}
	return n
}
