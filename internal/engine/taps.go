package engine

// A convolution of an image whose channels lie last is a few matrix products
// on the image as it lies, one for each tap of the window: for a row of the
// output, the pixels under a tap are a matrix (columns, channels) whose rows are
// a stride apart, and a tap's weights a matrix (channels, filters). The products
// of all taps add up, so that f32.GemmTaps keeps the sums in registers; no
// patches are laid out. What it wants is an image with its padding around it.

// convShape is the shape of a convolution, and of its gradients.
type convShape struct {
	window
	n, c, imH, imW int // of the image
	f, rows, cols  int // of the output
	groups         int
}

// each is how many channels and filters a group has.
func (s *convShape) each() (channels, filters int) { return s.c / s.groups, s.f / s.groups }

func (s *convShape) taps() int { return s.kh * s.kw }

// reachH and reachW are how far the last tap lies from the first.
func (s *convShape) reachH() int { return s.dilateH * (s.kh - 1) }
func (s *convShape) reachW() int { return s.dilateW * (s.kw - 1) }

// tapRun is a product for several taps: what each multiplies begins at its
// offset and is depth values deep.
type tapRun struct {
	offsets []int
	depth   int
}

// merged is a run in which taps that lie next to one another are one.
func merged(offsets []int, depth int) tapRun {
	n := 1
	for n < len(offsets) && offsets[n]-offsets[n-1] == depth {
		n++
	}
	if len(offsets)%n != 0 {
		return tapRun{offsets, depth}
	}
	var first []int
	for i, at := range offsets {
		if i%n == 0 {
			first = append(first, at)
		} else if at-offsets[i-1] != depth {
			return tapRun{offsets, depth}
		}
	}
	return tapRun{first, n * depth}
}

// framed is an image with its padding, as far as the window goes over it: rows
// of width pixels of pixel values each. Where there is no padding it is the
// image itself.
type framed struct {
	width, pixel int
	bare         bool // the image itself
}

func (s *convShape) framed(pixel int, last bool) framed {
	if last && s.pad == (Margins{}) {
		return framed{s.imW, pixel, true}
	}
	return framed{(s.cols-1)*s.strideW + s.reachW() + 1, pixel, false}
}

// forwardTaps are the taps in the framed image.
func (s *convShape) forwardTaps(p framed) tapRun {
	var at []int
	for u := range s.kh {
		for v := range s.kw {
			at = append(at, (u*s.dilateH*p.width+v*s.dilateW)*p.pixel)
		}
	}
	depth, _ := s.each()
	if depth != p.pixel {
		return tapRun{at, depth}
	}
	return merged(at, depth)
}

// phase is the pixels of an image that lie alike in the grid of a stride, and
// the taps that are ever over them, from the last of the window to the first:
// the gradient of such a pixel is the sum over these taps of the outputs'
// gradients that lie next to one another.
type phase struct {
	down, across int   // of the pixel in the grid
	high, wide   int   // how many outputs the taps reach over, less one
	taps         []int // in the window
	run          tapRun
}

// phases are those that have taps. The framed gradient has width outputs of
// pixel values each in a row.
func (s *convShape) phases(width, pixel int) []phase {
	var all []phase
	_, depth := s.each()
	for a := range s.strideH {
		for b := range s.strideW {
			if p := (phase{down: a, across: b}); s.tapsOf(&p, width, pixel) {
				p.run = tapRun{p.run.offsets, depth}
				if depth == pixel {
					p.run = merged(p.run.offsets, depth)
				}
				all = append(all, p)
			}
		}
	}
	return all
}

// tapsOf finds the taps of a phase, and says whether there are any.
func (s *convShape) tapsOf(p *phase, width, pixel int) bool {
	last := -1
	for t := s.taps() - 1; t >= 0; t-- {
		down, across := t/s.kw*s.dilateH-p.down, t%s.kw*s.dilateW-p.across
		if down < 0 || across < 0 || down%s.strideH != 0 || across%s.strideW != 0 {
			continue
		}
		down, across = down/s.strideH, across/s.strideW
		if last < 0 {
			last, p.high, p.wide = t, down, 0
		}
		p.wide = max(p.wide, across)
		p.taps = append(p.taps, t)
	}
	for _, t := range p.taps {
		down, across := (t/s.kw*s.dilateH-p.down)/s.strideH, (t%s.kw*s.dilateW-p.across)/s.strideW
		p.run.offsets = append(p.run.offsets, ((p.high-down)*width+p.wide-across)*pixel)
	}
	return len(p.taps) > 0
}

// floorDiv is ⌊a/b⌋ for b > 0.
func floorDiv(a, b int) int {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}
