package loaders_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// seen is an image as it may come: enlarged, on a larger sheet, of other tones,
// as JPEG.
type seen struct {
	times, x, y, w, h int
	ink, paper        uint8
	quality           int // of JPEG; 0 means none
}

func (s seen) of(t *testing.T, pixels []uint8) image.Image {
	t.Helper()
	m := image.NewGray(image.Rect(3, 5, 3+s.w, 5+s.h)) // not at 0, 0
	for y := range s.h {
		for x := range s.w {
			v := 0
			if x >= s.x && y >= s.y && x < s.x+28*s.times && y < s.y+28*s.times {
				v = int(pixels[(y-s.y)/s.times*28+(x-s.x)/s.times])
			}
			m.SetGray(3+x, 5+y, color.Gray{uint8((v*int(s.ink) + (255-v)*int(s.paper)) / 255)})
		}
	}
	if s.quality == 0 {
		return m
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: s.quality}); err != nil {
		t.Fatal(err)
	}
	lossy, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return lossy
}

// ways are so many of them.
var ways = map[string]seen{
	"itself":           {1, 0, 0, 28, 28, 255, 0, 0},
	"inverted":         {1, 0, 0, 28, 28, 0, 255, 0},
	"ten times":        {10, 0, 0, 280, 280, 255, 0, 0},
	"shifted":          {10, 100, 20, 500, 320, 0, 255, 0},
	"on grey":          {4, 0, 50, 170, 200, 40, 180, 0},
	"faint":            {4, 9, 9, 150, 150, 120, 60, 0},
	"JPEG":             {10, 30, 20, 400, 320, 0, 255, 90},
	"JPEG, poor":       {5, 10, 20, 200, 201, 30, 220, 50},
	"JPEG, light ink":  {10, 100, 20, 500, 320, 250, 20, 75},
	"JPEG, of one hue": {6, 0, 0, 168, 168, 20, 230, 75},
}

// digit is Digit's of one, in bytes.
func digit(t *testing.T, m image.Image) []uint8 {
	t.Helper()
	d, err := loaders.Digit(m)
	if err != nil {
		t.Fatal(err)
	}
	return d.Pix
}

// apart is the sum of the differences of pixels.
func apart(a, b []uint8) (sum int) {
	for i := range a {
		sum += max(int(a[i])-int(b[i]), int(b[i])-int(a[i]))
	}
	return sum
}

// TestDigitSeen: a drawn digit, however it is seen, comes out nearer to what
// comes of itself than to what comes of any other.
func TestDigitSeen(t *testing.T) {
	data, _ := loaders.RenderedDigits(1, 60, 0)
	var all [][]uint8
	for i := range data.Len() {
		all = append(all, digit(t, ways["itself"].of(t, clean(data.Image(i)))))
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			for i := range data.Len() {
				got := digit(t, way.of(t, clean(data.Image(i))))
				for j, other := range all {
					if mine := apart(all[i], got); j != i && apart(other, got) <= mine {
						t.Errorf("digit %d: want it nearer to itself than to image %d, got %d and %d", i, j, mine, apart(other, got))
					}
				}
			}
		})
	}
}

// clean is an image without the grain of the paper.
func clean(pixels []uint8) []uint8 {
	c := make([]uint8, len(pixels))
	for i, v := range pixels {
		if x, y := i%28, i/28; v > 60 && x > 1 && x < 26 && y > 1 && y < 26 {
			c[i] = v
		}
	}
	return c
}

// TestDigitPlace is where it comes to lie, to the pixel.
func TestDigitPlace(t *testing.T) {
	sheet := func(w, h int, ink ...image.Rectangle) *image.Gray {
		m := image.NewGray(image.Rect(0, 0, w, h))
		for _, r := range ink {
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					m.SetGray(x, y, color.Gray{200})
				}
			}
		}
		return m
	}
	for _, tt := range []struct {
		name string
		of   *image.Gray
		want image.Rectangle
	}{
		{"a square", sheet(100, 100, image.Rect(10, 20, 50, 60)), image.Rect(4, 4, 24, 24)},
		{"a stroke", sheet(100, 100, image.Rect(10, 20, 14, 60)), image.Rect(13, 4, 15, 24)},
		{"a thin stroke", sheet(300, 300, image.Rect(10, 20, 11, 260)), image.Rect(14, 4, 15, 24)},
		{"a flat one", sheet(100, 100, image.Rect(10, 20, 90, 28)), image.Rect(4, 13, 24, 15)},
		{"a dot", sheet(100, 100, image.Rect(50, 50, 51, 51)), image.Rect(4, 4, 24, 24)},
		{"heavy below", sheet(100, 100, image.Rect(10, 10, 12, 50), image.Rect(10, 40, 50, 50)), image.Rect(6, 0, 26, 20)},
		{"at the edge", sheet(40, 40, image.Rect(0, 10, 4, 30)), image.Rect(12, 4, 16, 24)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := loaders.Digit(tt.of)
			if err != nil {
				t.Fatal(err)
			}
			var got image.Rectangle
			most := uint8(0)
			for i, v := range d.Pix {
				if v > 0 {
					got = got.Union(image.Rect(i%28, i/28, i%28+1, i/28+1))
				}
				most = max(most, v)
			}
			if got != tt.want || most != 255 {
				t.Errorf("want ink up to 255 in %v, got up to %d in %v", tt.want, most, got)
			}
		})
	}
}

