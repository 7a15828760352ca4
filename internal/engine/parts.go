package engine

import (
	"euryale/internal/eighths"
	"euryale/internal/f32"
)

// A sum over the samples of a batch is taken in parts of neighbouring samples,
// each in order, and the parts are added two by two, as the leaves of a tree. So
// no bit of it hangs on who computes which part.

// batchParts is into how many parts a batch is cut.
const batchParts = eighths.Parts

// partsOf is how many parts n samples have: one has at least one sample.
func partsOf(n int) int { return eighths.Count(n) }

// part is where part p of n samples begins and ends.
func part(n, p int) (from, to int) { return eighths.Part(n, p) }

// addParts adds up the values [from, to) of parts, which have wide values each,
// in the place of the first.
func addParts(parts []float32, wide, from, to int) {
	addTree(len(parts)/wide, func(p, q int) {
		f32.AddTo(parts[p*wide+from:p*wide+to], parts[q*wide+from:q*wide+to])
	})
}

// addTree calls add with the parts to add up, each with the one that is added to
// it, until the first has the sum of all.
func addTree(parts int, add func(to, from int)) {
	for step := 1; step < parts; step *= 2 {
		for p := 0; p+step < parts; p += 2 * step {
			add(p, p+step)
		}
	}
}

// partStack adds parts up while they come, so that few of them are held at a
// time: each waits for the one that it is added to.
type partStack struct {
	values     []float32
	size, high int
}

// stackLevels is how many parts are ever on a stack: the sum of four, that of two,
// and two more.
const stackLevels = 4

// newPartStack is an empty stack of parts of size values.
func newPartStack(values []float32, size int) partStack { return partStack{values, size, 0} }

// push is room for the next part.
func (s *partStack) push() []float32 {
	s.high++
	return s.level(s.high - 1)
}

func (s *partStack) level(i int) []float32 { return s.values[i*s.size : (i+1)*s.size] }

// pushed adds part p, the last one pushed, as far as those that it goes with are
// there.
func (s *partStack) pushed(p int) {
	for done := p + 1; done%2 == 0; done /= 2 {
		s.add()
	}
}

// add adds the topmost to the one below.
func (s *partStack) add() {
	s.high--
	f32.AddTo(s.level(s.high-1), s.level(s.high))
}

// sum is that of all parts.
func (s *partStack) sum() []float32 {
	for s.high > 1 {
		s.add()
	}
	return s.level(0)
}

// overSamples is the sum of what is given over the samples that are here.
func (b batch) overSamples(of func(i int) float64) float64 {
	sum, _ := b.bothOverSamples(func(i int) (a, b float64) { return of(i), 0 })
	return sum
}

// bothOverSamples are the sums of x and y over the samples that are here.
func (b batch) bothOverSamples(of func(i int) (x, y float64)) (x, y float64) {
	var as, bs [batchParts]float64
	parts := b.parts()
	for p := range parts {
		from, to := b.part(p)
		for i := from; i < to; i++ {
			a, b := of(i)
			as[p], bs[p] = as[p]+a, bs[p]+b
		}
	}
	return addUp(as[:parts]), addUp(bs[:parts])
}

// addUp adds up parts.
func addUp(parts []float64) float64 {
	addTree(len(parts), func(to, from int) { parts[to] += parts[from] })
	return parts[0]
}
