package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/philox"
)

// The random ops hold no state: each number is a function of a key, the step of
// training, the sample's number in the whole batch, and its element, so that it
// does not matter who draws it, and the backward pass draws it again.

// Draw is what the random ops of a program have in common. It is set before a
// run.
type Draw struct {
	Step  uint64 // of training
	First int    // the number, in the whole batch, of the first sample that the program has
}

// random is a random op's stream of words.
type random struct {
	key philox.Key
	at  *Draw
}

// words are the four random words for elements 4·block to 4·block+3 of a
// sample.
func (r *random) words(sample, block int) [4]uint32 {
	return r.key.Words(r.counter(sample, block))
}

func (r *random) counter(sample, block int) [4]uint32 {
	return [4]uint32{uint32(block), uint32(r.at.First + sample), uint32(r.at.Step), uint32(r.at.Step >> 32)}
}

// drawn is for how many elements words are drawn at a time.
const drawn = 1 << 10

// fill is the words for elements [at, end) of a sample, which begin a block and
// are no more than drawn, with those for what is left of the last block.
func (r *random) fill(words *[drawn]uint32, sample, at, end int) []uint32 {
	filled := words[:(end-at+3)/4*4]
	r.key.Fill(filled, r.counter(sample, at/4))
	return filled
}

// normals are four numbers from a normal distribution, by Box & Muller: Annals
// of Mathematical Statistics 29 (1958).
func normals(w [4]uint32) (z [4]float64) {
	for i := 0; i < 4; i += 2 {
		radius := math.Sqrt(-2 * math.Log((float64(w[i])+1)*0x1p-32))
		sin, cos := math.Sincos(2 * math.Pi * 0x1p-32 * float64(w[i+1]))
		z[i], z[i+1] = radius*cos, radius*sin
	}
	return z
}

// strip is how many elements of a sample are drawn at a time: whole blocks.
const strip = 1 << 12

// strips cut a batch of n samples of size elements.
type strips struct{ n, size int }

func (s strips) count() int { return s.n * s.each() }

// each is the strips of a sample.
func (s strips) each() int { return (s.size + strip - 1) / strip }

// strip is the i-th: a sample, and its elements.
func (s strips) strip(i int) (sample, from, to int) {
	sample = i / s.each()
	from = i % s.each() * strip
	return sample, from, min(from+strip, s.size)
}

// wantBatch refuses a node that is no batch, and a Draw that is missing.
func wantBatch(op string, x *G.Node, at *Draw) (strips, error) {
	if err := wantFloats(op, x); err != nil {
		return strips{}, err
	}
	if x.Dims() < 2 {
		return strips{}, errors.Errorf("%s: want a batch (N, …), got %v", op, x.Shape())
	}
	if at == nil {
		return strips{}, errors.Errorf("%s: want a Draw, got nil", op)
	}
	return strips{x.Shape()[0], x.Shape()[1:].TotalSize()}, nil
}
