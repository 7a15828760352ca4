package pictures

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders"
	"euryale/train/chart"
)

// TestStreamed draws the same of images that are decoded when they are asked for.
func TestStreamed(t *testing.T) {
	dir, data := t.TempDir(), shapes(9, 1, 8)
	for i, label := range data.Labels {
		class := filepath.Join(dir, fmt.Sprint(label))
		if err := os.MkdirAll(class, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := WritePNG(filepath.Join(class, fmt.Sprint(i)+".png"), data.Picture(i)); err != nil {
			t.Fatal(err)
		}
	}
	net := network(t, grey8)
	var drawn [2][]image.Image
	var text [2]string
	for k, memory := range []int64{0, 1} {
		d, _, err := loaders.Open(t.Context(), dir, loaders.OpenConfig{Memory: memory})
		if err != nil || d.Streamed() != (memory == 1) {
			t.Fatalf("want it streamed: %v, got %v, %v", memory == 1, d, err)
		}
		maps, err := FeatureMaps(net, d, FeatureConfig{Images: []int{4, 1}})
		if err != nil {
			t.Fatal(err)
		}
		sheets, err := FeatureSheets(net, d, FeatureConfig{Images: []int{4, 1}})
		if err != nil {
			t.Fatal(err)
		}
		mistakes, err := Mistakes(d, wrong(d.Labels))
		if err != nil {
			t.Fatal(err)
		}
		drawn[k] = []image.Image{maps, sheets[0].Image, mistakes}
		text[k] = chart.Image(d, 4)
	}
	if diff := cmp.Diff(drawn[0], drawn[1]); diff != "" {
		t.Error("want the same pictures of a streamed dataset")
	}
	if text[0] != text[1] {
		t.Errorf("want the chart\n%s, got\n%s", text[0], text[1])
	}
}
