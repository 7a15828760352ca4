package augment

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// filled is an image of noise.
func filled(c, h, w int) *image {
	im := drawing(c, h, w)
	for i := range im.x {
		im.x[i] = im.rng.Float32()
	}
	return im
}

// slowly is what interpolate is at a point, by the definition: a weighted sum over
// pixels of an image that goes on without end.
func slowly(im *image, c int, x, y float64, border Border) float64 {
	at := func(i, n int) int { // one step of a mirror after the other
		for i < 0 || i >= n {
			switch {
			case border == Edge && i < 0:
				i = 0
			case border == Edge:
				i = n - 1
			case border == Black:
				return -1
			case n == 1:
				i = 0
			case i < 0:
				i = -i
			default:
				i = 2*(n-1) - i
			}
		}
		return i
	}
	var sum float64
	for i := int(math.Floor(y)); float64(i) <= math.Floor(y)+1; i++ {
		for j := int(math.Floor(x)); float64(j) <= math.Floor(x)+1; j++ {
			weight := (1 - math.Abs(y-float64(i))) * (1 - math.Abs(x-float64(j)))
			if row, column := at(i, im.h), at(j, im.w); row >= 0 && column >= 0 {
				sum += weight * float64(im.x[(c*im.h+row)*im.w+column])
			}
		}
	}
	return sum
}

// TestBorders compares resampling with the definition, for each border.
func TestBorders(t *testing.T) {
	for _, size := range [][2]int{{5, 7}, {1, 4}, {2, 1}} {
		for border := range Border(len(borders)) {
			for _, m := range []matrix{
				shifted(2.25, -1.5), shifted(-30.5, 17.25), rotated(33), scaled(0.3), scaled(3), sheared(70), identity,
				shifted(1, 2).times(rotated(200)).times(sheared(-10)),
				quad(float64(size[1]), float64(size[0]), [4]float64{-1, 2, 3, -2}, [4]float64{-2, -1.5, 2, 1}),
			} {
				im := filled(2, size[0], size[1])
				was := &image{c: im.c, h: im.h, w: im.w, x: append([]float32(nil), im.x...)}
				im.resample(m, border)
				back := m.inverse()
				for i := range im.x {
					u, v := float64(i%im.w)+0.5-float64(im.w)/2, float64(i/im.w%im.h)+0.5-float64(im.h)/2
					z := back[6]*u + back[7]*v + back[8]
					if z <= 0 {
						continue
					}
					x := (back[0]*u+back[1]*v+back[2])/z + float64(im.w)/2 - 0.5
					y := (back[3]*u+back[4]*v+back[5])/z + float64(im.h)/2 - 0.5
					want := slowly(was, i/(im.w*im.h), x, y, border)
					if math.Abs(float64(im.x[i])-want) > 1e-5 {
						t.Fatalf("%v, %v, %v: value %d from (%v, %v) is %v, want %v", size, border, m, i, x, y, im.x[i], want)
					}
				}
			}
		}
	}
}

// TestMovedByTheBorder: a crop moves as a shift by whole pixels does.
func TestMovedByTheBorder(t *testing.T) {
	for border := range Border(len(borders)) {
		for dy := -6; dy <= 6; dy++ {
			for dx := -9; dx <= 9; dx++ {
				a, b := filled(2, 4, 6), filled(2, 4, 6)
				a.move(dy, dx, border)
				b.resample(shifted(float64(-dx), float64(-dy)), border)
				if diff := cmp.Diff(b.x, a.x); diff != "" {
					t.Fatalf("%v, down %d, right %d (-shift +crop):\n%s", border, dy, dx, diff)
				}
			}
		}
	}
}

// TestComposed: neighbours that move pixels are one interpolation, that of their
// product, where their borders are the same.
func TestComposed(t *testing.T) {
	for text, want := range map[string]int{
		"shift=2,rotate=10,zoom=0.1,shear=5,perspective=0.2": 1,
		"shift=2,flip,rotate=10":                             3,
		"shift=2:edge,rotate=10:edge,zoom=0.1":               2,
		"crop=4,shift=1,rotate=1,mixup=1":                    2,
		"none":                                               0,
	} {
		if got := len(parsed(t, text).plan()); got != want {
			t.Errorf("%s: %d steps, want %d", text, got, want)
		}
	}
	a, b := filled(1, 20, 20), filled(1, 20, 20)
	parsed(t, "shift=3,rotate=30,perspective=0.3").plan()[0].apply(a)
	m := Shift{Pixels: 3}.draw(b)
	m = Rotate{Degrees: 30}.draw(b).times(m)
	m = Perspective{Share: 0.3}.draw(b).times(m)
	b.resample(m, Black)
	if diff := cmp.Diff(b.x, a.x); diff != "" {
		t.Errorf("-product +pipeline:\n%s", diff)
	}
	// What is shifted first is turned with the rest: (1, 0) comes to (0, 1).
	if p := rotated(90).times(shifted(1, 0)); math.Abs(p[2]) > 1e-9 || math.Abs(p[5]-1) > 1e-9 {
		t.Errorf("shift, then rotate: the middle comes to (%v, %v), want (0, 1)", p[2], p[5])
	}
}

// TestCorners: a perspective moves corners inwards, and to where it says.
func TestCorners(t *testing.T) {
	x, y := [4]float64{-5, 6, 4, -6}, [4]float64{-3, -4, 3, 2}
	m := quad(14, 9, x, y)
	for i, c := range corners {
		u, v := c[0]*7, c[1]*4.5
		z := m[6]*u + m[7]*v + m[8]
		if gotX, gotY := (m[0]*u+m[1]*v+m[2])/z, (m[3]*u+m[4]*v+m[5])/z; math.Abs(gotX-x[i])+math.Abs(gotY-y[i]) > 1e-9 {
			t.Errorf("corner %d comes to (%v, %v), want (%v, %v)", i, gotX, gotY, x[i], y[i])
		}
	}
	im := drawing(1, 9, 14)
	for range 2000 {
		if back := (Perspective{Share: 0.6}).draw(im).inverse(); !(back[8] > 0) {
			t.Fatalf("want an inverse that is the right way round, got %v", back)
		}
	}
}
