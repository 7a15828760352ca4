package prepare

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/npy"
	"euryale/internal/picture"
)

func read(t *testing.T, name string) image.Image {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := picture.Read(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	return p.Image
}

// TestAsTorchvision: testdata/golden.py made the values.
func TestAsTorchvision(t *testing.T) {
	golden, err := npy.ReadNPZFile("testdata/golden.npz", npy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(golden) != 52 {
		t.Errorf("want 52 cases, got %d", len(golden))
	}
	for _, g := range golden {
		part := strings.Split(g.Name, "-")
		var c Config
		fmt.Sscan(part[1], &c.Channels)
		if n, _ := fmt.Sscanf(part[2], "%dx%d", &c.Size.X, &c.Size.Y); n == 1 {
			c.Short, c.Size = c.Size.X, image.Point{}
		}
		fmt.Sscanf(part[3], "%dx%d", &c.Crop.X, &c.Crop.Y)
		got, size, err := c.Pixels(read(t, part[0]+".png"))
		if err != nil {
			t.Errorf("%s: %v", g.Name, err)
			continue
		}
		if diff := cmp.Diff(g.Array.Shape, []int{c.Channels, size.Y, size.X}); diff != "" {
			t.Errorf("%s: shape (-want +got):\n%s", g.Name, diff)
		}
		if diff := cmp.Diff(g.Array.Data, got); diff != "" {
			t.Errorf("%s: pixels (-want +got):\n%.600s", g.Name, diff)
		}
	}
}

// TestKinds makes of pictures of every kind what is seen of them on white.
func TestKinds(t *testing.T) {
	one := image.Rect(3, 4, 4, 5)
	set := func(m interface {
		image.Image
		Set(x, y int, c color.Color)
	}, c color.Color,
	) image.Image {
		m.Set(3, 4, c)
		return m
	}
	half := color.NRGBA{200, 100, 0, 128} // on white: 227, 177, 127
	for name, tt := range map[string]struct {
		m    image.Image
		want []uint8
		grey uint8
	}{
		"Gray":         {set(image.NewGray(one), color.Gray{77}), []uint8{77, 77, 77}, 77},
		"Gray16":       {set(image.NewGray16(one), color.Gray16{0x4dff}), []uint8{77, 77, 77}, 77},
		"GrayAlpha":    {set(picture.NewGrayAlpha(one), color.NRGBA{100, 100, 100, 128}), []uint8{177, 177, 177}, 177},
		"GrayAlpha16":  {set(picture.NewGrayAlpha16(one), color.NRGBA{100, 100, 100, 128}), []uint8{177, 177, 177}, 177},
		"NRGBA":        {set(image.NewNRGBA(one), half), []uint8{227, 177, 127}, 186},
		"NRGBA64":      {set(image.NewNRGBA64(one), half), []uint8{227, 177, 127}, 186},
		"RGBA":         {set(image.NewRGBA(one), color.RGBA{9, 8, 7, 255}), []uint8{9, 8, 7}, 8},
		"nothing seen": {image.NewNRGBA(one), []uint8{255, 255, 255}, 255},
	} {
		got, size, err := Config{Channels: 3}.Pixels(tt.m)
		if err != nil || size != image.Pt(1, 1) || !cmp.Equal(got, tt.want) {
			t.Errorf("%s: want %v, got %v of %v and error %v", name, tt.want, got, size, err)
		}
		if got, _, err := (Config{}).Pixels(tt.m); err != nil || !cmp.Equal(got, []uint8{tt.grey}) {
			t.Errorf("%s: want %v, got %v and error %v", name, tt.grey, got, err)
		}
	}
}

func TestErrors(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 1, 5000))
	for _, tt := range []struct {
		c    Config
		m    image.Image
		want string
	}{
		{Config{Channels: 2}, m, "want 1 or 3 channels of a picture, got 2"},
		{Config{Short: -1}, m, "want a shorter side of 1 to 100000000 pixels, got -1"},
		{Config{Size: image.Pt(3, 0)}, m, "want a width and a height of 1 to 100000000 pixels, got 3×0"},
		{Config{Crop: image.Pt(-3, 5)}, m, "want a width and a height of 1 to 100000000 pixels, got -3×5"},
		{Config{Short: 256}, m, "want at most 100 megapixels, got 256×1280000 of a picture of 1×5000"},
		{Config{}, nil, "want a picture of at least one pixel, got none"},
		{Config{}, image.NewGray(image.Rect(0, 0, 0, 3)), "want a picture of at least one pixel, got none"},
	} {
		if _, _, err := tt.c.Pixels(tt.m); err == nil || err.Error() != tt.want {
			t.Errorf("%+v: want %q, got %v", tt.c, tt.want, err)
		}
	}
	// A crop of what would be too large is none.
	if got, _, err := (Config{Short: 256, Crop: image.Pt(4, 4)}).Pixels(m); err != nil || len(got) != 16 {
		t.Errorf("want 16 pixels, got %d and error %v", len(got), err)
	}
}

// TestThin makes one pixel of a row.
func TestThin(t *testing.T) {
	if got, size, err := (Config{Size: image.Pt(1, 1)}).Pixels(image.NewGray(image.Rect(0, 0, 100, 1))); err != nil || size != image.Pt(1, 1) || len(got) != 1 {
		t.Errorf("got %v of %v and error %v", got, size, err)
	}
}
