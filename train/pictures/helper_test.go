package pictures

import (
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"euryale/graph"
	"euryale/loaders"
)

var update = flag.Bool("update", false, "write the golden images anew")

// tolerance is by how much a channel of a pixel may differ from the golden
// image's: text is anti-aliased in floats, which round differently on other
// processors.
const tolerance = 12

// golden compares img with testdata/name.png, which -update writes.
func golden(t *testing.T, name string, img image.Image) {
	t.Helper()
	path := filepath.Join("testdata", name+".png")
	if *update {
		if err := WritePNG(path, img); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != want.Bounds() {
		t.Fatalf("%s: want an image of %v, got %v", name, want.Bounds(), img.Bounds())
	}
	n, at := differing(want, img)
	if n > 0 {
		t.Errorf("%s: want the golden image, got %d other pixels, the first at %v: %v instead of %v", name, n, at, img.At(at.X, at.Y), want.At(at.X, at.Y))
	}
}

// differing counts the pixels that differ by more than the tolerance.
func differing(a, b image.Image) (n int, first image.Point) {
	r := a.Bounds()
	for y := range r.Dy() {
		for x := range r.Dx() {
			if apart(a.At(x, y), b.At(x, y)) > tolerance {
				if n == 0 {
					first = image.Pt(x, y)
				}
				n++
			}
		}
	}
	return n, first
}

// apart is the largest difference of two colours in any channel, of 255.
func apart(a, b color.Color) int {
	ar, ag, ab, aa := a.RGBA()
	br, bg, bb, ba := b.RGBA()
	most := 0
	for _, p := range [][2]uint32{{ar, br}, {ag, bg}, {ab, bb}, {aa, ba}} {
		d := int(p[0]>>8) - int(p[1]>>8)
		most = max(most, d, -d)
	}
	return most
}

// wantPixel compares a pixel.
func wantPixel(t *testing.T, img image.Image, at image.Point, want color.Color) {
	t.Helper()
	if got := img.At(at.X, at.Y); apart(got, want) > 0 {
		t.Errorf("pixel %v: want %v, got %v", at, want, got)
	}
}

// wantMargin wants the edge of a picture to be empty: nothing is cut off there.
func wantMargin(t *testing.T, img image.Image) {
	t.Helper()
	b := img.Bounds()
	inner := b.Inset(6)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if !image.Pt(x, y).In(inner) && apart(img.At(x, y), paper) > 0 {
				t.Fatalf("want an empty margin, got %v at (%d, %d) of %v", img.At(x, y), x, y, b.Max)
			}
		}
	}
}

// garments are long names of classes.
var garments = []string{"T-shirt/top", "Trouser", "Ankle boot"}

// shapes are n images of classes in turn: a bar that lies, one that stands, and
// a frame, each a little brighter than the last of its class.
func shapes(n, channels, side int) *loaders.Dataset {
	d := &loaders.Dataset{Name: "shapes", Classes: garments, Channels: channels, Height: side, Width: side}
	for i := range n {
		d.Labels = append(d.Labels, i%3)
		for c := range channels {
			for p := range side * side {
				x, y := p%side, p/side
				on := []bool{y == side/2, x == side/2, min(x, y, side-1-x, side-1-y) == 1}[i%3]
				v := uint8(5 * c)
				if on {
					v = uint8(120 + 10*(i/3%10) + 40*c)
				}
				d.Images = append(d.Images, v)
			}
		}
	}
	return d
}

// network is a small one for images of the given shape.
func network(t *testing.T, c graph.Config, layers ...graph.Layer) *graph.Network {
	t.Helper()
	if layers == nil {
		layers = []graph.Layer{
			graph.Conv2D{Filters: 4, Kernel: 3, Activation: graph.ReLU},
			graph.MaxPool2D{},
			graph.Conv2D{Filters: 2, Kernel: 2},
			graph.Flatten{},
			graph.Dense{Units: 3, Activation: graph.Softmax},
		}
	}
	net, err := graph.New(c, layers...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// grey8 is the configuration of a network for shapes of one channel and 8
// pixels.
var grey8 = graph.Config{Name: "small", Input: graph.Shape{1, 8, 8}, Seed: 3}

// wantError wants an error of exactly this text.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("want error %q, got %v", want, err)
	}
}
