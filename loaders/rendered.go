package loaders

import (
	"fmt"
	"image"
	"image/draw"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/image/vector"
)

// renderedSide is the height and width of a rendered image, as in MNIST.
const renderedSide = 28

// painter draws one image of the given class on an empty canvas.
type painter func(c *canvas, class int)

// renderSplits paints a training and a test set. They are two splits of one
// seed, and no generator is shared between them.
func renderSplits(name string, classes []string, paint painter, seed uint64, train, test int) (trainSet, testSet *Dataset) {
	trainSet = renderSplit(classes, paint, imageSeed{seed: seed, split: 0}, train)
	testSet = renderSplit(classes, paint, imageSeed{seed: seed, split: 1}, test)
	trainSet.Name, testSet.Name = name+", training", name+", test"
	return trainSet, testSet
}

// renderSplit paints n images on as many goroutines as may run at once. Each image
// has a generator of its own, so that neither the number of goroutines nor n
// changes any of them.
func renderSplit(classes []string, paint painter, s imageSeed, n int) *Dataset {
	n = max(n, 0)
	d := &Dataset{
		Origin:   fmt.Sprintf("built in: drawn by the program, seed %d", s.seed),
		Classes:  slices.Clone(classes),
		Channels: 1, Height: renderedSide, Width: renderedSide,
		Images: make([]uint8, n*renderedSide*renderedSide),
		Labels: make([]uint8, n),
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			c := newCanvas()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				class := s.class(i, len(classes))
				c.reset(s.generator(i))
				paint(c, class)
				c.write(d.Image(i))
				d.Labels[i] = uint8(class)
			}
		})
	}
	wg.Wait()
	return d
}

// imageSeed is what the generators of one split are derived from.
type imageSeed struct {
	seed  uint64
	split uint64
}

// generator is the source of everything random in image i.
func (s imageSeed) generator(i int) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, 4*uint64(i)+2*s.split))
}

// class deals the classes out like cards: images 0 to n-1 hold each of the n
// classes once, in random order, and so does every n after them.
func (s imageSeed) class(i, n int) int {
	deal := rand.New(rand.NewPCG(s.seed, 4*uint64(i/n)+2*s.split+1))
	return deal.Perm(n)[i%n]
}

// point is a position: in a drawing's own coordinates, x to the right and y
// down, the drawing filling [-1, 1]²; or in pixels, once it is warped.
type point struct{ x, y float64 }

// shade is how bright a drawing is at a point of its own coordinates: 0 black, 1 white.
type shade func(p point) float64

// plain is one brightness everywhere.
func plain(v float64) shade { return func(point) float64 { return v } }

// canvas is one image in the making. Shapes are warped before they are
// rasterised, not after, so that their edges are anti-aliased once and stay sharp.
type canvas struct {
	*rand.Rand
	warp
	pix  [renderedSide * renderedSide]float64 // 0 black, 1 white
	work [renderedSide * renderedSide]float64
	mask *image.Alpha
	rast *vector.Rasterizer
}

func newCanvas() *canvas {
	return &canvas{
		mask: image.NewAlpha(image.Rect(0, 0, renderedSide, renderedSide)),
		rast: vector.NewRasterizer(renderedSide, renderedSide),
	}
}

// reset empties the canvas for the next image.
func (c *canvas) reset(r *rand.Rand) {
	c.Rand = r
	c.warp = warp{}
	clear(c.pix[:])
}

// between is a uniform number in [lo, hi).
func (c *canvas) between(lo, hi float64) float64 { return lo + (hi-lo)*c.Float64() }

// chance is true with probability p.
func (c *canvas) chance(p float64) bool { return c.Float64() < p }

// fill paints the inside of closed contours; a contour that runs the other way
// round than the one it lies in is a hole.
func (c *canvas) fill(s shade, contours ...[]point) {
	c.rast.Reset(renderedSide, renderedSide)
	c.rast.DrawOp = draw.Src
	for _, contour := range contours {
		for i, p := range contour {
			q := c.toPixels(p)
			if i == 0 {
				c.rast.MoveTo(float32(q.x), float32(q.y))
			} else {
				c.rast.LineTo(float32(q.x), float32(q.y))
			}
		}
		c.rast.ClosePath()
	}
	c.rast.Draw(c.mask, c.mask.Rect, image.Opaque, image.Point{})
	c.blend(s)
}

// blend lays the shade over the picture where the mask is.
func (c *canvas) blend(s shade) {
	for i, m := range c.mask.Pix {
		if m == 0 {
			continue
		}
		a := float64(m) / 255
		v := s(c.fromPixels(i%renderedSide, i/renderedSide))
		c.pix[i] += a * (v - c.pix[i])
	}
}

// stroke paints an open line of the given width, in the drawing's coordinates.
func (c *canvas) stroke(s shade, width float64, line ...point) {
	both := make([]point, 2*len(line))
	for i, p := range line {
		n := normal(line[max(i-1, 0)], line[min(i+1, len(line)-1)])
		both[i] = point{p.x + n.x*width/2, p.y + n.y*width/2}
		both[len(both)-1-i] = point{p.x - n.x*width/2, p.y - n.y*width/2}
	}
	c.fill(s, both)
}

