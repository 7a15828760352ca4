// Command philox generates Philox4x32-10 for many counters side by side.
//
// Each counter has a lane of 64 bits for each of its four words, in the lower
// half: that is where VPMULUDQ takes its factors from, whose product has the word
// that stays there and, shifted, the other. What lies in the upper halves does
// not matter.
package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// The multipliers of a round, and what the key grows by from one to the next.
const (
	multiplier0, multiplier1 = 0xD2511F53, 0xCD9E8D57
	weyl0, weyl1             = 0x9E3779B9, 0xBB67AE85
	rounds                   = 10
)

func main() {
	for _, w := range vec.Widths {
		generate(w)
	}
	vec.Generate()
}

func generate(w vec.Width) {
	counters := w.Bytes() / 8 // at a time
	name := "fill" + w.Level()
	vec.Function(name, "func(words *uint32, vectors int, key, counter *uint32)")
	Doc(name + " writes the words of vectors times as many counters as a register has lanes of 64 bits, at least one time.")

	key, counter := Mem{Base: Load(Param("key"), GP64())}, Mem{Base: Load(Param("counter"), GP64())}
	var keys [2]VecVirtual
	var start [4]VecVirtual
	for i := range 2 {
		keys[i] = broadcast(w, key.Offset(4*i))
	}
	for i := range 4 {
		start[i] = broadcast(w, counter.Offset(4*i))
	}
	VPADDD(offsets(w), start[0], start[0])
	multiplier := []VecVirtual{constant(w, multiplier0), constant(w, multiplier1)}
	weyl := []Mem{memory(weyl0), memory(weyl1)}
	next := memory(uint32(counters))

	words, vectors := Mem{Base: Load(Param("words"), GP64())}, Load(Param("vectors"), GP64())
	Label("loop")
	c := start
	k := []VecVirtual{w.Register(), w.Register()}
	for i := range k {
		VMOVAPS(keys[i], k[i])
	}
	for round := range rounds {
		p, q := w.Register(), w.Register()
		VPMULUDQ(c[0], multiplier[0], p)
		VPMULUDQ(c[2], multiplier[1], q)
		c = [4]VecVirtual{mixed(w, q, c[1], k[0]), q, mixed(w, p, c[3], k[1]), p}
		if round < rounds-1 {
			VPADDD(weyl[0], k[0], k[0])
			VPADDD(weyl[1], k[1], k[1])
		}
	}
	store(w, c, words)
	VPADDD(next, start[0], start[0])
	ADDQ(I32(2*w.Bytes()), words.Base)
	DECQ(vectors)
	JNZ(LabelRef("loop"))
	vec.Return()
}

// mixed is the upper half of a product, with x and the key.
func mixed(w vec.Width, product, x, key VecVirtual) VecVirtual {
	r := w.Register()
	VPSRLQ(U8(32), product, r)
	xor(w, x, r)
	xor(w, key, r)
	return r
}

// store writes counter by counter what the words' lanes hold. In each 128 bits
// lie, as offsets has it, a counter of the first half and one of the second.
func store(w vec.Width, c [4]VecVirtual, words Mem) {
	pairs := [2]VecVirtual{pair(w, c[0], c[1]), pair(w, c[2], c[3])}
	first, second := w.Register(), w.Register()
	VPUNPCKLQDQ(pairs[1], pairs[0], first)
	VPUNPCKHQDQ(pairs[1], pairs[0], second)
	w.Store(first, words)
	w.Store(second, words.Offset(w.Bytes()))
}

// pair is a in the lower half of each lane and b in the upper.
func pair(w vec.Width, a, b VecVirtual) VecVirtual {
	low, high := w.Register(), w.Register()
	VPSLLQ(U8(32), b, high)
	VPSLLQ(U8(32), a, low)
	VPSRLQ(U8(32), low, low)
	if w == vec.ZMM {
		VPORQ(low, high, high)
	} else {
		VPOR(low, high, high)
	}
	return high
}

func xor(w vec.Width, a, to VecVirtual) {
	if w == vec.ZMM {
		VPXORQ(a, to, to)
		return
	}
	VPXOR(a, to, to)
}

func broadcast(w vec.Width, m Mem) VecVirtual {
	r := w.Register()
	VPBROADCASTD(m, r)
	return r
}

func constant(w vec.Width, v uint32) VecVirtual {
	r := w.Register()
	w.Load(memory(v), r)
	return r
}

var constants = map[uint32]Mem{}

// memory is a constant in all lanes.
func memory(v uint32) Mem {
	m, ok := constants[v]
	if !ok {
		m = GLOBL(fmt.Sprintf("c%08x", v), attr.RODATA|attr.NOPTR)
		for i := range vec.ZMM.Lanes() {
			DATA(4*i, U32(v))
		}
		constants[v] = m
	}
	return m
}

// offsets are the numbers of the counters in their lanes.
func offsets(w vec.Width) Mem {
	m := GLOBL("offsets"+w.Level(), attr.RODATA|attr.NOPTR)
	pairs := w.Bytes() / 16
	for i := range pairs {
		DATA(16*i, U64(i))
		DATA(16*i+8, U64(pairs+i))
	}
	return m
}
