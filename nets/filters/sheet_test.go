package filters

import (
	"image"
	"image/color"
	"testing"
)

// chequered is a grey picture whose pixels are all of different value.
func chequered(w, h int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * 37)
	}
	return m
}

// TestSheet: pictures stand in rows, in their order, with whole pixels.
func TestSheet(t *testing.T) {
	s := Sheet{Columns: 2, Side: 30}
	for range 3 {
		s.Add("m", chequered(10, 5))
	}
	got := s.Image()
	if want := image.Pt(12+2*(30+12), 12+2*(30+12+24)); got.Bounds().Size() != want {
		t.Fatalf("want %v, got %v", want, got.Bounds())
	}
	if _, ok := got.(*image.Gray); !ok {
		t.Errorf("want a grey sheet of grey pictures, got %T", got)
	}
	m := chequered(10, 5)
	for i, at := range []image.Point{{12, 12}, {54, 12}, {12, 78}} {
		for y := range 15 { // three pixels for one, in the middle of the cell
			for x := range 30 {
				want, got := m.GrayAt(x/3, y/3), got.(*image.Gray).GrayAt(at.X+x, at.Y+7+y)
				if want != got {
					t.Fatalf("picture %d, pixel %d,%d: want %v, got %v", i, x, y, want, got)
				}
			}
		}
	}
	if got := got.At(54+15, 78+15); got != (color.Gray{Y: 246}) {
		t.Errorf("want nothing in the last cell, got %v", got)
	}
}

func TestSheetKind(t *testing.T) {
	grey, deep := image.NewGray(image.Rect(0, 0, 1, 1)), image.NewGray16(image.Rect(0, 0, 1, 1))
	colour, both := image.NewNRGBA(image.Rect(0, 0, 1, 1)), image.NewNRGBA64(image.Rect(0, 0, 1, 1))
	for _, tt := range []struct {
		cells []image.Image
		want  color.Model
	}{
		{nil, color.GrayModel},
		{[]image.Image{nil, grey}, color.GrayModel},
		{[]image.Image{grey, deep}, color.Gray16Model},
		{[]image.Image{grey, colour}, color.RGBAModel},
		{[]image.Image{deep, colour}, color.RGBA64Model},
		{[]image.Image{both, grey}, color.RGBA64Model},
	} {
		var s Sheet
		for _, m := range tt.cells {
			s.Add("", m)
		}
		if got := s.Image(); got.ColorModel() != tt.want {
			t.Errorf("%v: got %T", tt.cells, got)
		}
	}
}

// TestSheetSize: text is never cut off, and what is too large is scaled down.
func TestSheetSize(t *testing.T) {
	long := "a label that is much longer than a cell of thirty pixels"
	var narrow, wide, headed Sheet
	narrow.Side, wide.Side, headed.Side = 30, 30, 30
	narrow.Add("m", chequered(400, 100))
	wide.Add(long, chequered(400, 100))
	headed.Add("m", chequered(400, 100))
	headed.Heading = long
	n, w, h := narrow.Image().Bounds(), wide.Image().Bounds(), headed.Image().Bounds()
	if n.Size() != image.Pt(54, 78) {
		t.Errorf("want 54×78, got %v", n)
	}
	if w.Dx() < 300 || w.Dy() != n.Dy() {
		t.Errorf("want room for the label, got %v", w)
	}
	if h.Dx() != w.Dx() || h.Dy() != n.Dy()+36 {
		t.Errorf("want room for the heading, got %v", h)
	}
	if got := (Sheet{}).Image().Bounds(); got.Empty() {
		t.Errorf("no cells: got %v", got)
	}
}
