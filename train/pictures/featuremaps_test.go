package pictures

import (
	"fmt"
	"image"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"euryale/graph"
	"euryale/loaders"
)

// activation is a layer's output for one image, of a program that keeps nothing else.
func activation(t *testing.T, net *graph.Network, data *loaders.Dataset, layer string, i int) []float64 {
	t.Helper()
	p, err := net.Compile(graph.ProgramConfig{Keep: []string{layer}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for k, v := range data.Image(i) {
		switch x := p.Input.Data().(type) {
		case []float32:
			x[k] = float32(v) / 255
		case []float64:
			x[k] = float64(float32(v) / 255)
		}
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	kept, err := p.Activation(layer)
	if err != nil {
		t.Fatal(err)
	}
	values, err := floats(kept)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// flatten joins the channels of an image.
func flatten(channels []plane) []float64 {
	var all []float64
	for _, p := range channels {
		all = append(all, p.values...)
	}
	return all
}

// engines are all that a network can run on.
var engines = []graph.Config{
	{Engine: graph.Gorgonia}, {Engine: graph.Fused}, {Engine: graph.DefaultEngine}, {Engine: graph.Gorgonia, Dtype: graph.Float64},
}

// TestMapsAreActivations: the maps are what the inference program's layers make, on each
// engine, and the engines agree.
func TestMapsAreActivations(t *testing.T) {
	data := shapes(9, 1, 8)
	images := []int{7, 0, 5, 0}
	reference := network(t, graph.Config{Input: grey8.Input, Seed: 3, Engine: graph.Gorgonia})
	for _, c := range engines {
		c.Input, c.Seed = grey8.Input, grey8.Seed
		net := network(t, c)
		a, err := see(net, data, images)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, l := range a.layers {
			names = append(names, l.Name)
			for i, n := range images {
				got := flatten(a.maps[l.Name][i])
				near := cmpopts.EquateApprox(1e-5, 1e-6)
				if diff := cmp.Diff(activation(t, net, data, l.Name, n), got, near); diff != "" {
					t.Errorf("%v, %s, image %d (-layer +map):\n%s", c, l.Name, n, diff)
				}
				if c.Dtype == graph.Float64 {
					continue // it draws other weights
				}
				if diff := cmp.Diff(activation(t, reference, data, l.Name, n), got, near); diff != "" {
					t.Errorf("%v, %s, image %d (-reference +map):\n%s", c, l.Name, n, diff)
				}
			}
		}
		if diff := cmp.Diff([]string{"conv2d_1", "max_pool2d_1", "conv2d_2"}, names); diff != "" {
			t.Errorf("layers (-want +got):\n%s", diff)
		}
	}
}

// TestMapsByHand works out the first layer: convolution, bias and ReLU.
func TestMapsByHand(t *testing.T) {
	data := shapes(2, 1, 8)
	for _, engine := range []graph.Engine{graph.Gorgonia, graph.Fused} {
		net := network(t, graph.Config{Input: grey8.Input, Seed: 3, Engine: engine})
		a, err := see(net, data, []int{1})
		if err != nil {
			t.Fatal(err)
		}
		w, _ := floats(net.Params()[0].Value)
		b, _ := floats(net.Params()[1].Value)
		var want []float64
		for f := range 4 {
			for y := range 6 {
				for x := range 6 {
					sum := b[f]
					for k := range 9 {
						sum += w[9*f+k] * float64(data.Image(1)[8*(y+k/3)+x+k%3]) / 255
					}
					want = append(want, max(sum, 0))
				}
			}
		}
		if diff := cmp.Diff(want, flatten(a.maps["conv2d_1"][0]), cmpopts.EquateApprox(1e-5, 1e-6)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", engine, diff)
		}
	}
}

// TestFeatureMaps compares pixels with the activations: one row an image, one column a layer.
func TestFeatureMaps(t *testing.T) {
	data := shapes(9, 1, 8)
	net := network(t, grey8)
	for _, tt := range []struct {
		config FeatureConfig
		images []int
	}{
		{FeatureConfig{Convolution: 1}, []int{0, 3, 6}},
		{FeatureConfig{Images: []int{4, 2}, Convolution: 0}, []int{4, 2}},
		{FeatureConfig{Images: []int{8}, Convolution: 3}, []int{8}},
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
		table := newMapTable(a, data, tt.config.Convolution)
		for i, n := range tt.images {
			for p, v := range data.Image(n) {
				wantPixel(t, img, table.pixel(0, i, 8, 8, p), photo(data, n).At(p%8, p/8))
				_ = v
			}
			for k, l := range a.layers {
				h, w := l.Output[1], l.Output[2]
				if tt.config.Convolution >= l.Output[0] {
					wantPixel(t, img, table.pixel(k+1, i, w, h, 0), paper)
					continue
				}
				values := activation(t, net, data, l.Name, n)[tt.config.Convolution*h*w:][:h*w]
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

// TestFeatureSheets finds every channel of every layer, in order.
func TestFeatureSheets(t *testing.T) {
	data := shapes(9, 1, 8)
	net := network(t, grey8)
	sheets, err := FeatureSheets(net, data, FeatureConfig{Images: []int{1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	for s, l := range ImageLayers(net) {
		if sheets[s].Layer != l.Name {
			t.Errorf("sheet %d: want %s, got %s", s, l.Name, sheets[s].Layer)
		}
		wantMargin(t, sheets[s].Image)
		h, w := l.Output[1], l.Output[2]
		side := sheetSide / w
		places := picturesIn(sheets[s].Image, image.Pt(w*side, h*side))
		if len(places) != 2*l.Output[0] {
			t.Fatalf("%s: want %d maps, got %d at %v", l.Name, 2*l.Output[0], len(places), places)
		}
		for i := range 2 {
			values := activation(t, net, data, l.Name, 1+i)
			for k := range l.Output[0] {
				p := plane{w, h, values[k*h*w : (k+1)*h*w]}
				low, high := p.bounds()
				want := p.paint(inferno, low, high)
				at := places[i*l.Output[0]+k]
				for j := range h * w {
					got := sheets[s].Image.At(at.X+j%w*side+side/2, at.Y+j/w*side+side/2)
					if apart(got, want.At(j%w, j/w)) > 1 {
						t.Fatalf("%s, image %d, channel %d, value %d: want %v, got %v", l.Name, i, k, j, want.At(j%w, j/w), got)
					}
				}
			}
		}
	}
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

func TestFirstOfClass(t *testing.T) {
	data := shapes(10, 1, 4)
	for _, tt := range []struct {
		class, n int
		want     []int
	}{
		{1, 3, []int{1, 4, 7}}, {0, 9, []int{0, 3, 6, 9}}, {2, 0, nil}, {5, 3, nil},
	} {
		if diff := cmp.Diff(tt.want, FirstOfClass(data, tt.class, tt.n), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("class %d (-want +got):\n%s", tt.class, diff)
		}
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
		{"no image layer", network(t, grey8, graph.Flatten{}, graph.Dense{Units: 3}), data, FeatureConfig{}, "the network has no layer whose output is an image"},
		{"convolution", net, data, FeatureConfig{Convolution: 4}, "want a convolution from 0 to 3, got 4"},
		{"negative convolution", net, data, FeatureConfig{Convolution: -1}, "want a convolution from 0 to 3, got -1"},
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
	config := FeatureConfig{Images: []int{1, 2}, Convolution: 2}
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
