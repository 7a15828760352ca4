package pictures

import (
	"image"
	"testing"

	"euryale/graph"
)

// TestKernels compares the middle of each square with its weight, on one scale.
func TestKernels(t *testing.T) {
	for _, dtype := range []graph.Config{{Dtype: graph.Float32}, {Dtype: graph.Float64}} {
		c := grey8
		c.Dtype = dtype.Dtype
		net := network(t, c)
		weights, err := floats(net.Params()[0].Value)
		if err != nil {
			t.Fatal(err)
		}
		most := 0.0
		for _, w := range weights {
			most = max(most, w, -w)
		}
		img, err := Kernels(net)
		if err != nil {
			t.Fatal(err)
		}
		wantMargin(t, img)
		places := picturesIn(img, image.Pt(48, 48))
		if len(places) != 4 {
			t.Fatalf("want 4 filters, got %d at %v", len(places), places)
		}
		for i, w := range weights {
			at := places[i/9].Add(image.Pt(i%3*16+8, i%9/3*16+8))
			wantPixel(t, img, at, aroundZero.at((w+most)/(2*most)))
		}
	}
}

// TestKernelsOfColours has a column of paper between the channels of a filter.
func TestKernelsOfColours(t *testing.T) {
	net := network(t, graph.Config{Input: graph.Shape{3, 8, 8}, Seed: 1})
	img, err := Kernels(net)
	if err != nil {
		t.Fatal(err)
	}
	wantMargin(t, img)
	filters, err := planes(net.Params()[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	most := greatest(filters)
	side := kernelSide * 11 / 3 / 11
	places := picturesIn(img, image.Pt(11*side, 3*side))
	if len(places) != 4 {
		t.Fatalf("want 4 filters, got %d at %v", len(places), places)
	}
	for i, channels := range filters {
		for k, p := range channels {
			for j, v := range p.values {
				at := places[i].Add(image.Pt((4*k+j%3)*side+side/2, j/3*side+side/2))
				wantPixel(t, img, at, aroundZero.at((v+most)/(2*most)))
			}
		}
		wantPixel(t, img, places[i].Add(image.Pt(3*side+side/2, side)), paper)
	}
}

// TestKernelsOfZero has no scale.
func TestKernelsOfZero(t *testing.T) {
	net := network(t, grey8)
	if err := net.Params()[0].Value.Memset(float32(0)); err != nil {
		t.Fatal(err)
	}
	img, err := Kernels(net)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range picturesIn(img, image.Pt(48, 48)) {
		wantPixel(t, img, at.Add(image.Pt(8, 8)), paper)
	}
}

func TestNoKernels(t *testing.T) {
	net := network(t, grey8, graph.Flatten{}, graph.Dense{Units: 3})
	if p := FirstKernels(net); p != nil {
		t.Errorf("want no kernels, got %s", p.Name)
	}
	_, err := Kernels(net)
	wantError(t, err, "kernels: want a network with a convolution, got one that has none")
}

func TestKernelsGolden(t *testing.T) {
	img, err := Kernels(network(t, grey8))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "kernels", img)
}
