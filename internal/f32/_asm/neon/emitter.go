package main

import (
	"fmt"
	"slices"
	"strings"

	"euryale/internal/f32/_asm/formula"
)

// emitter is the machine that formulas are written by. Each of its operations has a
// register of its own for its result; constants are loaded where they are asked for,
// but for those that there are registers for all along.
type emitter struct {
	table general           // the constants
	held  map[uint32]vector // those that have a register
	asked map[uint32]int    // how often each was asked for
}

var _ formula.Machine = &emitter{}

type (
	value = formula.Value // a vector
	lanes = formula.Lanes // a vector, all bits of whose lanes are set or none
)

// result writes an instruction, whose result has a register of its own.
func result(f func(to vector)) vector {
	r := newVector()
	f(r)
	return r
}

// copied is a copy of a, to be changed.
func copied(a value) vector { return result(func(to vector) { copyTo(a.(vector), to) }) }

func (e *emitter) C(v float64) value { return e.bits(bitsOf(v)) }

func (e *emitter) bits(b uint32) vector {
	e.asked[b]++
	if r := e.held[b]; r != nil {
		return r
	}
	return e.loaded(b)
}

func (e *emitter) loaded(b uint32) vector {
	return result(func(to vector) { load(e.table, constant(b), to) })
}

func (e *emitter) In(a value) value { return a }

// made is what an instruction makes of a and b.
func made(f func(a, b, to vector), a, b value) vector {
	return result(func(to vector) { f(a.(vector), b.(vector), to) })
}

func (e *emitter) Add(a, b value) value { return made(faddTo, a, b) }
func (e *emitter) Sub(a, b value) value { return made(fsubTo, a, b) }
func (e *emitter) Mul(a, b value) value { return made(fmulTo, a, b) }
func (e *emitter) Div(a, b value) value { return made(fdivTo, a, b) }
func (e *emitter) Sqrt(a value) value   { return result(func(to vector) { fsqrtTo(a.(vector), to) }) }

func (e *emitter) FMA(a, b, c value) value {
	r := copied(c)
	fmla(a.(vector), b.(vector), r)
	return r
}

func (e *emitter) FMS(a, b, c value) value {
	r := result(func(to vector) { fnegTo(c.(vector), to) })
	fmla(a.(vector), b.(vector), r)
	return r
}

func (e *emitter) FNMA(a, b, c value) value {
	r := copied(c)
	fmls(a.(vector), b.(vector), r)
	return r
}

func (e *emitter) Polynomial(x value, c ...float64) value {
	last := len(c) - 1
	sum := e.C(c[last])
	for i := last - 1; i >= 0; i-- {
		sum = e.FMA(sum, x, e.C(c[i]))
	}
	return sum
}

// larger is a where a > b, else b: b also where either is NaN. FMAX would have
// another idea of NaN and of zeros.
func larger(a, b vector) vector { return chosen(made(fcmgtTo, a, b), a, b) }

// smaller is a where a < b, else b.
func smaller(a, b vector) vector { return chosen(made(fcmgtTo, b, a), a, b) }

// chosen is a where the bits of a mask, which is used up, are set, and b elsewhere.
func chosen(mask, a, b vector) vector {
	selectTo(a, b, mask)
	return mask
}

func (e *emitter) Max(x value, c float64) value { return larger(e.C(c).(vector), x.(vector)) }
func (e *emitter) Min(x value, c float64) value { return smaller(e.C(c).(vector), x.(vector)) }
func (e *emitter) Least(x, y value) value       { return smaller(y.(vector), x.(vector)) }

func (e *emitter) Within(x value, most float64) value {
	return larger(smaller(x.(vector), e.C(most).(vector)), e.C(-most).(vector))
}

const sign = 1 << 31

func (e *emitter) Abs(x value) value      { return result(func(to vector) { fabsTo(x.(vector), to) }) }
func (e *emitter) Negative(x value) value { return made(orTo, e.bits(sign), x) }
func (e *emitter) Signed(x, s value) value {
	return made(orTo, x, made(andTo, e.bits(sign), s))
}

func (e *emitter) Negatives(x value) lanes {
	return result(func(to vector) { shiftRightTo(x.(vector), 31, to) })
}

func (e *emitter) Where(p formula.Predicate, a, b value) lanes {
	not := func(v vector) vector { return result(func(to vector) { mvnTo(v, to) }) }
	switch p {
	case formula.IsAbove:
		return made(fcmgtTo, b, a)
	case formula.IsBelow:
		return made(fcmgtTo, a, b)
	case formula.IsAtLeast:
		return made(fcmgeTo, b, a)
	case formula.IsAtMost:
		return made(fcmgeTo, a, b)
	case formula.IsNotAbove:
		return not(made(fcmgtTo, b, a))
	case formula.IsUnordered:
		if a != b {
			panic("only of one number")
		}
		return not(made(fcmeqTo, a, a))
	}
	panic("no such predicate")
}

func (e *emitter) Choose(in lanes, a, b value) value {
	return chosen(copied(in), a.(vector), b.(vector))
}

func (e *emitter) Only(in lanes, x value) value { return made(andTo, in, x) }

func (e *emitter) Integer(shifted, magic value) value { return made(subIntegers, shifted, magic) }

func (e *emitter) PowerOf(n value) value {
	biased := made(addIntegers, e.bits(127), n)
	return result(func(to vector) { shiftLeftTo(biased, 23, to) })
}

