package augment

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"euryale/loaders"
)

// drawing is an image to draw for.
func drawing(c, h, w int) *image {
	return &image{
		c: c, h: h, w: w, x: make([]float32, c*h*w), spare: make([]float32, c*h*w), zero: make([]float32, c),
		rng: rand.New(rand.NewPCG(3, 4)),
	}
}

// evenly wants draws that are spread evenly from low to high: their least and
// largest near the ends, their mean and deviation those of the distribution.
func evenly(t *testing.T, what string, draws []float64, low, high float64) {
	t.Helper()
	span := high - low
	least, most := slices.Min(draws), slices.Max(draws)
	if least < low-1e-9 || most > high+1e-9 || least > low+0.01*span || most < high-0.01*span {
		t.Errorf("%s: from %v to %v, want from %v to %v", what, least, most, low, high)
	}
	mean, deviation := moments(draws)
	if math.Abs(mean-(low+high)/2) > 0.03*span || math.Abs(deviation-span/math.Sqrt(12)) > 0.02*span {
		t.Errorf("%s: mean %v and deviation %v, want those of an even spread from %v to %v", what, mean, deviation, low, high)
	}
}

func moments(draws []float64) (mean, deviation float64) {
	for _, v := range draws {
		mean += v / float64(len(draws))
	}
	for _, v := range draws {
		deviation += (v - mean) * (v - mean) / float64(len(draws))
	}
	return mean, math.Sqrt(deviation)
}

const draws = 4000

// TestMovesDrawn: angles, factors and ways are spread evenly over what the fields say.
func TestMovesDrawn(t *testing.T) {
	im := drawing(1, 20, 30)
	degrees := func(tangent float64) float64 { return math.Atan(tangent) * 180 / math.Pi }
	of := func(t moving, read func(m matrix) float64) []float64 {
		all := make([]float64, draws)
		for i := range all {
			all[i] = read(t.draw(im))
		}
		return all
	}
	evenly(t, "shift in x", of(Shift{Pixels: 3}, func(m matrix) float64 { return m[2] }), -3, 3)
	evenly(t, "shift in y", of(Shift{Pixels: 3}, func(m matrix) float64 { return m[5] }), -3, 3)
	evenly(t, "rotate", of(Rotate{Degrees: 40}, func(m matrix) float64 { return degrees(m[3] / m[0]) }), -40, 40)
	evenly(t, "zoom", of(Zoom{Share: 0.3}, func(m matrix) float64 { return m[0] }), 0.7, 1.3)
	evenly(t, "shear", of(Shear{Degrees: 20}, func(m matrix) float64 { return degrees(m[1]) }), -20, 20)
	for i, c := range corners { // where each corner goes to, and how far that is in
		evenly(t, "perspective", of(Perspective{Share: 0.4}, func(m matrix) float64 {
			x, y := c[0]*15, c[1]*10
			z := m[6]*x + m[7]*y + m[8]
			if i%2 == 0 {
				return 1 - (m[0]*x+m[1]*y+m[2])/z/x
			}
			return 1 - (m[3]*x+m[4]*y+m[5])/z/y
		}), 0, 0.4)
	}
}

// TestTonesDrawn: factors are spread evenly over what the fields say.
func TestTonesDrawn(t *testing.T) {
	im := drawing(3, 1, 2)
	of := func(t Transform, read func() float64) []float64 {
		all := make([]float64, draws)
		for i := range all {
			copy(im.x, []float32{0.2, 0.6, 0.2, 0.2, 0.2, 0.2})
			t.apply(im)
			all[i] = read()
		}
		return all
	}
	first := func() float64 { return float64(im.x[1]) }
	evenly(t, "brightness", of(Brightness{Share: 0.4}, first), 0.6*0.6, 0.6*1.4)
	mean := 0.2 + 0.2*redShare
	evenly(t, "contrast", of(Contrast{Share: 0.4}, first), mean+0.6*(0.6-mean), mean+1.4*(0.6-mean))
	grey := 0.2 + 0.4*redShare
	evenly(t, "saturation", of(Saturation{Share: 0.4}, first), grey+0.6*(0.6-grey), grey+1.4*(0.6-grey))
	// Red turned by up to a sixth of the circle has its green, or its blue, grow.
	evenly(t, "hue", of(Hue{Share: 0.1}, func() float64 { return float64(im.x[3]-im.x[5]) / 0.4 / 6 }), -0.1, 0.1)
}

