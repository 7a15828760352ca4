package drawn

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The Go fonts' zero has a slash, which leaves two holes in it.
func TestDigitContours(t *testing.T) {
	want := [2][10]int{
		{3, 1, 1, 1, 2, 1, 2, 1, 3, 2},
		{2, 1, 1, 1, 2, 1, 2, 1, 3, 2},
	}
	for i, hand := range digitOutlines() {
		var got [10]int
		for d, o := range hand {
			got[d] = len(o)
		}
		if diff := cmp.Diff(want[i%2], got); diff != "" {
			t.Errorf("hand %d: contours of each digit: -want +got:\n%s", i, diff)
		}
	}
}

func TestDigitBounds(t *testing.T) {
	for i, hand := range digitOutlines() {
		for d, o := range hand {
			low, high, wide := math.Inf(1), math.Inf(-1), 0.0
			for _, contour := range o {
				for _, p := range contour {
					low, high, wide = min(low, p.y), max(high, p.y), max(wide, math.Abs(p.x))
				}
			}
			if math.Abs(low+1) > 1e-9 || math.Abs(high-1) > 1e-9 || wide > 1 || wide < 0.08 {
				t.Errorf("hand %d, digit %d: y from %.3f to %.3f, x within %.3f: want -1 to 1, and 0.08 to 1", i, d, low, high, wide)
			}
		}
	}
}

// A contour of lines and one of curves, neither with its first point twice.
func TestFlatten(t *testing.T) {
	at := func(x, y int) fixed.Point26_6 { return fixed.Point26_6{X: fixed.Int26_6(x), Y: fixed.Int26_6(y)} }
	got := flatten(sfnt.Segments{
		{Op: sfnt.SegmentOpMoveTo, Args: [3]fixed.Point26_6{at(0, 0)}},
		{Op: sfnt.SegmentOpLineTo, Args: [3]fixed.Point26_6{at(30, 0)}},
		{Op: sfnt.SegmentOpLineTo, Args: [3]fixed.Point26_6{at(0, -40)}},
		{Op: sfnt.SegmentOpLineTo, Args: [3]fixed.Point26_6{at(0, 0)}},
		{Op: sfnt.SegmentOpMoveTo, Args: [3]fixed.Point26_6{at(100, 0)}},
		{Op: sfnt.SegmentOpQuadTo, Args: [3]fixed.Point26_6{at(125, 50), at(150, 0)}},
		{Op: sfnt.SegmentOpQuadTo, Args: [3]fixed.Point26_6{at(125, -50), at(100, 0)}},
	})
	// A parabola: at t along it, y is 2·t·(1-t)·50.
	want := outline{
		{{0, 0}, {30, 0}, {0, -40}},
		{
			{100, 0},
			{110, 16},
			{120, 24},
			{130, 24},
			{140, 16},
			{150, 0},
			{140, -16},
			{130, -24},
			{120, -24},
			{110, -16},
		},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(point{}), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDigitThicken(t *testing.T) {
	for i, hand := range digitOutlines() {
		for d, o := range hand {
			light, normal, bold := ink(thicken(o, -0.03)), ink(o), ink(thicken(o, 0.05))
			if light <= 0 || light >= normal || normal >= bold {
				t.Errorf("hand %d, digit %d: want ink to grow from 0, got %.3f, %.3f, %.3f", i, d, light, normal, bold)
			}
		}
	}
}

// ink is the area that an outline encloses.
func ink(o outline) float64 {
	var area float64
	for _, contour := range o {
		for i, p := range contour {
			q := contour[(i+1)%len(contour)]
			area += (p.x*q.y - q.x*p.y) / 2
		}
	}
	return area
}