func (e *emitter) PowerOnly(in lanes, n formula.Power) formula.Power {
	return formula.Power{Bits: made(andTo, in, n.Bits)}
}

func (e *emitter) Times(n formula.Power, x value) value {
	// 2ⁿ may be out of range: the first of two factors is exact.
	half := result(func(to vector) { shiftRightTo(n.Bits.(vector), 1, to) })
	rest := made(subIntegers, n.Bits, half)
	return e.Mul(e.Mul(x, e.PowerOf(half)), e.PowerOf(rest))
}

// doubles are the lower and the upper two of four floats.
func doubles(x vector) []vector {
	return []vector{result(func(to vector) { lowTo(x, to) }), result(func(to vector) { highTo(x, to) })}
}

// body is what a function does to each vector: of what numbers has, its arguments.
type body func(e *emitter, numbers func(name string) vector)

// written writes a function whose loops f writes, in which body is: first for a draft,
// which tells how many registers are left for constants, and then for good. The
// arguments and the constants that body asks for are loaded before.
func written(name, signature string, doc []string, f func(each body), each body) {
	draft := func(table bool, held []uint32, numbers []string) (e *emitter, asked []string) {
		e = &emitter{held: map[uint32]vector{}, asked: map[uint32]int{}}
		if table {
			e.table = tableAddress()
		}
		for _, b := range held {
			e.held[b] = e.loaded(b)
		}
		loaded := map[string]vector{}
		for _, n := range numbers {
			loaded[n] = broadcast(n)
		}
		f(func(_ *emitter, _ func(string) vector) {
			each(e, func(name string) vector {
				if loaded[name] == nil {
					loaded[name] = broadcast(name)
				}
				if !slices.Contains(asked, name) {
					asked = append(asked, name)
				}
				return loaded[name]
			})
		})
		return e, asked
	}

	begin(name, signature, doc...)
	e, numbers := draft(true, nil, nil)
	room := len(free[false]) - current.pressure() - len(numbers)
	output.functions = output.functions[:len(output.functions)-1]

	var held []uint32
	for b := range e.asked {
		held = append(held, b)
	}
	slices.SortFunc(held, func(a, b uint32) int { // the most asked for first
		if n := e.asked[b] - e.asked[a]; n != 0 {
			return n
		}
		return strings.Compare(fmt.Sprintf("%08x", a), fmt.Sprintf("%08x", b))
	})
	held = held[:max(0, min(room, len(held)))]
	begin(name, signature, doc...)
	draft(len(e.asked) > 0, held, numbers)
}

// tableAddress is where the file's constants lie.
func tableAddress() general {
	to := newGeneral()
	symbol := table()
	emit([]*register{to}, nil, func() string { return fmt.Sprintf("MOVD $%s<>(SB), R%d", symbol, to.number) })
	return to
}

// elements is a function of slices, element by element.
type elements struct {
	name    string
	slices  string // such as "dst, x *float32"
	numbers string // such as "low, high float32"; none is fine
	stores  int    // to how many slices, the first ones; 0 means to one, which is not read
}

// write writes a function that stores what f makes of each vector of the slices, for
// whole vectors and, after them, the first lanes of one more, one by one.
func (s elements) write(f func(e *emitter, v []vector, number func(string) vector) []vector) {
	name := s.name + "NEON"
	signature := "func(" + s.slices + ", vectors, lanes int"
	if s.numbers != "" {
		signature += ", " + s.numbers
	}
	doc := []string{name + " handles whole vectors and, after them, the first lanes of one more."}
	names := strings.Split(s.slices, ", ")
	for i, n := range names {
		names[i], _, _ = strings.Cut(n, " ")
	}
	var pointers []general
	written(name, signature+")", doc, func(each body) {
		pointers = nil
		for _, n := range names {
			pointers = append(pointers, integer(n))
		}
		for _, loop := range []struct {
			count string
			width int
		}{{"vectors", 16}, {"lanes", 4}} {
			n := integer(loop.count)
			ifZero(n, loop.count+"Done")
			label(loop.count)
			width = loop.width
			each(nil, nil)
			again(n, loop.count)
			label(loop.count + "Done")
		}
		end()
	}, func(e *emitter, number func(string) vector) {
		v := make([]vector, len(names))
		for i, p := range pointers {
			switch {
			case i < s.stores:
				v[i] = newVector()
				loadAs(operation(width), p, 0, v[i])
			case i > 0 || s.stores > 0:
				v[i] = newVector()
				loadNext(p, width, v[i])
			}
		}
		for i, r := range f(e, v, number) {
			storeNext(r, pointers[i], width)
		}
	})
}

// width is how many bytes of a slice the loop that is being written takes at a time.
var width int

// operation moves so many bytes.
func operation(width int) string {
	if width == 4 {
		return "FMOVS"
	}
	return "FMOVQ"
}

// loadNext and storeNext move a vector, or its first lane, and go on behind it.
func loadNext(from general, width int, to vector) {
	emit([]*register{to, from}, []*register{from}, func() string {
		return fmt.Sprintf("%s.P %d(R%d), F%d", operation(width), width, from.number, to.number)
	})
}

func storeNext(a vector, to general, width int) {
	emit([]*register{to}, []*register{a, to}, func() string {
		return fmt.Sprintf("%s.P F%d, %d(R%d)", operation(width), a.number, width, to.number)
	})
}