// normal is the unit vector at a right angle to the line from p to q.
func normal(p, q point) point {
	dx, dy := q.x-p.x, q.y-p.y
	l := math.Hypot(dx, dy)
	if l == 0 {
		return point{}
	}
	return point{dy / l, -dx / l}
}

// blur smooths the picture with a Gaussian of the given deviation, in pixels.
func (c *canvas) blur(sigma float64) {
	smooth(&c.pix, &c.work, gaussian(sigma))
}

// noise adds normal noise of the given deviation to every pixel.
func (c *canvas) noise(sigma float64) {
	for i := range c.pix {
		c.pix[i] += sigma * c.NormFloat64()
	}
}

// write stores the picture as bytes.
func (c *canvas) write(dst []uint8) {
	for i, v := range c.pix {
		dst[i] = uint8(255*min(max(v, 0), 1) + 0.5)
	}
}

// warp takes a drawing to the pixels of an image: an affine map, then a
// displacement of each pixel.
type warp struct {
	xx, xy, yx, yy float64 // the affine map's matrix, pixels a unit
	x0, y0         float64 // where the drawing's origin goes, in pixels
	dx, dy         [renderedSide * renderedSide]float64
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
	c.x0 = renderedSide/2 + c.between(-d.shift, d.shift)
	c.y0 = renderedSide/2 + c.between(-d.shift, d.shift)
	c.displace(&c.dx, d.elastic)
	c.displace(&c.dy, d.elastic)
}

// elasticKernel is the Gaussian that smooths a displacement field. elasticGain
// gives the smoothed uniform noise a deviation of 1 away from the border.
var (
	elasticKernel = gaussian(4)
	elasticGain   = smoothGain(elasticKernel)
)

func (c *canvas) displace(field *[renderedSide * renderedSide]float64, deviation float64) {
	for i := range field {
		field[i] = c.between(-1, 1) * deviation * elasticGain
	}
	smooth(field, &c.work, elasticKernel)
}

// smoothGain is one over the deviation that uniform noise in [-1, 1) has once it is
// smoothed along both axes.
func smoothGain(kernel []float64) float64 {
	var sum float64
	for i, k := range kernel {
		sum += k * k
		if i > 0 {
			sum += k * k
		}
	}
	return math.Sqrt(3) / sum
}

// toPixels is where a point of the drawing lands.
func (w *warp) toPixels(p point) point {
	x := w.xx*p.x + w.xy*p.y + w.x0
	y := w.yx*p.x + w.yy*p.y + w.y0
	// Pixel i has its centre at i + 0.5, and the field is known at the centres.
	fx := min(max(x-0.5, 0), renderedSide-1.001)
	fy := min(max(y-0.5, 0), renderedSide-1.001)
	i, j := int(fx), int(fy)
	fx, fy = fx-float64(i), fy-float64(j)
	at := j*renderedSide + i
	return point{x + bilinear(&w.dx, at, fx, fy), y + bilinear(&w.dy, at, fx, fy)}
}

func bilinear(f *[renderedSide * renderedSide]float64, at int, fx, fy float64) float64 {
	top := f[at] + fx*(f[at+1]-f[at])
	bottom := f[at+renderedSide] + fx*(f[at+renderedSide+1]-f[at+renderedSide])
	return top + fy*(bottom-top)
}

// fromPixels is the point of the drawing that lands at the centre of pixel
// (i, j): to first order in the displacement, which is enough for a texture.
func (w *warp) fromPixels(i, j int) point {
	at := j*renderedSide + i
	x := float64(i) + 0.5 - w.dx[at] - w.x0
	y := float64(j) + 0.5 - w.dy[at] - w.y0
	det := w.xx*w.yy - w.xy*w.yx
	return point{(w.yy*x - w.xy*y) / det, (w.xx*y - w.yx*x) / det}
}

// gaussian is the right half of a normalised kernel, its middle first, cut off
// at two deviations.
func gaussian(sigma float64) []float64 {
	kernel := make([]float64, int(math.Ceil(2*sigma))+1)
	var sum float64
	for i := range kernel {
		kernel[i] = math.Exp(-float64(i*i) / (2 * sigma * sigma))
		sum += kernel[i]
		if i > 0 {
			sum += kernel[i]
		}
	}
	for i := range kernel {
		kernel[i] /= sum
	}
	return kernel
}

// smooth convolves a field with a symmetric kernel along both axes; beyond the
// border there is nothing.
func smooth(field, work *[renderedSide * renderedSide]float64, kernel []float64) {
	// Each pass writes its result transposed, so two passes do both axes.
	smoothRows(work, field, kernel)
	smoothRows(field, work, kernel)
}

func smoothRows(dst, src *[renderedSide * renderedSide]float64, kernel []float64) {
	margin := len(kernel) - 1
	row := make([]float64, renderedSide+2*margin)
	for y := range renderedSide {
		copy(row[margin:], src[y*renderedSide:(y+1)*renderedSide])
		for x := range renderedSide {
			v := kernel[0] * row[margin+x]
			for k := 1; k < len(kernel); k++ {
				v += kernel[k] * (row[margin+x-k] + row[margin+x+k])
			}
			dst[x*renderedSide+y] = v
		}
	}
}
