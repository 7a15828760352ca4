package main

import "fmt"

// The multipliers of a round of Philox, and what the key grows by from one to the next.
const (
	multiplier0, multiplier1 = 0xD2511F53, 0xCD9E8D57
	weyl0, weyl1             = 0x9E3779B9, 0xBB67AE85
	rounds                   = 10
)

// philox writes Philox4x32-10 for four counters side by side, each of whose words lies
// in a register with those of the others.
func philox() {
	begin("fillNEON", "func(words *uint32, vectors int, key, counter *uint32)",
		"fillNEON writes the words of vectors times four counters, at least one time.")
	keys, start := everywhere("key", 2), everywhere("counter", 4)
	addIntegers(start[0], numbers(0, 1, 2, 3), start[0])
	multipliers := []vector{numbers(multiplier0), numbers(multiplier1)}
	weyl := []vector{numbers(weyl0), numbers(weyl1)}
	next := numbers(4)

	words, vectors := integer("words"), integer("vectors")
	label("loop")
	c, k := start, keys
	for round := range rounds {
		if round > 0 {
			k = []vector{made(addIntegers, k[0], weyl[0]), made(addIntegers, k[1], weyl[1])}
		}
		p, q := product(c[0], multipliers[0]), product(c[2], multipliers[1])
		c = []vector{
			made(eorTo, made(eorTo, q.upper, c[1]), k[0]), q.lower,
			made(eorTo, made(eorTo, p.upper, c[3]), k[1]), p.lower,
		}
	}
	stores(words, 0, turned(c)...)
	addIntegers(start[0], next, start[0])
	advance(words, 64)
	again(vectors, "loop")
	end()
}

// halves are those of products of 64 bits.
type halves struct{ upper, lower vector }

func product(a, b value) halves {
	two, others := made(umullTo, a, b), made(umull2To, a, b)
	return halves{made(uzp2, two, others), made(uzp1, two, others)}
}

// everywhere are so many words of an argument, each in all lanes.
func everywhere(name string, n int) []vector {
	from, to := integer(name), newVectors(n)
	for i, r := range to {
		word := newGeneral()
		emit([]*register{word}, []*register{from}, func() string { return fmt.Sprintf("MOVWU %d(R%d), R%d", 4*i, from.number, word.number) })
		duplicate(word, r)
	}
	return to
}

// numbers has one number in all lanes, or four.
func numbers(n ...int) vector {
	to := newVector()
	duplicate(number(n[0]), to)
	for lane, n := range n[1:] {
		from := number(n)
		emit([]*register{to}, []*register{from, to}, func() string { return fmt.Sprintf("VMOV R%d, V%d.S[%d]", from.number, to.number, lane+1) })
	}
	return to
}
