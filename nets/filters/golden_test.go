package filters

import (
	"context"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// pattern is a small picture with edges, slopes and colours, drawn by a
// formula.
func pattern() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 31, 23))
	for y := range 23 {
		for x := range 31 {
			c := color.NRGBA{uint8(x * 8), uint8(y * 11), uint8((x*x + y*y) / 6), 255}
			if (x-18)*(x-18)+(y-11)*(y-11) < 40 {
				c = color.NRGBA{250, 210, 40, 255}
			}
			if x-y == 3 || x == 5 || y == 18 || (x+y)%17 == 0 && x%4 == 1 {
				c = color.NRGBA{20, 20, 60, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// TestGoldenFilters compares every filter, one below the other, with pictures
// kept in testdata. This test wrote them, with -update, and they were looked
// at.
func TestGoldenFilters(t *testing.T) {
	from := pattern()
	w, h := from.Rect.Dx(), from.Rect.Dy()
	got := image.NewNRGBA(image.Rect(0, 0, w*3, h*len(All())))
	for i, f := range All() {
		for e := Wrap; e <= Valid; e++ {
			m, err := f.Apply(context.Background(), from, e)
			if err != nil {
				t.Fatal(err)
			}
			at := image.Pt(int(e)*w, i*h)
			draw.Draw(got, m.Bounds().Add(at), m, image.Point{}, draw.Src)
		}
	}
	compareGolden(t, "filters.png", got)
}

// TestGoldenScene compares the built-in picture at a quarter of its size.
func TestGoldenScene(t *testing.T) {
	got, err := Pool{Size: 4, Average: true}.Apply(context.Background(), Scene())
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "scene.png", got)
}

// compareGolden allows for a value more or less, since processors differ in
// rounding.
func compareGolden(t *testing.T, name string, got image.Image) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		writePNG(t, path, got)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if want.Bounds() != got.Bounds() {
		t.Fatalf("%s: want %v, got %v", name, want.Bounds(), got.Bounds())
	}
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			a, b := color.NRGBAModel.Convert(want.At(x, y)).(color.NRGBA), color.NRGBAModel.Convert(got.At(x, y)).(color.NRGBA)
			if far(a.R, b.R) || far(a.G, b.G) || far(a.B, b.B) || far(a.A, b.A) {
				t.Fatalf("%s: pixel %d,%d: want %v, got %v", name, x, y, a, b)
			}
		}
	}
}

func far(a, b uint8) bool { return max(a, b)-min(a, b) > 1 }

func writePNG(t *testing.T, path string, m image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, m); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSceneIsTheSameEachTime(t *testing.T) {
	a, b := Scene(), Scene()
	if a.Rect != image.Rect(0, 0, 512, 512) || string(a.Pix) != string(b.Pix) {
		t.Errorf("want the same 512×512 pixels twice, got %v and %v", a.Rect, b.Rect)
	}
	if !a.Opaque() {
		t.Error("want an opaque picture")
	}
}
