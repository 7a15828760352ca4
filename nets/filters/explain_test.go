package filters

import (
	"context"
	"image"
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

// worked is the pixel that the lesson works out.
var worked = &image.Gray{Pix: []uint8{0, 64, 128, 48, 192, 144, 42, 226, 168}, Stride: 3, Rect: image.Rect(0, 0, 3, 3)}

var workedFilter = Filter{Name: "lesson", Matrix: Matrix{{-1, 0, -2}, {0.5, 4.5, -1.5}, {1.5, 2, -3}}}

func TestWorkedPixel(t *testing.T) {
	got, err := workedFilter.Explain(worked, 1, 1, Valid)
	if err != nil || len(got) != 1 {
		t.Fatalf("want one channel, got %d and error %v", len(got), err)
	}
	const want = `grey
  neighbourhood    filter            products
    0  64 128        -1    0   -2       0    0 -256
   48 192 144       0.5  4.5 -1.5      24  864 -216
   42 226 168       1.5    2   -3      63  452 -504
  sum     0 - 256 + 24 + 864 - 216 + 63 + 452 - 504 = 427
  factor  427 · 1 = 427
  bias    427 + 0 = 427
  clamp   427 to 0…255 = 255
`
	if got[0].String() != want {
		t.Errorf("want\n%s\ngot\n%s", want, got[0])
	}
	if a := got[0]; a.Sum != 427 || a.Value != 427 || a.Result != 255 {
		t.Errorf("want 427, 427 and 255, got %v, %v and %v", a.Sum, a.Value, a.Result)
	}
	m, err := workedFilter.Apply(context.Background(), worked, Valid)
	if err != nil || m.Bounds().Dx() != 1 || m.(*image.Gray).Pix[0] != 255 {
		t.Errorf("want a pixel of 255, got %v and error %v", m, err)
	}
}

// TestExplainIsApply holds what is explained against what is done, at all
// pixels.
func TestExplainIsApply(t *testing.T) {
	for _, form := range forms {
		m := form.make(11, 13)
		for _, f := range append(All(), own...) {
			for e := Wrap; e <= Valid; e++ {
				filtered, err := f.Apply(context.Background(), m, e)
				if err != nil {
					t.Fatal(err)
				}
				planes, _, _ := samples(filtered)
				kh, kw := f.Window()
				for y := range planes[0] {
					for x := range planes[0][y] {
						atX, atY := x, y
						if e == Valid {
							atX, atY = x+kw/2, y+kh/2
						}
						channels, err := f.Explain(m, atX, atY, e)
						if err != nil {
							t.Fatal(err)
						}
						for c, a := range channels {
							if math.Abs(a.Result-planes[c][y][x]) > 1e-9 {
								t.Fatalf("%s, %v, %v, %d,%d: want %v, got\n%s", form.name, f, e, atX, atY, planes[c][y][x], a)
							}
						}
					}
				}
			}
		}
	}
}

func TestExplainMedian(t *testing.T) {
	got, err := find(t, "median").Explain(worked, 1, 1, Wrap)
	if err != nil {
		t.Fatal(err)
	}
	const want = `grey
  neighbourhood
    0  64 128
   48 192 144
   42 226 168
  sorted  0 42 48 64 [128] 144 168 192 226
  median  number 5 of 9 = 128 (no convolution: nothing is weighed)
`
	if got[0].String() != want {
		t.Errorf("want\n%s\ngot\n%s", want, got[0])
	}
}

func TestExplainErrors(t *testing.T) {
	m := forms[0].make(8, 10)
	for _, tt := range []struct {
		filter Filter
		x, y   int
		edge   Edge
		want   string
	}{
		{workedFilter, 10, 0, Wrap, "want a pixel from 0,0 to 9,7, got 10,0"},
		{workedFilter, 0, -1, Clamp, "want a pixel from 0,0 to 9,7, got 0,-1"},
		{workedFilter, 0, 3, Valid, "want a pixel from 1,1 to 8,6, where the window of 3×3 is on the picture, got 0,3"},
		{find(t, "motion-blur"), 4, 4, Valid, "want a picture of at least 9×9 pixels, got 10×8"},
		{Filter{Name: "no"}, 4, 4, Valid, "filter no: want rows of numbers such as '0 1 0; 1 -4 1; 0 1 0', got none"},
	} {
		if _, err := tt.filter.Explain(m, tt.x, tt.y, tt.edge); err == nil || err.Error() != tt.want {
			t.Errorf("%v at %d,%d, %v: want %q, got %v", tt.filter, tt.x, tt.y, tt.edge, tt.want, err)
		}
	}
}

// TestExplainFits holds every line to the width of a terminal.
func TestExplainFits(t *testing.T) {
	m := forms[3].make(16, 16)
	for _, f := range append(All(), own...) {
		channels, err := f.Explain(m, 0, 15, Wrap)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range channels {
			text := a.String()
			for line := range strings.Lines(text) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > textWidth {
					t.Errorf("%v: a line of %d columns:\n%s", f, n, text)
				}
				if strings.TrimRight(line, " \n")+"\n" != line {
					t.Errorf("%v: blanks end the line %q", f, line)
				}
			}
		}
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0: "0", math.Copysign(0, -1): "0", -0.0001: "0", 1. / 3: "0.333", -1234.5: "-1234.5", 1e6: "1000000"} {
		if got := number(v); got != want {
			t.Errorf("%v: want %s, got %s", v, want, got)
		}
	}
	for v, want := range map[float64]string{1: "1", 1. / 9: "1/9", 1. / 256: "1/256", 0.3: "0.3", -2: "-2"} {
		if got := fraction(v); got != want {
			t.Errorf("fraction %v: want %s, got %s", v, want, got)
		}
	}
}
