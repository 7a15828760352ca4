package prediction

import "testing"

func TestLargest(t *testing.T) {
	for _, tt := range []struct {
		name string
		row  []float32
		want int
	}{
		{"one", []float32{-3}, 0},
		{"last", []float32{1, 2, 3}, 2},
		{"negative", []float32{-3, -1, -2}, 1},
		{"first of equals", []float32{0, 5, 5, 1, 5}, 1},
		{"all equal", []float32{2, 2, 2}, 0},
	} {
		if got := Largest(tt.row); got != tt.want {
			t.Errorf("%s: want %d, got %d", tt.name, tt.want, got)
		}
	}
}
