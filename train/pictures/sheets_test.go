package pictures

import (
	"image"
	"testing"
)

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