// TestDigitColours: transparency shows white, and colours count by their tone.
func TestDigitColours(t *testing.T) {
	ink := func(on, off color.Color) image.Image {
		m := image.NewNRGBA(image.Rect(0, 0, 60, 60))
		for i := range 3600 {
			x, y := i%60, i/60
			m.Set(x, y, off)
			if x > 20 && x < 30 && y > 10 && y < 50 {
				m.Set(x, y, on)
			}
		}
		return m
	}
	want := digit(t, ink(color.White, color.Black))
	for name, m := range map[string]image.Image{
		"black on nothing":        ink(color.Black, color.Transparent),
		"half black on nothing":   ink(color.NRGBA{0, 0, 0, 128}, color.Transparent),
		"black on hidden black":   ink(color.Black, color.NRGBA{0, 0, 0, 0}),
		"blue on yellow":          ink(color.NRGBA{0, 0, 200, 255}, color.NRGBA{250, 240, 0, 255}),
		"yellow on blue":          ink(color.NRGBA{250, 240, 0, 255}, color.NRGBA{0, 0, 200, 255}),
		"of no kind of image's":   struct{ image.Image }{ink(color.Black, color.White)},
		"of none, and half black": struct{ image.Image }{ink(color.NRGBA{0, 0, 0, 128}, color.Transparent)},
	} {
		if diff := cmp.Diff(want, digit(t, m)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestGarment keeps proportions, fills the image, and is in its middle.
func TestGarment(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 300, 200))
	for i := range m.Pix {
		m.Pix[i] = 255
		if x, y := i%300, i/300; x >= 20 && x < 160 && y >= 40 && y < 110 {
			m.Pix[i] = 100
		}
	}
	g, err := loaders.Garment(m)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range g.Pix {
		if in := i/28 >= 7 && i/28 < 21; in && v != 255 || !in && v != 0 {
			t.Fatalf("want light in rows 7 to 20 of black, got %d at %d, %d", v, i%28, i/28)
		}
	}
}

func TestDigitErrors(t *testing.T) {
	grey := func(v uint8, n int) *image.Gray {
		m := image.NewGray(image.Rect(0, 0, n, n))
		for i := range m.Pix {
			m.Pix[i] = v
		}
		return m
	}
	faint := grey(100, 50)
	faint.SetGray(20, 20, color.Gray{115})
	for _, tt := range []struct {
		name string
		of   image.Image
		want string
	}{
		{"none", nil, "want a picture of at least one pixel, got none"},
		{"empty", image.NewGray(image.Rectangle{}), "want a picture of at least one pixel, got none"},
		{"one tone", grey(200, 40), "want a picture with something on it, got one whose tones are all within 15 of its border's"},
		{"one pixel", grey(200, 1), "want a picture with something on it"},
		{"faint", faint, "want a picture with something on it"},
		{"transparent", image.NewNRGBA(image.Rect(0, 0, 9, 9)), "want a picture with something on it"},
	} {
		if _, err := loaders.Digit(tt.of); err == nil || !strings.HasPrefix(err.Error(), "digit: "+tt.want) {
			t.Errorf("%s: want %q, got %v", tt.name, tt.want, err)
		}
		if _, err := loaders.Garment(tt.of); err == nil || !strings.HasPrefix(err.Error(), "garment: "+tt.want) {
			t.Errorf("%s: want %q, got %v", tt.name, tt.want, err)
		}
	}
	faint.SetGray(20, 20, color.Gray{116})
	if _, err := loaders.Digit(faint); err != nil {
		t.Errorf("want a faint dot, got %v", err)
	}
}

func TestResize(t *testing.T) {
	m := image.NewNRGBA(image.Rect(1, 1, 5, 3))
	for i := range 8 {
		m.SetNRGBA(1+i%4, 1+i/4, color.NRGBA{uint8(10 * i), 100, uint8(200 - i), 255})
	}
	got, err := loaders.Resize(m, 3, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	// red: means of 0, 10, 40, 50 and 20, 30, 60, 70; blue: of 200, 199, 196, 195 and so on, half up.
	if diff := cmp.Diff([]uint8{25, 45, 100, 100, 198, 196}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	larger, err := loaders.Resize(m, 3, 4, 8)
	if err != nil || larger[0] != 0 || larger[1] != 0 || larger[2] != 10 || larger[31] != 70 {
		t.Errorf("want pixels as squares, got %v and error %v", larger, err)
	}
	one, err := loaders.Resize(image.NewNRGBA(image.Rect(0, 0, 7, 5)), 1, 3, 2)
	if err != nil || !cmp.Equal(one, []uint8{255, 255, 255, 255, 255, 255}) {
		t.Errorf("want white of transparency, got %v and error %v", one, err)
	}
	for _, tt := range []struct{ c, h, w int }{{2, 1, 1}, {1, 0, 1}, {1, 1, -1}, {3, math.MaxInt / 2, 3}} {
		if _, err := loaders.Resize(m, tt.c, tt.h, tt.w); err == nil || !strings.HasPrefix(err.Error(), "resize: want") {
			t.Errorf("%v: want an error, got %v", tt, err)
		}
	}
}

// TestDigitOfMNIST: MNIST's images stay what they are, but for those few that fill
// no 20 pixels, and their digits are read as before when they are seen otherwise.
func TestDigitOfMNIST(t *testing.T) {
	training, test, err := loaders.MNIST(t.Context(), loaders.Options{Dir: os.Getenv("EURYALE_DATA"), NoDownload: true})
	if err != nil {
		t.Skip(err)
	}
	others := 0
	for i := range test.Len() {
		of := test.Image(i)
		for p, v := range digit(t, ways["itself"].of(t, of)) {
			if max(int(v), int(of[p]))-min(int(v), int(of[p])) > 1 {
				others++
				break
			}
		}
	}
	if others > 4 {
		t.Errorf("want all but 4 images as they are, got %d others", others)
	}
	net, err := nets.New("simple", nets.Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := train.Fit(t.Context(), net, training.First(12000), train.Config{Epochs: 2}); err != nil {
		t.Fatal(err)
	}
	test = test.First(300)
	want := classes(t, net, test, test.Images)
	for name, way := range ways {
		var pixels []uint8
		for i := range test.Len() {
			pixels = append(pixels, digit(t, way.of(t, test.Image(i)))...)
		}
		same, right := 0, [2]int{}
		for i, class := range classes(t, net, test, pixels) {
			if class == want[i] {
				same++
			}
			for k, c := range []int{want[i], class} {
				if c == test.Labels[i] {
					right[k]++
				}
			}
		}
		if same < 288 || right[1] < right[0]-3 {
			t.Errorf("%s: want at least 288 of 300 read as before, and %d right, got %d and %d", name, right[0], same, right[1])
		}
	}
}

// classes are what a network takes images for.
func classes(t *testing.T, net *graph.Network, like *loaders.Dataset, pixels []uint8) []int {
	t.Helper()
	d := *like
	d.Images = pixels
	rows, err := train.Predict(t.Context(), net, &d, train.PredictConfig{})
	if err != nil {
		t.Fatal(err)
	}
	var all []int
	for _, row := range rows {
		all = append(all, slices.Index(row, slices.Max(row)))
	}
	return all
}

// TestDigitGrain: what the paper is in itself is not ink.
func TestDigitGrain(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 200, 200))
	for i := range m.Pix {
		x, y := i%200, i/200
		m.Pix[i] = uint8(190 + (x*7+y*13)%21)
		if ring := max(x-100, 100-x, y-100, 100-y); ring > 50 && ring < 70 {
			m.Pix[i] = 40
		}
	}
	d := digit(t, m)
	if in, ink := d[14*28+14], d[14*28+5]; in != 0 || ink < 200 {
		t.Errorf("want a ring around nothing, got %d around %d", ink, in)
	}
}
