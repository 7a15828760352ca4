package augment

import "math"

// resample moves the points of the image as m does. Each pixel of the result is
// interpolated between the four whose middles lie around where it comes from,
// linearly in both directions; beyond the image are pixels of the border. It is
// torch's grid_sample(mode="bilinear", align_corners=False).
func (im *image) resample(m matrix, border Border) {
	if m == identity {
		return
	}
	back := m.inverse()
	if s := back[8]; m.affine() { // then back[6] and back[7] are 0
		for i := range back {
			back[i] /= s
		}
	}
	halfW, halfH := float64(im.w)/2, float64(im.h)/2
	for i := range im.h {
		v := float64(i) + 0.5 - halfH
		for j := range im.w {
			u := float64(j) + 0.5 - halfW
			x, y := back[0]*u+back[1]*v+back[2], back[3]*u+back[4]*v+back[5]
			if !m.affine() {
				z := back[6]*u + back[7]*v + back[8]
				if z <= 0 { // behind who looks at it
					x, y, z = far, far, 1
				}
				x, y = x/z, y/z
			}
			im.interpolate(i*im.w+j, x+halfW-0.5, y+halfH-0.5, border)
		}
	}
	im.swap()
}

// far is beyond any image, and a position still in whole numbers.
const far = 1 << 30

// interpolate sets a pixel of the spare memory to what the image is at (x, y),
// the middle of the first pixel being (0, 0).
func (im *image) interpolate(to int, x, y float64, border Border) {
	w, h := im.w, im.h
	if !(x >= 0 && y >= 0 && x < float64(w-1) && y < float64(h-1)) {
		im.interpolateEdge(to, x, y, border)
		return
	}
	x0, y0 := int(x), int(y)
	fx, fy := float32(x-float64(x0)), float32(y-float64(y0))
	plane := h * w
	for at := y0*w + x0; to < len(im.spare); at, to = at+plane, to+plane {
		p, q := im.x[at:at+2:at+2], im.x[at+w:at+w+2:at+w+2]
		a, b := p[0]+fx*(p[1]-p[0]), q[0]+fx*(q[1]-q[0])
		im.spare[to] = a + fy*(b-a)
	}
}

// interpolateEdge is interpolate where not all of the four pixels need be within
// the image.
func (im *image) interpolateEdge(to int, x, y float64, border Border) {
	w, h, plane := im.w, im.h, im.h*im.w
	x, y = max(min(x, far), -far), max(min(y, far), -far)
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := float32(x-x0), float32(y-y0)
	at := [4]int{-1, -1, -1, -1}
	for k := range at {
		i, j := border.within(int(y0)+k/2, h), border.within(int(x0)+k%2, w)
		if i >= 0 && j >= 0 {
			at[k] = i*w + j
		}
	}
	for c := 0; to < len(im.spare); c, to = c+plane, to+plane {
		var p [4]float32
		for k, i := range at {
			if i >= 0 {
				p[k] = im.x[c+i]
			}
		}
		a, b := p[0]+fx*(p[1]-p[0]), p[2]+fx*(p[3]-p[2])
		im.spare[to] = a + fy*(b-a)
	}
}
