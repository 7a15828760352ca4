package augment

// Hue turns all colours along the circle of hues by a share of it drawn evenly
// between -Share and Share: red becomes orange, or a purple. Saturation and value,
// in the sense of HSV, stay. Images without colour are refused.
type Hue struct {
	Share float64 // of the circle, above 0, at most 0.5
}

var _ Transform = Hue{}

func (t Hue) String() string        { return text("hue", t.Share) }
func (t Hue) check() error          { return within("a share", " of the colour circle", t.Share, 0.5) }
func (Hue) suits(c, _, _ int) error { return colour("hue", c) }
func (t Hue) apply(im *image)       { im.turn(im.around(t.Share)) }

// turn needs three channels.
func (im *image) turn(share float64) {
	r, g, b := im.plane(0), im.plane(1), im.plane(2)
	by := float32(6 * share)
	for i := range r {
		r[i], g[i], b[i] = turned(r[i], g[i], b[i], by)
	}
}

// turned is a colour turned by sixths of the circle, from -3 to 3: A. R. Smith,
// Color Gamut Transform Pairs, SIGGRAPH 1978.
func turned(r, g, b, by float32) (float32, float32, float32) {
	v, low := max(r, g, b), min(r, g, b)
	span := v - low
	if span == 0 {
		return r, g, b
	}
	var h float32 // in sixths, from -1 to 5
	switch v {
	case r:
		h = (g - b) / span
	case g:
		h = 2 + (b-r)/span
	default:
		h = 4 + (r-g)/span
	}
	h += by
	if h < 0 {
		h += 6
	}
	if h >= 6 {
		h -= 6
	}
	sector := int(h)
	f := h - float32(sector)
	down, up := v-span*f, low+span*f
	switch sector {
	case 0:
		return v, up, low
	case 1:
		return down, v, low
	case 2:
		return low, v, up
	case 3:
		return low, down, v
	case 4:
		return up, low, v
	}
	return v, low, down
}
