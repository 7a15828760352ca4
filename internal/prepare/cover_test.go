package prepare_test

import (
	"image"
	"testing"

	"euryale/internal/prepare"
)

func TestCover(t *testing.T) {
	for _, tt := range []struct{ from, to, want image.Point }{
		{image.Pt(640, 480), image.Pt(224, 224), image.Pt(298, 224)},
		{image.Pt(480, 640), image.Pt(224, 224), image.Pt(224, 298)},
		{image.Pt(7, 7), image.Pt(28, 28), image.Pt(28, 28)},
		{image.Pt(100, 10), image.Pt(10, 20), image.Pt(200, 20)},
		{image.Pt(99, 100), image.Pt(20, 10), image.Pt(20, 20)},
		{image.Pt(1, 1000), image.Pt(3, 5), image.Pt(3, 3000)},
	} {
		if got := prepare.Cover(tt.from, tt.to); got != tt.want {
			t.Errorf("%v over %v: want %v, got %v", tt.from, tt.to, tt.want, got)
		}
	}
}
