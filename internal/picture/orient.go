package picture

import "image"

// upright turns and mirrors a picture of Straight's as EXIF's orientation says:
// from 1, which is upright, to 8. Anything else counts as 1.
func upright(m image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return m
	}
	s := m.Bounds().Size()
	to := like(m, s.X, s.Y)
	if orientation > 4 {
		to = like(m, s.Y, s.X)
	}
	from, stride, pixel := Samples(m)
	first, right, down := walk(orientation, s, stride, pixel)
	into, intoStride, _ := Samples(to)
	size := to.Bounds().Size()
	for y := range size.Y {
		at, row := first+y*down, into[y*intoStride:]
		for x := range size.X {
			copy(row[x*pixel:(x+1)*pixel], from[at:])
			at += right
		}
	}
	return to
}

// walk is where the upright picture's first pixel lies in the bytes of the
// stored one, and how many bytes on its neighbours to the right and below lie.
func walk(orientation int, s image.Point, stride, pixel int) (first, right, down int) {
	w, h := (s.X-1)*pixel, (s.Y-1)*stride
	switch orientation {
	case 2: // mirrored
		return w, -pixel, stride
	case 3: // upside down
		return w + h, -pixel, -stride
	case 4: // upside down and mirrored
		return h, pixel, -stride
	case 5: // columns and rows exchanged
		return 0, stride, pixel
	case 6: // to be turned clockwise
		return h, -stride, pixel
	case 7: // 6, mirrored
		return w + h, -stride, -pixel
	case 8: // to be turned anticlockwise
		return w, stride, -pixel
	}
	return 0, pixel, stride
}