// TestChances: flips are of one in two, crops each as likely as others.
func TestChances(t *testing.T) {
	im := drawing(1, 2, 2)
	for _, f := range []Transform{Flip{}, FlipVertical{}} {
		n := 0
		for range draws {
			copy(im.x, []float32{1, 2, 3, 4})
			f.apply(im)
			if im.x[0] != 1 {
				n++
			}
		}
		if math.Abs(float64(n)/draws-0.5) > 0.03 {
			t.Errorf("%v: %d of %d", f, n, draws)
		}
	}
	im = drawing(1, 9, 9)
	counts := map[int]int{}
	for range 25 * draws {
		clear(im.x)
		im.x[40] = 1
		Crop{Pad: 2}.apply(im)
		counts[slices.Index(im.x, 1)]++
	}
	for at, n := range counts {
		if y, x := at/9, at%9; y < 2 || y > 6 || x < 2 || x > 6 || math.Abs(float64(n)/draws-1) > 0.1 {
			t.Errorf("crop: the middle comes to (%d, %d) %d times of %d", y, x, n, 25*draws)
		}
	}
	if len(counts) != 25 {
		t.Errorf("crop: %d places, want 25", len(counts))
	}
	operation := map[string]int{}
	im = drawing(1, 16, 16)
	for range 14 * draws / 10 {
		for i := range im.x {
			im.x[i] = float32(i%16)/20 + 0.1
		}
		before := slices.Clone(im.x)
		RandAugment{N: 1, Magnitude: 20}.apply(im)
		key := "others"
		if slices.Equal(before, im.x) {
			key = "identity"
		}
		operation[key]++
	}
	// Identity, colour, of a grey image, and equalize, of so few pixels.
	if share := float64(operation["identity"]) / (14 * draws / 10); math.Abs(share-3.0/14) > 0.02 {
		t.Errorf("randaugment: %v unchanged, want 3 of 14", share)
	}
}

func TestNoise(t *testing.T) {
	im := drawing(1, 100, 100)
	for i := range im.x {
		im.x[i] = 0.5
	}
	Noise{Deviation: 0.1}.apply(im)
	all := make([]float64, len(im.x))
	for i, v := range im.x {
		all[i] = float64(v)
	}
	if mean, deviation := moments(all); math.Abs(mean-0.5) > 0.005 || math.Abs(deviation-0.1) > 0.005 {
		t.Errorf("mean %v, deviation %v, want 0.5 and 0.1", mean, deviation)
	}
	Noise{Deviation: 1}.apply(im)
	if slices.Min(im.x) != 0 || slices.Max(im.x) != 1 {
		t.Errorf("from %v to %v, want within 0 and 1", slices.Min(im.x), slices.Max(im.x))
	}
}

// TestCutout: the square is where the middle lets it be, and what the network sees
// as 0.
func TestCutout(t *testing.T) {
	im := drawing(2, 10, 12)
	im.zero = []float32{0.25, 0.5}
	hidden := make([]float64, 120)
	for range 12 * draws {
		for i := range im.x {
			im.x[i] = 1
		}
		Cutout{Side: 4}.apply(im)
		n := 0
		for i := range hidden {
			switch {
			case im.x[i] == 0.25 && im.x[120+i] == 0.5:
				hidden[i]++
				n++
			case im.x[i] != 1 || im.x[120+i] != 1:
				t.Fatalf("value %d is %v and %v", i, im.x[i], im.x[120+i])
			}
		}
		if n < 4 || n > 16 {
			t.Fatalf("%d pixels taken out, want 4 to 16", n)
		}
	}
	for i, n := range hidden { // a pixel is hidden by the 16 middles around it that lie in the image
		y, x := i/12, i%12
		rows, columns := min(y+2, 9)-max(y-1, 0)+1, min(x+2, 11)-max(x-1, 0)+1
		want := 12 * draws * float64(rows*columns) / 120
		if math.Abs(n-want) > 6*math.Sqrt(want) {
			t.Errorf("pixel (%d, %d) hidden %v times, want about %v", y, x, n, want)
		}
	}
}

