package pictures

import (
	"fmt"
	"image"
	"testing"

	"euryale/graph"
	"euryale/loaders"
)

// TestFeatureMaps compares pixels with the activations: one row an image, one
// column a layer.
func TestFeatureMaps(t *testing.T) {
	data := shapes(9, 1, 8)
	net := network(t, grey8)
	for _, tt := range []struct {
		config FeatureConfig
		images []int
	}{
		{FeatureConfig{Channel: 1}, []int{0, 3, 6}},
		{FeatureConfig{Images: []int{4, 2}, Channel: 0}, []int{4, 2}},
		{FeatureConfig{Images: []int{8}, Channel: 3}, []int{8}},
	} {
		img, err := FeatureMaps(net, data, tt.config)
		if err != nil {
			t.Fatal(err)
		}
		wantMargin(t, img)
		a, err := see(net, data, tt.images)
		if err != nil {
			t.Fatal(err)
		}
		table := newMapTable(a, data, tt.config.Channel)
		for i, n := range tt.images {
			for p, v := range data.Image(n) {
				wantPixel(t, img, table.pixel(0, i, 8, 8, p), data.Picture(n).At(p%8, p/8))
				_ = v
			}
			for k, l := range a.layers {
				h, w := l.Output[1], l.Output[2]
				if tt.config.Channel >= l.Output[0] {
					wantPixel(t, img, table.pixel(k+1, i, w, h, 0), paper)
					continue
				}
				values := activation(t, net, data, l.Name, n)[tt.config.Channel*h*w:][:h*w]
				low, high := values[0], values[0]
				for _, v := range values {
					low, high = min(low, v), max(high, v)
				}
				for p, v := range values {
					if got := img.At(table.pixel(k+1, i, w, h, p).X, table.pixel(k+1, i, w, h, p).Y); apart(got, inferno.at((v-low)/(high-low))) > 1 {
						t.Fatalf("%s, image %d, value %d: want %v, got %v", l.Name, n, p, inferno.at((v-low)/(high-low)), got)
					}
				}
			}
		}
	}
}

// pixel is the middle of pixel p of a map of w×h in row i of column k.
func (t *mapTable) pixel(k, i, w, h, p int) image.Point {
	side := mapSide / max(w, h)
	corner := image.Pt(t.middle(k)-w*side/2, t.at.Y+i*t.pitch.Y+(mapSide-h*side)/2)
	return corner.Add(image.Pt(p%w*side+side/2, p/w*side+side/2))
}

// TestMapsOfOnePixel are on the scale of all channels.
func TestMapsOfOnePixel(t *testing.T) {
	channels := []plane{{1, 1, []float64{2}}, {1, 1, []float64{-1}}, {1, 1, []float64{5}}}
	low, high := scale(channels, 0)
	if low != -1 || high != 5 {
		t.Errorf("want the scale of all, -1 to 5, got %v to %v", low, high)
	}
	channels[0] = plane{2, 1, []float64{2, 3}}
	if low, high = scale(channels, 0); low != 2 || high != 3 {
		t.Errorf("want the map's own scale, 2 to 3, got %v to %v", low, high)
	}
}

// TestFlatMap: a map without differences is the lowest colour, not an error.
func TestFlatMap(t *testing.T) {
	p := plane{2, 1, []float64{3, 3}}
	low, high := p.bounds()
	wantPixel(t, p.paint(inferno, low, high), image.Pt(1, 0), inferno[0])
}

func TestLargeMaps(t *testing.T) {
	data := shapes(3, 3, 200)
	net := network(t, graph.Config{Input: graph.Shape{3, 200, 200}}, graph.Conv2D{Filters: 2, Kernel: 3}, graph.Flatten{}, graph.Dense{Units: 3})
	img, err := FeatureMaps(net, data, FeatureConfig{})
	if err != nil {
		t.Fatal(err)
	}
	wantMargin(t, img)
	if n := len(picturesIn(img, image.Pt(198, 198))); n != 1 {
		t.Errorf("want one map in full size, got %d", n)
	}
}

func TestFeatureMapErrors(t *testing.T) {
	data := shapes(3, 1, 8)
	net := network(t, grey8)
	for _, tt := range []struct {
		name   string
		net    *graph.Network
		data   *loaders.Dataset
		config FeatureConfig
		want   string
	}{
		{"no image layer", network(t, grey8, graph.Flatten{}, graph.Dense{Units: 3}), data, FeatureConfig{}, "want a network with a layer whose output is an image, got one that has none"},
		{"channel", net, data, FeatureConfig{Channel: 4}, "want a channel from 0 to 3, got 4"},
		{"negative channel", net, data, FeatureConfig{Channel: -1}, "want a channel from 0 to 3, got -1"},
		{"image", net, data, FeatureConfig{Images: []int{3}}, "shapes: want images from 0 to 2, got 3"},
		{"no image", net, data, FeatureConfig{Images: []int{}}, "shapes: want at least one image, got none"},
		{"empty dataset", net, shapes(0, 1, 8), FeatureConfig{}, "shapes: want at least one image, got none"},
		{"shape", net, shapes(3, 1, 9), FeatureConfig{}, "shapes: want images of shape (1, 8, 8), as the network takes, got (1, 9, 9)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := FeatureMaps(tt.net, tt.data, tt.config)
			wantError(t, err, "feature maps: "+tt.want)
		})
	}
	_, err := FeatureSheets(net, data, FeatureConfig{Images: []int{-1}})
	wantError(t, err, "feature maps: shapes: want images from 0 to 2, got -1")
}

func TestFeatureMapsGolden(t *testing.T) {
	data, net := shapes(6, 1, 8), network(t, grey8)
	config := FeatureConfig{Images: []int{1, 2}, Channel: 2}
	img, err := FeatureMaps(net, data, config)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "feature-maps", img)
	sheets, err := FeatureSheets(net, data, config)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets[:1] {
		golden(t, fmt.Sprintf("feature-maps-%s", s.Layer), s.Image)
	}
}
