// Package philox is a generator of random words that holds no state: a word is
// a function of a key and a counter, so that any of them can be had in any
// order, by anybody.
//
//	k := philox.KeyOf(seed, "dropout_1")
//	words := k.Words([4]uint32{block, sample, step, 0})
//
// It is Philox4x32-10 of Salmon, Moraes, Dror & Shaw, "Parallel random numbers:
// as easy as 1, 2, 3", SC'11 (doi:10.1145/2063384.2063405).
package philox

import (
	"encoding/binary"
	"hash/fnv"
)

// Key selects a stream.
type Key [2]uint32

// The multipliers of a round, and what the key grows by from one to the next.
const (
	multiplier0, multiplier1 = 0xD2511F53, 0xCD9E8D57
	weyl0, weyl1             = 0x9E3779B9, 0xBB67AE85
	rounds                   = 10
)

// KeyOf is the key of a seed and a name: the FNV-1a hash of the two.
func KeyOf(seed uint64, name string) Key {
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint64(nil, seed))
	h.Write([]byte(name))
	sum := h.Sum64()
	return Key{uint32(sum), uint32(sum >> 32)}
}

// Words are those of a counter.
func (k Key) Words(c [4]uint32) [4]uint32 {
	w, x, y, z, k0, k1 := c[0], c[1], c[2], c[3], k[0], k[1] // not in arrays, which would lie in memory
	for range rounds {
		p, q := uint64(multiplier0)*uint64(w), uint64(multiplier1)*uint64(y)
		w, x, y, z = uint32(q>>32)^x^k0, uint32(q), uint32(p>>32)^z^k1, uint32(p)
		k0 += weyl0
		k1 += weyl1
	}
	return [4]uint32{w, x, y, z}
}

// Fill writes the words of a counter and those that follow it in its first word,
// as many as there is room for, the last of which may be cut off:
//
//	words[4i : 4i+4] = k.Words({c[0] + i, c[1], c[2], c[3]})
//
// They are the same whatever the processor.
func (k Key) Fill(words []uint32, c [4]uint32) {
	done := k.fill(words, c)
	c[0] += uint32(done)
	for words = words[4*done:]; len(words) > 0; c[0]++ {
		four := k.Words(c)
		words = words[copy(words, four[:]):]
	}
}
