package graph_test

import (
	"context"
	img "image"
	"image/color"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// striped is a picture of grey columns.
func striped(width, height int, at func(x int) uint8) img.Image {
	m := img.NewGray(img.Rect(3, 5, 3+width, 5+height)) // from anywhere
	for y := range height {
		for x := range width {
			m.SetGray(3+x, 5+y, color.Gray{Y: at(x)})
		}
	}
	return m
}

func TestPicture(t *testing.T) {
	net := smallNet(t) // of 1×4×4
	got, err := net.Picture(striped(4, 4, func(x int) uint8 { return uint8(51 * x) }))
	if err != nil {
		t.Fatal(err)
	}
	row := []float32{0, 0.2, 0.4, 0.6}
	want := append(append(append(append([]float32{}, row...), row...), row...), row...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Twice as wide and high, with as much again on both sides, which is cut off.
	wide := striped(16, 8, func(x int) uint8 {
		if x < 4 || x >= 12 {
			return 255
		}
		return 102
	})
	if err := net.SetDetails(graph.Details{Input: graph.Scaling{Mean: []float64{0.4}, Deviation: []float64{0.5}}}); err != nil {
		t.Fatal(err)
	}
	if got, err = net.Picture(wide); err != nil {
		t.Fatal(err)
	}
	for i := range 16 {
		if x := i % 4; (x == 1 || x == 2) && got[i] != 0 {
			t.Errorf("pixel %d: want 0, in the middle, got %v", i, got[i])
		}
	}
}

func TestPredictImage(t *testing.T) {
	net := smallNet(t)
	p, err := graph.NewPredictor(net, graph.PredictorConfig{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	m := striped(9, 7, func(x int) uint8 { return uint8(20 * x) })
	x, err := net.Picture(m)
	if err != nil {
		t.Fatal(err)
	}
	want, err := p.Predict(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.PredictImage(context.Background(), m)
	if err != nil || !cmp.Equal(want, got) {
		t.Errorf("want %v, got %v, %v", want, got, err)
	}
	if _, err := p.PredictImage(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "at least one pixel") {
		t.Errorf("want a picture to be asked for, got %v", err)
	}
	vectors, err := graph.New(graph.Config{Input: graph.Shape{4}}, graph.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vectors.Picture(m); err == nil || !strings.Contains(err.Error(), "want a network of pictures") {
		t.Errorf("want a network of pictures to be asked for, got %v", err)
	}
}
