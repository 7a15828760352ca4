package pictures

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"euryale/graph"
	"euryale/loaders"
)

// activation is a layer's output for one image, of a program that keeps nothing
// else.
func activation(t *testing.T, net *graph.Network, data *loaders.Dataset, layer string, i int) []float64 {
	t.Helper()
	p, err := net.Compile(graph.ProgramConfig{Keep: []string{layer}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var x []float32
	for _, v := range data.Image(i) {
		x = append(x, float32(v)/255)
	}
	if err := p.SetInput(0, x); err != nil {
		t.Fatal(err)
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

// TestMapsAreActivations: the maps are what the inference program's layers
// make, on each engine, and the engines agree.
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
