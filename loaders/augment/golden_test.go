package augment

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// golden is what torchvision and Pillow make of an image: testdata/golden.py.
type golden struct {
	Channels, Height, Width int
	Image                   []float32
	Cases                   []goldenCase
}

type goldenCase struct {
	Name    string
	Numbers []float64
	Of      string
	Values  []float32
}

// The tolerances: torchvision calculates in float32; its grey has 0.2989 of red,
// whose shares then are 0.9999 together. Pillow makes each pixel a byte, in places without
// rounding, and before that what it blends with.
const (
	tolerance       = 1e-5
	greyTolerance   = 2e-4
	pillowTolerance = 1.5 / 255
)

func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, c := range g.Cases {
		t.Run(fmt.Sprint(c.Name, c.Numbers, c.Of), func(t *testing.T) {
			im := &image{c: g.Channels, h: g.Height, w: g.Width, x: make([]float32, len(g.Image)), spare: make([]float32, len(g.Image))}
			for i, v := range g.Image {
				im.x[i] = v / 255
			}
			for i := range im.spare {
				im.spare[i] = 99 // what is not overwritten
			}
			c.apply(t, im)
			seen[c.Name]++
			worst, at := float64(0), 0
			for i, want := range c.Values {
				if c.Name == "rotate" && !inside(i%(g.Height*g.Width), g.Height, g.Width) {
					continue // Pillow does not interpolate with what is beyond
				}
				if d := math.Abs(float64(im.x[i] - want)); !(d <= worst) {
					worst, at = d, i
				}
			}
			if worst > c.tolerance() {
				t.Errorf("value %d is %v, want %v within %.2g", at, im.x[at], c.Values[at], c.tolerance())
			}
		})
	}
	if len(seen) != 32 {
		t.Errorf("%d kinds of cases, want 32: %v", len(seen), seen)
	}
}

// inside reports whether a pixel is so far from the edges that it comes from within.
func inside(i, h, w int) bool {
	return i/w >= 3 && i/w < h-3 && i%w >= 3 && i%w < w-3
}

func (c goldenCase) tolerance() float64 {
	grey := c.Name == "contrast" || c.Name == "saturation" || c.Name == "op Contrast" || c.Name == "op Color"
	switch {
	case c.Of == "Pillow":
		return pillowTolerance
	case grey:
		return greyTolerance
	}
	return tolerance
}

// apply does what the case is called after.
func (c goldenCase) apply(t *testing.T, im *image) {
	n := c.Numbers
	switch c.Name {
	case "affine": // angle, right, down, factor, shear
		im.resample(shifted(n[1], n[2]).times(rotated(n[0])).times(sheared(-n[4])).times(scaled(n[3])), Black)
	case "rotate":
		im.resample(rotated(-n[0]), Black)
	case "perspective":
		var x, y [4]float64
		for i := range 4 {
			x[i], y[i] = n[2*i]-float64(im.w)/2, n[2*i+1]-float64(im.h)/2
		}
		im.resample(quad(float64(im.w), float64(im.h), x, y), Black)
	case "crop constant":
		im.move(int(n[0]), int(n[1]), Black)
	case "crop edge":
		im.move(int(n[0]), int(n[1]), Edge)
	case "crop reflect":
		im.move(int(n[0]), int(n[1]), Reflect)
	case "hflip":
		im.mirror()
	case "vflip":
		im.upend()
	case "brightness":
		im.brighten(n[0])
	case "contrast":
		im.contrast(n[0])
	case "saturation":
		im.saturate(n[0])
	case "sharpness":
		im.sharpen(n[0])
	case "hue":
		im.turn(n[0])
	case "blur":
		im.blur(n[0])
	case "posterize":
		im.posterize(int(n[0]))
	case "autocontrast":
		im.autocontrast()
	case "equalize":
		im.equalize()
	case "solarize":
		im.solarize(float32(n[0]) / 255)
	default:
		op, ok := strings.CutPrefix(c.Name, "op ")
		i := slices.IndexFunc(operations[:], func(o operation) bool { return o.name == op })
		if !ok || i < 0 {
			t.Fatalf("no such transform: %s", c.Name)
		}
		operations[i].apply(im, n[0]/mostMagnitude, n[1])
	}
}
