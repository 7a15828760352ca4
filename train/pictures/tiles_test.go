package pictures

import (
	"image"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

func TestTiles(t *testing.T) {
	nan := float32(math.NaN())
	for _, tt := range []struct {
		name   string
		values []float32
		shape  graph.Shape
		most   int
		w      int
		want   []uint8
	}{
		{"maps", []float32{0, 1, 2, 3, 5, 5, 5, 5, -1, 0, 1, -1}, graph.Shape{3, 2, 2}, 9, 5, []uint8{
			0, 85, 255, 0, 0,
			169, 254, 255, 0, 0,
			255, 255, 255, 255, 255,
			0, 127, 255, 255, 255,
			254, 0, 255, 255, 255,
		}},
		{"the first", []float32{0, 1, 2, 3, 5, 5, 5, 5}, graph.Shape{2, 2, 2}, 1, 2, []uint8{0, 85, 169, 254}},
		{"a vector", []float32{0, 1, 2, 4, 3}, graph.Shape{5}, 9, 3, []uint8{0, 64, 127, 254, 191, 255}},
		{"single pixels", []float32{0, 4}, graph.Shape{2, 1, 1}, 9, 2, []uint8{0, 254}},
		{"not finite", []float32{nan, 1, float32(math.Inf(1)), 3}, graph.Shape{4}, 9, 2, []uint8{0, 0, 254, 254}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Tiles(tt.values, tt.shape, tt.most)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, m.Pix); diff != "" || m.Rect != image.Rect(0, 0, tt.w, len(tt.want)/tt.w) {
				t.Errorf("%v (-want +got):\n%s", m.Rect, diff)
			}
		})
	}
	for _, most := range []int{0, 4} {
		if _, err := Tiles([]float32{1, 2}, graph.Shape{most}, most); err == nil || !strings.HasPrefix(err.Error(), "tiles: want") {
			t.Errorf("want an error, got %v", err)
		}
	}
}
