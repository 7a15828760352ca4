package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWritePNG: a picture of each kind is read as it was written, an opaque one
// without its alpha.
func TestWritePNG(t *testing.T) {
	b := image.Rect(0, 0, 7, 5)
	for _, opaque := range []bool{false, true} {
		for _, m := range []image.Image{
			image.NewGray(b), image.NewGray16(b), NewGrayAlpha(b), NewGrayAlpha16(b), image.NewNRGBA(b), image.NewNRGBA64(b),
		} {
			pix, _, pixel := Samples(m)
			for i := range pix {
				pix[i] = uint8(i * 37)
				if opaque && i%pixel >= pixel*3/4 || opaque && pixel < 8 && i%pixel >= pixel/2 && isGreyAlpha(m) {
					pix[i] = 255
				}
			}
			var out bytes.Buffer
			if err := WritePNG(&out, m, nil); err != nil {
				t.Fatal(err)
			}
			p, err := read(out.Bytes())
			if err != nil {
				t.Fatalf("%T: %v", m, err)
			}
			want := m
			switch g := m.(type) {
			case *GrayAlpha:
				if opaque {
					want = withoutAlpha8(g)
				}
			case *GrayAlpha16:
				if opaque {
					want = withoutAlpha16(g)
				}
			}
			if diff := cmp.Diff(fmt.Sprintf("%T", want), fmt.Sprintf("%T", p.Image)); diff != "" && !opaque {
				t.Errorf("opaque %v (-want +got):\n%s", opaque, diff)
			}
			for y := range 5 {
				for x := range 7 {
					if a, b := want.At(x, y), p.Image.At(x, y); a != b && !sameColour(a, b) {
						t.Fatalf("%T, opaque %v, pixel %d,%d: want %v, got %v", m, opaque, x, y, a, b)
					}
				}
			}
		}
	}
}

func isGreyAlpha(m image.Image) bool {
	switch m.(type) {
	case *GrayAlpha, *GrayAlpha16:
		return true
	}
	return false
}

func sameColour(a, b interface{ RGBA() (r, g, b, a uint32) }) bool {
	ar, ag, ab, aa := a.RGBA()
	br, bg, bb, ba := b.RGBA()
	return ar == br && ag == bg && ab == bb && aa == ba
}

// TestWriteFails: the error of the writer is the result, wherever it comes.
func TestWriteFails(t *testing.T) {
	full := errors.New("full")
	m := NewGrayAlpha(image.Rect(0, 0, 30, 30))
	for room := range 90 {
		if err := WritePNG(&bounded{room, full}, m, chunk("gAMA", make([]byte, 4))); err != full {
			t.Fatalf("room for %d bytes: want %v, got %v", room, full, err)
		}
	}
}

// bounded takes so many bytes.
type bounded struct {
	room int
	err  error
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(p) > b.room {
		return 0, b.err
	}
	b.room -= len(p)
	return len(p), nil
}
