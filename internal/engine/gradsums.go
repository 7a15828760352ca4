package engine

import G "gorgonia.org/gorgonia"

// gradSums are sums of gradients over the parts of a batch, a row for each.
type gradSums struct {
	values      []float32
	buffer      *buffer[float32]
	parts, wide int
	over        batch
}

// prepare makes room for sums of wide values over samples. From here on s must
// not move.
func (s *gradSums) prepare(on *G.Node, over batch, wide int) {
	s.over, s.parts, s.wide = over, over.parts(), wide
	s.buffer = newBuffer[float32](on, s.parts*wide)
	s.buffer.hold(&s.values)
}

// row is that of part p.
func (s *gradSums) row(p int) []float32 { return s.values[p*s.wide : (p+1)*s.wide] }

// share adds up the first row among ranks.
func (s *gradSums) share() error { return s.over.sum(s.row(0)) }

// pieces is into how many pieces the rows are cut to add them up.
func (s *gradSums) pieces() int { return pieces(s.wide, pieceSize) }

// reduce adds up piece i of the rows, in the place of the first.
func (s *gradSums) reduce(i int) {
	addParts(s.values, s.wide, i*pieceSize, min((i+1)*pieceSize, s.wide))
}
