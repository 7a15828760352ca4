package augment

// sharpen blends the image with what a 3×3 kernel smooths it to, of 5 in the
// middle and 1 around it, at a factor: 0 is the smooth one, 1 the image. The
// outermost pixels stay, as in Pillow.
func (im *image) sharpen(factor float64) {
	f, w := float32(factor), im.w
	copy(im.spare, im.x)
	for c := range im.c {
		for y := 1; y < im.h-1; y++ {
			at := (c*im.h + y) * w
			up, row, down, to := im.x[at-w:at], im.x[at:at+w], im.x[at+w:at+2*w], im.spare[at:at+w]
			for j := 1; j < w-1; j++ {
				smooth := (up[j-1] + up[j] + up[j+1] + row[j-1] + 5*row[j] + row[j+1] + down[j-1] + down[j] + down[j+1]) / 13
				to[j] = cut(f*row[j] + (1-f)*smooth)
			}
		}
	}
	im.swap()
}

// level is the byte nearest to a value.
func level(v float32) uint8 { return uint8(cut(v)*255 + 0.5) }

// posterize leaves the highest bits of the bytes that values are.
func (im *image) posterize(bits int) {
	mask := ^uint8(0) << (8 - bits)
	for i, v := range im.x {
		im.x[i] = float32(level(v)&mask) / 255
	}
}

// solarize makes what is at least bright its negative.
func (im *image) solarize(bright float32) {
	for i, v := range im.x {
		if v >= bright {
			im.x[i] = 1 - v
		}
	}
}

// autocontrast spreads the values of each channel over 0 to 1.
func (im *image) autocontrast() {
	for c := range im.c {
		p := im.plane(c)
		low, high := p[0], p[0]
		for _, v := range p {
			low, high = min(low, v), max(high, v)
		}
		if low == high {
			continue
		}
		scale := 1 / (high - low)
		for i, v := range p {
			p[i] = cut((v - low) * scale)
		}
	}
}

// equalize makes the bytes of each channel about as frequent as each other, as
// Pillow does: a byte becomes the number of those below it, with half a step, in
// steps of a 255th of those that are not the largest.
func (im *image) equalize() {
	for c := range im.c {
		p := im.plane(c)
		var counts [256]int
		last := uint8(0)
		for _, v := range p {
			l := level(v)
			counts[l]++
			last = max(last, l)
		}
		step := (len(p) - counts[last]) / 255
		if step == 0 {
			continue
		}
		var table [256]float32
		below := step / 2
		for l, n := range counts {
			table[l] = float32(min(below/step, 255)) / 255
			below += n
		}
		for i, v := range p {
			p[i] = table[level(v)]
		}
	}
}
