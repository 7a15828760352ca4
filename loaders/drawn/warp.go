package drawn

import "math"

// warp takes a drawing to the pixels of an image: an affine map, then a
// displacement of each pixel.
type warp struct {
	xx, xy, yx, yy float64 // the affine map's matrix, pixels a unit
	x0, y0         float64 // where the drawing's origin goes, in pixels
	dx, dy         [Side * Side]float64
}

// distortion says how much a drawing may vary. Each field is the most it can
// be, either way; 0 means not at all.
type distortion struct {
	size    float64 // pixels from the middle of the drawing to its edge; not a variation
	rotate  float64 // radians
	shear   float64 // tangent of the slant
	scale   float64 // relative, each axis
	shift   float64 // pixels, each axis
	elastic float64 // deviation of the displacement field, pixels
}

// distort draws the canvas's warp.
//
// The displacement field is that of Simard, Steinkraus & Platt, Best Practices
// for Convolutional Neural Networks Applied to Visual Document Analysis (2003),
// section 2: uniform noise smoothed with a Gaussian of four pixels.
func (c *canvas) distort(d distortion) {
	angle := c.between(-d.rotate, d.rotate)
	slant := c.between(-d.shear, d.shear)
	w := d.size * (1 + c.between(-d.scale, d.scale))
	h := d.size * (1 + c.between(-d.scale, d.scale))
	sin, cos := math.Sincos(angle)
	c.xx, c.xy = w*cos, h*(slant*cos-sin)
	c.yx, c.yy = w*sin, h*(slant*sin+cos)
	c.x0 = Side/2 + c.between(-d.shift, d.shift)
	c.y0 = Side/2 + c.between(-d.shift, d.shift)
	c.displace(&c.dx, d.elastic)
	c.displace(&c.dy, d.elastic)
}

// elasticKernel is the Gaussian that smooths a displacement field. elasticGain
// gives the smoothed uniform noise a deviation of 1 away from the border.
var (
	elasticKernel = gaussian(4)
	elasticGain   = smoothGain(elasticKernel)
)

func (c *canvas) displace(field *[Side * Side]float64, deviation float64) {
	for i := range field {
		field[i] = c.between(-1, 1) * deviation * elasticGain
	}
	smooth(field, &c.work, elasticKernel)
}

// toPixels is where a point of the drawing lands.
func (w *warp) toPixels(p point) point {
	x := w.xx*p.x + w.xy*p.y + w.x0
	y := w.yx*p.x + w.yy*p.y + w.y0
	// Pixel i has its centre at i + 0.5, and the field is known at the centres.
	fx := min(max(x-0.5, 0), Side-1.001)
	fy := min(max(y-0.5, 0), Side-1.001)
	i, j := int(fx), int(fy)
	fx, fy = fx-float64(i), fy-float64(j)
	at := j*Side + i
	return point{x + bilinear(&w.dx, at, fx, fy), y + bilinear(&w.dy, at, fx, fy)}
}

func bilinear(f *[Side * Side]float64, at int, fx, fy float64) float64 {
	top := f[at] + fx*(f[at+1]-f[at])
	bottom := f[at+Side] + fx*(f[at+Side+1]-f[at+Side])
	return top + fy*(bottom-top)
}

// fromPixels is the point of the drawing that lands at the centre of pixel (i,
// j): to first order in the displacement, which is enough for a texture.
func (w *warp) fromPixels(i, j int) point {
	at := j*Side + i
	x := float64(i) + 0.5 - w.dx[at] - w.x0
	y := float64(j) + 0.5 - w.dy[at] - w.y0
	det := w.xx*w.yy - w.xy*w.yx
	return point{(w.yy*x - w.xy*y) / det, (w.xx*y - w.yx*x) / det}
}
