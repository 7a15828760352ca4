package augment

import (
	"math"
	"slices"
	"strings"
	"testing"

	"euryale/loaders"
)

// TestMeasure compares with two passes in float64, and with what is known exactly.
func TestMeasure(t *testing.T) {
	d := noisy(150, 3, 7, 5)
	for i := range d.Images {
		if i/35%3 == 1 { // the second channel is darker
			d.Images[i] /= 3
		}
	}
	mean, deviation, err := Measure(d)
	if err != nil {
		t.Fatal(err)
	}
	for c := range 3 {
		var all []float64
		for i := range d.Len() {
			for _, v := range d.Image(i)[c*35 : (c+1)*35] {
				all = append(all, float64(v)/255)
			}
		}
		m, s := moments(all)
		if math.Abs(m-mean[c]) > 1e-12 || math.Abs(s-deviation[c]) > 1e-12 {
			t.Errorf("channel %d: mean %v and deviation %v, want %v and %v", c, mean[c], deviation[c], m, s)
		}
	}
	d = &loaders.Dataset{Channels: 1, Height: 1, Width: 2, Images: []uint8{0, 255}, Labels: []int{0}}
	if mean, deviation, err = Measure(d); err != nil || !slices.Equal(mean, []float64{0.5}) || !slices.Equal(deviation, []float64{0.5}) {
		t.Errorf("of black and white: %v, %v (%v), want 0.5 and 0.5", mean, deviation, err)
	}
	d.Images[0] = 255
	if mean, deviation, err = Measure(d); err != nil || mean[0] != 1 || deviation[0] != 0 {
		t.Errorf("of white: %v, %v (%v), want 1 and 0", mean, deviation, err)
	}
	_, _, err = Measure(&loaders.Dataset{Name: "empty", Channels: 1, Height: 1, Width: 1})
	if want := "empty: want at least one image to measure, got none"; err == nil || err.Error() != want {
		t.Errorf("want error %q, got %v", want, err)
	}
	if _, _, err = Measure(nil); err == nil {
		t.Error("nil: want an error")
	}
}

// TestSpread: sums that a float64 does not hold.
func TestSpread(t *testing.T) {
	const n = 1 << 40 // pixels, half of them 255
	if got, want := math.Sqrt(spread(n, n/2*255, n/2*255*255))/n, 127.5; got != want {
		t.Errorf("deviation %v, want %v", got, want)
	}
}

func TestNewRefuses(t *testing.T) {
	grey, small := noisy(4, 1, 28, 28), noisy(4, 3, 4, 9)
	wrong := noisy(4, 1, 28, 28)
	wrong.Labels[2] = 3
	for _, c := range []struct {
		data   *loaders.Dataset
		config Config
		want   string
	}{
		{nil, Config{}, "want a dataset, got nil"},
		{grey, Config{Pipeline: Pipeline{Saturation{0.2}}}, "noisy: augment: saturation=0.2: want images of 3 channels, red, green and blue, for saturation, got 1: leave it out"},
		{grey, Config{Pipeline: Pipeline{Hue{0.2}}}, "for hue, got 1"},
		{grey, Config{Pipeline: Pipeline{Flip{}, nil}}, "augment: want transforms, got nil at 1"},
		{grey, Config{Pipeline: Pipeline{Rotate{Degrees: 1, Border: 7}}}, "want a border of black, edge or reflect, got the number 7"},
		{grey, Config{Pipeline: Pipeline{Zoom{}}}, "augment: zoom=0: want a share above 0"},
		{small, Config{Pipeline: Pipeline{Crop{Pad: 4}}}, "noisy: augment: crop=4: want fewer pixels than the sides of the images have, 4×9, got 4"},
		{small, Config{Pipeline: Pipeline{Shift{Pixels: 4}}}, "noisy: augment: shift=4: want fewer pixels than the sides of the images have, 4×9, got 4"},
		{small, Config{Pipeline: Pipeline{Cutout{Side: 9}}}, "want at most twice as many pixels as the sides of the images have, 4×9, got 9"},
		{small, Config{Mean: []float64{1, 2}}, "augment: want a Mean for each of 3 channels, or one for all, got 2"},
		{small, Config{Mean: []float64{math.NaN()}}, "augment: want a finite Mean, got NaN for channel 0"},
		{small, Config{Deviation: []float64{1, 0, 1}}, "augment: want a finite Deviation above 0, got 0 for channel 1"},
		{small, Config{Deviation: []float64{math.Inf(1)}}, "augment: want a finite Deviation above 0, got +Inf for channel 0"},
		{small, Config{ClassWeights: []float64{1}}, "augment: want ClassWeights for each of 3 classes, got 1"},
		{small, Config{ClassWeights: []float64{1, -1, 1}}, "augment: want finite ClassWeights of at least 0, got -1 for class 1"},
		{wrong, Config{OneHot: true}, "noisy: image 2: want a label below 3, got 3"},
	} {
		_, err := New(c.data, c.config)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want error %q, got %v", c.want, err)
		}
	}
	if _, err := New(wrong, Config{}); err != nil { // labels that nobody looks at
		t.Error(err)
	}
	s := source(t, grey, Config{})
	if err := s.Fill(&loaders.Batch{}, []int{4}); err == nil || err.Error() != "noisy: want positions from 0 to 3, got 4" {
		t.Errorf("a position beyond: %v", err)
	}
}

