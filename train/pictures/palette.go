package pictures

import (
	"image"
	"image/color"
)

// few is img in at most 256 colours, whose PNG takes a half to a third of the
// bytes: the colours that it has, if they are no more, else rounded, each channel
// to the most bits with which they are that few. Transparency is lost.
func few(img image.Image) *image.Paletted {
	for bits := 8; ; bits-- {
		if p := paletted(img, bits); p != nil { // at 2 bits there are 64
			return p
		}
	}
}

// exactly is img in a palette, or img itself if it has more than 256 colours.
func exactly(img image.Image) image.Image {
	if p := paletted(img, 8); p != nil {
		return p
	}
	return img
}

// paletted is img with its channels rounded to some bits, colours in the order in
// which they come; nil if there are more than 256.
func paletted(img image.Image, bits int) *image.Paletted {
	b := img.Bounds()
	p := image.NewPaletted(b, nil)
	index := map[color.RGBA]int{}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, blue, _ := img.At(x, y).RGBA()
			c := color.RGBA{rounded(r, bits), rounded(g, bits), rounded(blue, bits), 255}
			k, ok := index[c]
			if !ok {
				k = len(index)
				if k == 256 {
					return nil
				}
				index[c] = k
				p.Palette = append(p.Palette, c)
			}
			p.SetColorIndex(x, y, uint8(k))
		}
	}
	return p
}

// rounded is v, of 16 bits, as the nearest of 2^bits values from 0 to 255.
func rounded(v uint32, bits int) uint8 {
	last := uint32(1)<<bits - 1
	step := (v*last + 0x7fff) / 0xffff
	return uint8((step*255 + last/2) / last)
}
