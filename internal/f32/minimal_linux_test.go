package f32

import (
	"math/rand/v2"
	"testing"
)

// Nothing is read or written beyond the end of an operand.
func TestMinimalFenced(t *testing.T) {
	eachTiled(t, func(t *testing.T, m Minimal, q tiled, _ *rand.Rand) {
		h, wide := min(q.h, m.Tile()), m.Tile()*m.Tiles(q.w)+m.Kernel()-1
		tiles, e := m.Tiles(q.w), m.Elements()
		v, u := fenced(t, (e-1)*(tiles*q.c+16)+tiles*q.c), fenced(t, e*q.c*q.f)
		m.Input(v, tiles*q.c+16, fenced(t, m.side()*wide*q.c), wide*q.c, q.c, tiles)
		y := fenced(t, h*q.w*q.c)
		m.Output(y, q.w*q.c, v, tiles*q.c+16, fenced(t, q.c), true, h, q.w, q.c)
		m.OutputGrad(v, tiles*q.c+16, fenced(t, m.Tile()*m.Tile()*tiles*q.c), m.Tile()*tiles*q.c, q.c, tiles)
		k := fenced(t, m.Kernel()*m.Kernel()*q.c*q.f)
		m.Filter(u, q.c*q.f, k, q.c*q.f, q.c*q.f)
		m.FilterGrad(k, q.c*q.f, u, q.c*q.f, q.c*q.f)
	})
}
