package loaders

import (
	"image"
	"math"

	"github.com/pkg/errors"
)

// side is that of the images of MNIST and Fashion-MNIST.
const side = 28

// Digit is a picture of a handwritten digit, of any size, as those of MNIST are:
// light ink on black, of any proportions scaled to fit 20×20 pixels with
// antialiasing, and put into 28×28 so that its centre of mass, rounded, is pixel
// (14, 14), counted from 0. So say Y. LeCun, C. Cortes and C. J. C. Burges, The
// MNIST database of handwritten digits, http://yann.lecun.com/exdb/mnist, and so
// its images are: Digit leaves them as they are.
//
// The paper is what most of the picture's border is, and may be darker than the
// ink or lighter; what is transparent shows white. Ink is what differs from the
// paper by more than the border does in itself; the strongest becomes 255. The
// paper has to be lit evenly, and the digit alone on it. A picture of one tone is
// an error.
func Digit(m image.Image) (*image.Gray, error) {
	p, err := inkOf(m)
	if err != nil {
		return nil, errors.WithMessage(err, "digit")
	}
	const box = 20
	w, h := boxed(p.frame.Size(), box)
	ink := p.scaled(w, h)
	cx, cy := centreOfMass(ink, w)
	return framed(ink, w, fit(side/2-int(math.Round(cx)), w), fit(side/2-int(math.Round(cy)), h)), nil
}

// Garment is a picture of a garment, of any size, as those of Fashion-MNIST are:
// light on black, the paper around it cut away, its longer side scaled to 28
// pixels, in the middle of 28×28. H. Xiao, K. Rasul and R. Vollgraf,
// arXiv:1708.07747, section 2, who have taken pixels out where this takes means,
// and then sharpened.
//
// What is paper is as for Digit.
func Garment(m image.Image) (*image.Gray, error) {
	p, err := inkOf(m)
	if err != nil {
		return nil, errors.WithMessage(err, "garment")
	}
	w, h := boxed(p.frame.Size(), side)
	return framed(p.scaled(w, h), w, (side-w)/2, (side-h)/2), nil
}

// ink is what a picture shows, without the paper.
type ink struct {
	*tones
	paper, sign int             // ink is sign·(tone - paper)
	least       int             // what differs less is paper
	frame       image.Rectangle // around the ink
}

const (
	contrast = 16 // the least of ink and paper, in tones
	edgeOf   = 8  // what part of the strongest ink is within the frame: less is the blur around a stroke
)

func inkOf(m image.Image) (*ink, error) {
	t, err := tonesOf(m)
	if err != nil {
		return nil, err
	}
	border := t.border()
	p := &ink{tones: t, paper: quantile(&border, 0.5), sign: 1}
	darkest, lightest := t.bounds()
	if p.paper-darkest > lightest-p.paper {
		p.sign = -1
	}
	strongest := max(p.paper-darkest, lightest-p.paper)
	if strongest < contrast {
		return nil, errors.Errorf("want a picture with something on it, got one whose tones are all within %d of its border's", contrast-1)
	}
	p.least = min(p.noise(&border)+1, strongest/4) // ink may touch the border
	edge := p.least
	if max(t.w, t.h) > side { // or else the picture is as coarse as those, whose faintest pixel counts
		edge = max(edge, strongest/edgeOf)
	}
	p.find(edge)
	return p, nil
}

// noise is how far the tones of the border lie from the paper's, all but a tenth.
func (p *ink) noise(border *[256]int) int {
	var apart [256]int
	for tone, n := range border {
		apart[max(p.sign*(tone-p.paper), 0)] += n
	}
	return quantile(&apart, 0.9)
}

// find finds the frame around all ink of at least that strength.
func (p *ink) find(least int) {
	for y := range p.h {
		for x, v := range p.v[y*p.w : (y+1)*p.w] {
			if p.sign*(int(v)-p.paper) >= least {
				p.frame = p.frame.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
}

// at is the ink at x, y.
func (p *ink) at(x, y int) float64 {
	v := p.sign * (int(p.v[y*p.w+x]) - p.paper)
	if v < p.least {
		return 0
	}
	return float64(v)
}

// boxed are the width and height of a frame that is scaled to a box of so many
// pixels.
func boxed(frame image.Point, box int) (w, h int) {
	longer := float64(max(frame.X, frame.Y))
	scale := func(n int) int { return max(1, int(math.Round(float64(n*box)/longer))) }
	return scale(frame.X), scale(frame.Y)
}

// scaled is the ink in the frame as w×h pixels, the strongest 255.
func (p *ink) scaled(w, h int) []float64 {
	to := average(p.at, p.frame, w, h)
	most := 0.0
	for _, v := range to {
		most = max(most, v)
	}
	for i := range to {
		to[i] *= 255 / most
	}
	return to
}

// centreOfMass is that of pixels in rows of w, the middle of the first at 0, 0.
func centreOfMass(pixels []float64, w int) (x, y float64) {
	var all float64
	for i, v := range pixels {
		all += v
		x += v * float64(i%w)
		y += v * float64(i/w)
	}
	return x / all, y / all
}

// fit is the nearest place to at where n pixels are within the image.
func fit(at, n int) int { return min(max(at, 0), side-n) }

// framed puts pixels in rows of w into an image, the first at x, y.
func framed(pixels []float64, w, x, y int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, side, side))
	for i, v := range pixels {
		m.Pix[(y+i/w)*side+x+i%w] = uint8(math.Round(v))
	}
	return m
}
