package filters

import "math"

// poolSeen pools pixels as far as they are seen: it takes the mean, or the
// largest value, of alpha and of the colours times alpha, and divides.
type poolSeen struct {
	Pool
	round   bool // to levels
	colours int
	h, w    int // of the input
	in, out []float32
}

var _ program = (*poolSeen)(nil)

// newPoolSeen is the program for tiles of the given size, the last channel
// alpha.
func newPoolSeen(p Pool, round bool, channels, h, w int) *poolSeen {
	s := p.size()
	return &poolSeen{
		Pool: p, round: round, colours: channels - 1, h: h, w: w,
		in: make([]float32, channels*h*w), out: make([]float32, channels*(h/s)*(w/s)),
	}
}

func (p *poolSeen) input() []float32  { return p.in }
func (p *poolSeen) output() []float32 { return p.out }
func (p *poolSeen) close() error      { return nil }

func (p *poolSeen) run() error {
	s := p.size()
	outH, outW := p.h/s, p.w/s
	for y := range outH {
		for x := range outW {
			at := y*outW + x
			whole := p.square(p.colours, y*s, x*s, false)
			p.put(p.colours*outH*outW+at, whole)
			for c := range p.colours {
				v := 0.
				if whole > 0 {
					v = p.square(c, y*s, x*s, true) / whole
				}
				p.put(c*outH*outW+at, v)
			}
		}
	}
	return nil
}

// square pools one square of a channel, weighed by alpha or not.
func (p *poolSeen) square(c, y, x int, weighed bool) float64 {
	sum, largest := 0., 0.
	s := p.size()
	for i := range s {
		row := p.in[(c*p.h+y+i)*p.w+x:][:s]
		alpha := p.in[(p.colours*p.h+y+i)*p.w+x:][:s]
		for j, v := range row {
			u := float64(v)
			if weighed {
				u *= float64(alpha[j])
			}
			sum += u
			largest = math.Max(largest, u)
		}
	}
	if p.Average {
		return sum / float64(s*s)
	}
	return largest
}

func (p *poolSeen) put(at int, v float64) {
	if p.round {
		v = nearest(v)
	}
	p.out[at] = float32(v)
}