// TestSample is of what Fill makes, before it is normalised.
func TestSample(t *testing.T) {
	d := noisy(9, 3, 16, 16)
	p := parsed(t, "rotate=10,cutout=4,mixup=0.5")
	mean := []float64{0.2, 0.4, 0.6}
	s := source(t, d, Config{Pipeline: p, Mean: mean, Deviation: []float64{0.25}})
	index := []int{5, 2, 7}
	got, err := s.Sample(index, 3, 4)
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Check(); err != nil {
		t.Fatal(err)
	}
	b := &loaders.Batch{N: 3, Seed: 3, Epoch: 4}
	if err := s.Fill(b, index); err != nil {
		t.Fatal(err)
	}
	for i, v := range b.Inputs[0] {
		want := 255 * (0.25*float64(v) + mean[i/256%3])
		if math.Abs(float64(got.Images[i])-want) > 0.5+1e-3 {
			t.Fatalf("value %d: %d, want %v", i, got.Images[i], want)
		}
	}
	for k, l := range got.Labels {
		if want := label(b.Targets[0], k, 3); l != want || b.Targets[0].Values[3*k+l] < 0.34 {
			t.Errorf("sample %d: label %d of %v", k, l, b.Targets[0].Values[3*k:3*k+3])
		}
	}
	if want := "noisy, augmented by rotate=10,cutout=4,mixup=0.5"; got.Name != want {
		t.Errorf("want the name %q, got %q", want, got.Name)
	}
	if got.PNG() == nil {
		t.Error("want a contact sheet")
	}
}

func TestChecksum(t *testing.T) {
	d, other := noisy(3, 3, 16, 16), noisy(3, 3, 16, 16)
	other.Images[0]++
	seen := map[string]bool{d.Checksum(): true}
	for _, s := range []*Source{
		source(t, d, Config{}), source(t, other, Config{}), source(t, d, Config{Mean: []float64{0.1}}), source(t, d, Config{Deviation: []float64{0.1}}),
		source(t, d, Config{OneHot: true}), source(t, d, Config{ClassWeights: []float64{1, 2, 3}}), source(t, d, Config{Pipeline: Pipeline{Flip{}}}),
		source(t, d, Config{Pipeline: Pipeline{Crop{Pad: 1}}}), source(t, d, Config{Pipeline: Pipeline{Crop{Pad: 1, Border: Edge}}}),
	} {
		if sum := s.Checksum(); seen[sum] || sum != s.Checksum() {
			t.Errorf("%v: want another checksum, the same each time", s)
		} else {
			seen[sum] = true
		}
	}
}