// TestBeta compares moments with those of the distribution: 1/2, and a deviation
// of 1/(2·√(2·alpha+1)).
func TestBeta(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, alpha := range []float64{0.001, 0.2, 0.5, 1, 2, 30} {
		all := make([]float64, 5*draws)
		for i := range all {
			if all[i] = beta(rng, alpha); !(all[i] >= 0 && all[i] <= 1) {
				t.Fatalf("alpha %v: %v", alpha, all[i])
			}
		}
		mean, deviation := moments(all)
		if want := 1 / (2 * math.Sqrt(2*alpha+1)); math.Abs(mean-0.5) > 0.015 || math.Abs(deviation-want) > 0.01 {
			t.Errorf("alpha %v: mean %v, deviation %v, want 0.5 and %v", alpha, mean, deviation, want)
		}
		if alpha == 1 {
			evenly(t, "alpha 1", all, 0, 1)
		}
	}
}

// flat is n images, each of one value of its own and of a class of its own.
func flat(n int) *loaders.Dataset {
	d := &loaders.Dataset{Name: "flat", Channels: 1, Height: 8, Width: 8}
	for i := range n {
		d.Classes = append(d.Classes, string(rune('a'+i)))
		d.Labels = append(d.Labels, i)
		d.Images = append(d.Images, slices.Repeat([]uint8{uint8(10 * i)}, 64)...)
	}
	return d
}

// TestMixed: values and labels are mixed alike, with partners from anywhere.
func TestMixed(t *testing.T) {
	const n = 20
	d := flat(n)
	for _, text := range []string{"mixup=1", "cutmix=1", "mixup=1,cutmix=1"} {
		s := source(t, d, Config{Pipeline: parsed(t, text)})
		partners := map[int]int{}
		var shares []float64
		mixups, cutmixes := 0, 0
		for e := range 200 {
			x, y := epoch(t, s, loaders.BatchConfig{Size: 7, Seed: 1, Epoch: e + 1})
			for i := range x {
				own, sum, mean := float64(y[i][i]), 0.0, 0.0
				var values []float32
				for l, v := range y[i] {
					sum += float64(v)
					mean += float64(v) * 10 * float64(l) / 255
					if v > 0 {
						partners[l]++
					}
				}
				got := 0.0
				for _, v := range x[i] {
					got += float64(v) / 64
					if !slices.Contains(values, v) {
						values = append(values, v)
					}
				}
				if math.Abs(sum-1) > 1e-6 || math.Abs(got-mean) > 1e-5 {
					t.Fatalf("%s: labels %v, which add up to %v, and a mean of %v, want %v", text, y[i], sum, got, mean)
				}
				if own < 1 {
					if shares = append(shares, own); len(values) == 1 {
						mixups++
					} else {
						cutmixes++
					}
				}
			}
		}
		if len(partners) != n {
			t.Errorf("%s: %d partners, want all %d", text, len(partners), n)
		}
		switch text {
		case "mixup=1":
			if evenly(t, text, shares, 0, 1); cutmixes > 0 {
				t.Errorf("%s: %d with several values", text, cutmixes)
			}
		case "cutmix=1":
			if mixups > 100 { // some rectangles cover all
				t.Errorf("%s: %d with one value", text, mixups)
			}
		default:
			if share := float64(mixups) / float64(mixups+cutmixes); math.Abs(share-0.52) > 0.04 { // some rectangles are empty
				t.Errorf("%s: %v of them by mixup", text, share)
			}
		}
	}
}
