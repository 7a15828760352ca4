package filters

import (
	"context"
	"image"
	"image/color"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seenThrough is 5×4 pixels, of which some are opaque, some half transparent,
// and some invisible and red.
func seenThrough() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 5, 4))
	for y := range 4 {
		for x := range 5 {
			c := color.NRGBA{uint8(x*53 + y*31), uint8(x*x*17 + y*90), uint8(200 - x*40 + y*7), 255}
			switch {
			case (x+y)%3 == 0:
				c = color.NRGBA{255, 0, c.B, 0}
			case x*y%4 == 1:
				c.A = 128
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// TestInvisibleColours holds what is averaged against Σwαx / Σwα, computed by
// numpy 2.4.6: colours times alpha, filtered or pooled, and divided.
func TestInvisibleColours(t *testing.T) {
	for _, tt := range []struct {
		name  string
		apply func(image.Image) (image.Image, error)
		want  []uint8
	}{
		{"gaussian", func(m image.Image) (image.Image, error) {
			return find(t, "gaussian").Apply(context.Background(), m, Wrap)
		}, []uint8{
			113, 49, 125, 0, 94, 50, 160, 255, 124, 76, 137, 255, 167, 97, 83, 0, 165, 67, 67, 255,
			98, 97, 156, 255, 75, 103, 171, 128, 143, 147, 123, 0, 198, 152, 84, 255, 177, 115, 97, 255,
			83, 118, 173, 255, 118, 133, 175, 0, 180, 156, 129, 255, 190, 137, 97, 255, 137, 112, 113, 0,
			97, 64, 139, 0, 129, 74, 163, 255, 159, 93, 141, 255, 158, 79, 98, 0, 113, 51, 79, 255,
		}},
		{"mean of 2×2", func(m image.Image) (image.Image, error) {
			return Pool{Size: 2, Average: true}.Apply(context.Background(), m)
		}, []uint8{50, 64, 180, 160, 148, 156, 104, 128, 104, 106, 198, 128, 196, 136, 123, 191}},
		{"largest of 2×2", func(m image.Image) (image.Image, error) {
			return Pool{Size: 2}.Apply(context.Background(), m)
		}, []uint8{53, 90, 207, 255, 190, 243, 120, 255, 146, 180, 214, 255, 221, 248, 141, 255}},
	} {
		got, err := tt.apply(seenThrough())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got.(*image.NRGBA).Pix); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestNothingShowsThrough: a white disc on invisible red stays white under
// every filter that only mixes, and no filter finds an edge where the disc
// ends.
func TestNothingShowsThrough(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	for y := range 40 {
		for x := range 40 {
			c := color.NRGBA{255, 0, 0, 0}
			if (x-20)*(x-20)+(y-20)*(y-20) < 200 {
				c = color.NRGBA{100, 100, 100, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	for _, f := range All() {
		flat, err := f.Apply(context.Background(), &image.Gray{Pix: []uint8{100}, Stride: 1, Rect: image.Rect(0, 0, 1, 1)}, Wrap)
		if err != nil {
			t.Fatal(err)
		}
		want := flat.(*image.Gray).Pix[0]
		got, err := f.Apply(context.Background(), m, Wrap)
		if err != nil {
			t.Fatal(err)
		}
		for y := range 40 {
			for x := range 40 {
				if c := got.(*image.NRGBA).NRGBAAt(x, y); c.A > 0 && c != grey(want) {
					t.Fatalf("%s: pixel %d,%d: want %d, got %v", f.Name, x, y, want, c)
				}
			}
		}
	}
}

// TestUnseen: where nothing under a filter is seen, colours stay as they are.
func TestUnseen(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 9, 9))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * 7 * (3 - i%4)) // alpha is 0
	}
	for _, f := range []Filter{find(t, "blur"), find(t, "median"), unchanged} {
		got, err := f.Apply(context.Background(), m, Clamp)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m.Pix, got.(*image.NRGBA).Pix); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
}

// TestChainKeeps: what a chain makes has the kind, the depth and the alpha of
// the picture.
func TestChainKeeps(t *testing.T) {
	n := Chain{Filters: []Filter{find(t, "sharpen"), find(t, "blur")}, Edges: Valid}
	for _, form := range forms {
		m := form.make(12, 14)
		maps, err := n.Apply(context.Background(), m)
		if err != nil {
			t.Fatal(err)
		}
		got := maps.Image(maps.Peak())
		if got.ColorModel() != m.ColorModel() {
			t.Errorf("%s: want a %T, got a %T", form.name, m, got)
		}
		_, before, _ := samples(m)
		_, after, _ := samples(got)
		for y := range after {
			for x := range after[y] {
				if after[y][x] != before[y+2][x+2] {
					t.Fatalf("%s: alpha of pixel %d,%d: want %v, got %v", form.name, x, y, before[y+2][x+2], after[y][x])
				}
			}
		}
	}
}
