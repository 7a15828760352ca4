package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// grouped is the shape of a convolution in groups: the channels of the image
// and the filters are cut into so many parts, and each part of the filters sees
// its own part of the channels. In as many groups as there are channels it is
// depthwise.
//
// It is computed by its definition, plane by plane and row by row: a tap, one
// weight of a filter, is multiplied with the pixels under it for a row of the
// output at a time.
type grouped struct {
	window
	groups        int
	n, c, h, w    int // of the image
	f, rows, cols int // of the output
}

// newGrouped is the convolution with a window of filters (F, C/groups, h, w).
func newGrouped(op string, x, filter *G.Node, c ConvConfig) (s grouped, err error) {
	xs, ws := x.Shape(), filter.Shape()
	if len(xs) != 4 || len(ws) != 4 {
		return s, errors.Errorf("%s: want an image (N, C, H, W) and a filter of 4 dimensions, got %v and %v", op, xs, ws)
	}
	if c.Kernel != nil && !slices.Equal(c.Kernel, ws[2:]) {
		return s, errors.Errorf("%s: want a filter with a kernel of %v, got %v", op, c.Kernel, ws)
	}
	if c.Stride == nil {
		c.Stride = []int{1, 1}
	}
	win, err := newWindow(ws[2:], c.Pad, c.Stride, c.Dilation)
	if err != nil {
		return s, errors.WithMessage(err, op)
	}
	return grouped{window: win, groups: max(c.Groups, 1), n: xs[0], c: xs[1], h: xs[2], w: xs[3], f: ws[0]}, nil
}

func (s *grouped) taps() int   { return s.kh * s.kw }
func (s *grouped) places() int { return s.rows * s.cols }
func (s *grouped) area() int   { return s.h * s.w }

// weights is how many the filters have.
func (s *grouped) weights() int { return s.f * s.c / s.groups * s.taps() }

// each is how many channels and filters a group has.
func (s *grouped) each() (channels, filters int) { return s.c / s.groups, s.f / s.groups }

// reach is the rows and columns of the output for which a tap lies on the
// image, and where it lies there.
type reach struct {
	top, bottom, left, right int
	down, across             int // from stride times the place in the output
}

func (s *grouped) reach(tap int) reach {
	r := reach{down: tap/s.kw*s.dilateH - s.pad.Top, across: tap%s.kw*s.dilateW - s.pad.Left}
	r.top, r.bottom = span(s.rows, s.h, r.down, s.strideH)
	r.left, r.right = span(s.cols, s.w, r.across, s.strideW)
	return r
}

// line is the part of a row of the output that the tap reaches.
func line[T any](s *grouped, r reach, y []T, row int) []T {
	return y[row*s.cols+r.left : row*s.cols+r.right]
}

// under is the pixels from the first that lies under the tap, stride by stride.
func under[T any](s *grouped, r reach, x []T, row int) []T {
	return x[(row*s.strideH+r.down)*s.w+r.left*s.strideW+r.across:]
}

// correlate adds to y, plane i of the output, what its filter sees of x.
func correlate[T float](s *grouped, y, x, w []T, i int) {
	channels, filters := s.each()
	image, filter := i/s.f, i%s.f
	for ch := range channels {
		plane := x[(image*s.c+filter/filters*channels+ch)*s.area():][:s.area()]
		for tap, v := range w[(filter*channels+ch)*s.taps():][:s.taps()] {
			r := s.reach(tap)
			for row := r.top; row < r.bottom && r.left < r.right; row++ {
				gather(line(s, r, y, row), under(s, r, plane, row), s.strideW, v)
			}
		}
	}
}

// deposit adds to dx, plane i of the image, what the filters over it have of y:
// the transpose of correlate.
func deposit[T float](s *grouped, dx, y, w []T, i int) {
	channels, filters := s.each()
	image, ch := i/s.c, i%s.c
	group := ch / channels
	for filter := group * filters; filter < (group+1)*filters; filter++ {
		plane := y[(image*s.f+filter)*s.places():][:s.places()]
		for tap, v := range w[(filter*channels+ch%channels)*s.taps():][:s.taps()] {
			r := s.reach(tap)
			for row := r.top; row < r.bottom && r.left < r.right; row++ {
				scatter(under(s, r, dx, row), line(s, r, plane, row), s.strideW, v)
			}
		}
	}
}

// weigh is the sum, over the samples that are here, of y times the pixels under a
// tap of kernel i of the filters.
func weigh[T float](s *grouped, over batch, y, x []T, i, tap int) float64 {
	channels, filters := s.each()
	filter := i / channels
	ch := filter/filters*channels + i%channels
	r := s.reach(tap)
	return over.overSamples(func(image int) (sum float64) {
		from := y[(image*s.f+filter)*s.places():][:s.places()]
		plane := x[(image*s.c+ch)*s.area():][:s.area()]
		for row := r.top; row < r.bottom && r.left < r.right; row++ {
			sum += float64(inner(line(s, r, from, row), under(s, r, plane, row), s.strideW))
		}
		return sum
	})
}

// outside adds zero times each weight of the filter of plane i where its tap
// lies beside the image: nothing, unless the weight is not finite.
func outside[T float](s *grouped, y, w []T, i int) {
	channels, _ := s.each()
	for k, v := range w[i%s.f*channels*s.taps():][:channels*s.taps()] {
		if v*0 == 0 {
			continue
		}
		r := s.reach(k % s.taps())
		for j := range y {
			if row, col := j/s.cols, j%s.cols; row < r.top || row >= r.bottom || col < r.left || col >= r.right {
				y[j] += v * 0
			}
		}
	}
}

// gather is y[j] += v·x[j·stride].
func gather[T float](y, x []T, stride int, v T) {
	if stride == 1 {
		x = x[:len(y)]
		for j := range y {
			y[j] += v * x[j]
		}
		return
	}
	for j := range y {
		y[j] += v * x[j*stride]
	}
}

// scatter is x[j·stride] += v·y[j].
func scatter[T float](x, y []T, stride int, v T) {
	if stride == 1 {
		x = x[:len(y)]
		for j := range y {
			x[j] += v * y[j]
		}
		return
	}
	for j := range y {
		x[j*stride] += v * y[j]
	}
}

// inner is Σ y[j]·x[j·stride].
func inner[T float](y, x []T, stride int) (sum T) {
	if stride == 1 {
		x = x[:len(y)]
		for j, v := range y {
			sum += v * x[j]
		}
		return sum
	}
	for j, v := range y {
		sum += v * x[j*stride]
	}
	return sum
}
