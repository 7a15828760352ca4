package filters

import (
	"context"
	"image"
	"image/color"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// unchanged is a filter that leaves every pixel as it is.
var unchanged = Filter{Name: "unchanged", Matrix: Matrix{{1}}}

// TestForms: what comes out has the depth and the channels of what went in.
func TestForms(t *testing.T) {
	b := image.Rect(3, 5, 14, 12)
	palette := color.Palette{color.NRGBA{10, 20, 30, 255}, color.NRGBA{200, 100, 50, 40}}
	paletted := image.NewPaletted(b, palette)
	for i := range paletted.Pix {
		paletted.Pix[i] = uint8(i % 2)
	}
	opaque, opaque64 := image.NewRGBA(b), image.NewRGBA64(b)
	for i := range opaque.Pix {
		opaque.Pix[i] = uint8(i*7) | 255*uint8(i%4/3)
	}
	for i := range opaque64.Pix {
		opaque64.Pix[i] = uint8(i*7) | 255*uint8(i%8/6)
	}
	for _, tt := range []struct {
		name string
		from image.Image
		want image.Image // a value of the type that comes out
	}{
		{"Gray", noise(image.NewGray(b)), &image.Gray{}},
		{"Gray16", noise(image.NewGray16(b)), &image.Gray16{}},
		{"NRGBA", noise(image.NewNRGBA(b)), &image.NRGBA{}},
		{"NRGBA64", noise(image.NewNRGBA64(b)), &image.NRGBA64{}},
		{"RGBA", noise(image.NewRGBA(b)), &image.NRGBA{}},
		{"RGBA64", noise(image.NewRGBA64(b)), &image.NRGBA64{}},
		{"opaque RGBA", opaque, &image.NRGBA{}},
		{"opaque RGBA64", opaque64, &image.NRGBA64{}},
		{"part", noise(image.NewNRGBA(image.Rect(0, 0, 30, 30))).(*image.NRGBA).SubImage(b), &image.NRGBA{}},
		{"grey part", noise(image.NewGray16(image.Rect(0, 0, 30, 30))).(*image.Gray16).SubImage(b), &image.Gray16{}},
		{"Paletted", paletted, &image.NRGBA{}},
		{"YCbCr", image.NewYCbCr(b, image.YCbCrSubsampleRatio420), &image.NRGBA{}},
		{"CMYK", image.NewCMYK(b), &image.NRGBA{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := unchanged.Apply(context.Background(), tt.from, Wrap)
			if err != nil {
				t.Fatal(err)
			}
			if got.ColorModel() != tt.want.ColorModel() || got.Bounds().Size() != b.Size() {
				t.Fatalf("want a %T of %v, got a %T of %v", tt.want, b.Size(), got, got.Bounds().Size())
			}
			for y := range b.Dy() {
				for x := range b.Dx() {
					want := tt.want.ColorModel().Convert(tt.from.At(b.Min.X+x, b.Min.Y+y))
					if c := got.At(x, y); c != want {
						t.Fatalf("pixel %d,%d: want %v, got %v", x, y, want, c)
					}
				}
			}
		})
	}
}

func TestNoPixels(t *testing.T) {
	_, err := unchanged.Apply(context.Background(), image.NewGray(image.Rect(0, 0, 5, 0)), Wrap)
	if err == nil || err.Error() != "want a picture with pixels, got 5×0" {
		t.Errorf("got %v", err)
	}
}

func TestTooSmall(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"motion-blur", "filter motion-blur: want a picture of at least 9×9 pixels, got 9×8"},
		{"median-9x9", "filter median-9x9: want a picture of at least 9×9 pixels, got 9×8"},
	} {
		if _, err := find(t, tt.name).Apply(context.Background(), forms[0].make(8, 9), Valid); err == nil || err.Error() != tt.want {
			t.Errorf("want %q, got %v", tt.want, err)
		}
	}
}

func TestBadFilters(t *testing.T) {
	one := Matrix{{1}}
	for _, tt := range []struct {
		filter Filter
		want   string
	}{
		{Filter{Name: "f", Matrix: one, Median: 3}, "filter f: want a matrix or a median, got both"},
		{Filter{Name: "f", Median: 4}, "filter f: want a median of an odd number of pixels, at most 99, got 4"},
		{Filter{Name: "f", Median: -1}, "filter f: want a median of an odd number of pixels, at most 99, got -1"},
		{Filter{Name: "f", Median: 101}, "filter f: want a median of an odd number of pixels, at most 99, got 101"},
		{Filter{Name: "f", Matrix: one, Bias: 1e7}, "filter f: want factor and bias between -1e6 and 1e6, got 1e+07"},
		{Filter{Name: "f", Matrix: Matrix{{1, 2, 3}, {1}, {1}}}, "filter f: row 2: want 3 numbers as in row 1, got 1"},
		{Filter{Name: "f", Matrix: Matrix{{}}}, "filter f: want odd numbers of rows and columns, at most 99, got 1×0"},
	} {
		if _, err := tt.filter.Apply(context.Background(), worked, Wrap); err == nil || err.Error() != tt.want {
			t.Errorf("%+v: want %q, got %v", tt.filter, tt.want, err)
		}
	}
}

func TestFind(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range All() {
		got, err := Find(f.Name)
		if diff := cmp.Diff(f, got); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", f.Name, err, diff)
		}
		if seen[f.Name] || f.About == "" || f.check() != nil {
			t.Errorf("%v: twice, without a word, or %v", f, f.check())
		}
		seen[f.Name] = true
	}
	if _, err := Find("embos"); err == nil || err.Error() != `filter: want a name of one of All, got "embos"` {
		t.Errorf("got %v", err)
	}
}

func TestEdgeNames(t *testing.T) {
	for e := Wrap; e <= Valid; e++ {
		if got, err := ParseEdge(e.String()); got != e || err != nil {
			t.Errorf("%v: got %v and error %v", e, got, err)
		}
	}
	if _, err := ParseEdge("mirror"); err == nil || err.Error() != `want wrap, clamp or valid, got "mirror"` {
		t.Errorf("got %v", err)
	}
}
