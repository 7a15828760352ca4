package main

import "fmt"

// Go's assembler has mnemonics for some instructions; the others are words, with
// what they say in ARM's syntax beside them.

// v is a vector register of four floats as Go writes it, and x one of bytes.
func v(r vector) string { return fmt.Sprintf("V%d.S4", r.number) }
func x(r vector) string { return fmt.Sprintf("V%d.B16", r.number) }
func d(r vector) string { return fmt.Sprintf("V%d.D2", r.number) }

// newVector and newGeneral are registers that are not written yet.
func newVector() vector   { return &register{} }
func newGeneral() general { return &register{general: true} }

func newVectors(n int) []vector {
	vs := make([]vector, n)
	for i := range vs {
		vs[i] = newVector()
	}
	return vs
}

// word3 is an instruction without a mnemonic that makes to of a and b; kind is that of
// all three.
func word3(code uint32, name, kind string, a, b, to vector) {
	emit([]*register{to}, []*register{a, b}, func() string {
		return fmt.Sprintf("WORD $0x%08x // %s V%d.%s, V%d.%s, V%d.%s", code|uint32(b.number)<<16|uint32(a.number)<<5|uint32(to.number),
			name, to.number, kind, a.number, kind, b.number, kind)
	})
}

// long3 is word3 whose result has lanes of twice as many bits.
func long3(code uint32, name, kind string, a, b, to vector) {
	emit([]*register{to}, []*register{a, b}, func() string {
		return fmt.Sprintf("WORD $0x%08x // %s V%d.2D, V%d.%s, V%d.%s", code|uint32(b.number)<<16|uint32(a.number)<<5|uint32(to.number),
			name, to.number, a.number, kind, b.number, kind)
	})
}

// Products of 64 bits: of the lower two of four integers, and of the upper two.
func umullTo(a, b, to vector)  { long3(0x2ea0c000, "UMULL", "2S", a, b, to) }
func umull2To(a, b, to vector) { long3(0x6ea0c000, "UMULL2", "4S", a, b, to) }

// word2 is one that makes to of a.
func word2(code uint32, name, toKind, kind string, a, to vector) {
	emit([]*register{to}, []*register{a}, func() string {
		return fmt.Sprintf("WORD $0x%08x // %s V%d.%s, V%d.%s", code|uint32(a.number)<<5|uint32(to.number), name, to.number, toKind, a.number, kind)
	})
}

// Arithmetic on four floats.
func faddTo(a, b, to vector)  { word3(0x4e20d400, "FADD", "4S", a, b, to) }
func fsubTo(a, b, to vector)  { word3(0x4ea0d400, "FSUB", "4S", a, b, to) } // a - b
func fmulTo(a, b, to vector)  { word3(0x6e20dc00, "FMUL", "4S", a, b, to) }
func fdivTo(a, b, to vector)  { word3(0x6e20fc00, "FDIV", "4S", a, b, to) } // a / b
func fsqrtTo(a, to vector)    { word2(0x6ea1f800, "FSQRT", "4S", "4S", a, to) }
func fabsTo(a, to vector)     { word2(0x4ea0f800, "FABS", "4S", "4S", a, to) }
func fnegTo(a, to vector)     { word2(0x6ea0f800, "FNEG", "4S", "4S", a, to) }
func fcmgtTo(a, b, to vector) { word3(0x6ea0e400, "FCMGT", "4S", a, b, to) } // a > b
func fcmgeTo(a, b, to vector) { word3(0x6e20e400, "FCMGE", "4S", a, b, to) } // a >= b
func fcmeqTo(a, b, to vector) { word3(0x4e20e400, "FCMEQ", "4S", a, b, to) }
func cmhsTo(a, b, to vector)  { word3(0x6ea03c00, "CMHS", "4S", a, b, to) } // a >= b, unsigned
func mvnTo(a, to vector)      { word2(0x6e205800, "MVN", "16B", "16B", a, to) }

// signs has all bits of a lane as its sign is.
func signsTo(a, to vector) {
	emit([]*register{to}, []*register{a}, func() string {
		return fmt.Sprintf("WORD $0x%08x // SSHR V%d.4S, V%d.4S, #31", 0x4f210400|uint32(a.number)<<5|uint32(to.number), to.number, a.number)
	})
}

// shiftRightTo shifts integers, whose signs stay.
func shiftRightTo(a vector, by int, to vector) {
	emit([]*register{to}, []*register{a}, func() string {
		return fmt.Sprintf("WORD $0x%08x // SSHR V%d.4S, V%d.4S, #%d", 0x4f000400|uint32(64-by)<<16|uint32(a.number)<<5|uint32(to.number), to.number, a.number, by)
	})
}

// Arithmetic on two doubles. low and high are the lower and the upper two of four
// floats as doubles.
func daddTo(a, b, to vector) { word3(0x4e60d400, "FADD", "2D", a, b, to) }
func dsubTo(a, b, to vector) { word3(0x4ee0d400, "FSUB", "2D", a, b, to) }
func lowTo(a, to vector)     { word2(0x0e617800, "FCVTL", "2D", "2S", a, to) }
func highTo(a, to vector)    { word2(0x4e617800, "FCVTL2", "2D", "4S", a, to) }

// mnemonic3 is an instruction of Go's assembler: to is made of a and b, or changed
// by them.
func mnemonic3(name string, kind func(*register) string, a, b, to vector, changes bool) {
	reads := []*register{a, b}
	if changes {
		reads = append(reads, to)
	}
	emit([]*register{to}, reads, func() string { return fmt.Sprintf("%s %s, %s, %s", name, kind(b), kind(a), kind(to)) })
}

func fmla(a, b, sum vector)         { mnemonic3("VFMLA", v, a, b, sum, true) } // sum += a·b
func fmls(a, b, sum vector)         { mnemonic3("VFMLS", v, a, b, sum, true) } // sum -= a·b
func dfmla(a, b, sum vector)        { mnemonic3("VFMLA", d, a, b, sum, true) }
func andTo(a, b, to vector)         { mnemonic3("VAND", x, a, b, to, false) }
func orTo(a, b, to vector)          { mnemonic3("VORR", x, a, b, to, false) }
func eorTo(a, b, to vector)         { mnemonic3("VEOR", x, a, b, to, false) }
func addIntegers(a, b, to vector)   { mnemonic3("VADD", v, a, b, to, false) }
func subIntegers(a, b, to vector)   { mnemonic3("VSUB", v, a, b, to, false) } // a - b
func equalIntegers(a, b, to vector) { mnemonic3("VCMEQ", v, a, b, to, false) }
func insert(a, where, to vector)    { mnemonic3("VBIT", x, a, where, to, true) } // a where bits are set
func selectTo(a, b, where vector)   { mnemonic3("VBSL", x, a, b, where, true) }  // a where bits are set, else b
func trn1(a, b, to vector)          { mnemonic3("VTRN1", v, a, b, to, false) }
func trn2(a, b, to vector)          { mnemonic3("VTRN2", v, a, b, to, false) }
func uzp1(a, b, to vector)          { mnemonic3("VUZP1", v, a, b, to, false) }
func uzp2(a, b, to vector)          { mnemonic3("VUZP2", v, a, b, to, false) }
func trn1Doubles(a, b, to vector)   { mnemonic3("VTRN1", d, a, b, to, false) }
func trn2Doubles(a, b, to vector)   { mnemonic3("VTRN2", d, a, b, to, false) }

// fmlaBy is sum += a·b[i], b's lane being the same for all of a.
func fmlaBy(a, b vector, i int, sum vector) {
	emit([]*register{sum}, []*register{a, b, sum}, func() string {
		code := uint32(0x4f801000) | uint32(i&1)<<21 | uint32(i>>1)<<11
		return fmt.Sprintf("WORD $0x%08x // FMLA V%d.4S, V%d.4S, V%d.S[%d]", code|uint32(b.number)<<16|uint32(a.number)<<5|uint32(sum.number),
			sum.number, a.number, b.number, i)
	})
}

// shiftLeftTo shifts integers.
func shiftLeftTo(a vector, by int, to vector) {
	emit([]*register{to}, []*register{a}, func() string { return fmt.Sprintf("VSHL $%d, %s, %s", by, v(a), v(to)) })
}

// zero clears a register.
func zero(to vector) {
	emit([]*register{to}, nil, func() string { return fmt.Sprintf("VEOR %s, %s, %s", x(to), x(to), x(to)) })
}

// copyTo copies a register.
func copyTo(a, to vector) {
	emit([]*register{to}, []*register{a}, func() string { return fmt.Sprintf("VMOV %s, %s", x(a), x(to)) }).copies = true
}

// duplicate has an integer in all lanes.
func duplicate(a general, to vector) {
	emit([]*register{to}, []*register{a}, func() string { return fmt.Sprintf("VDUP R%d, %s", a.number, v(to)) })
}

// broadcast has an argument in all lanes.
func broadcast(name string) vector {
	to := newVector()
	from := place(name)
	kind := current.arguments[name].kind
	if kind == "uint32" {
		g := newGeneral()
		emit([]*register{g}, nil, func() string { return fmt.Sprintf("MOVWU %s, R%d", from, g.number) })
		duplicate(g, to)
		return to
	}
	emit([]*register{to}, nil, func() string { return fmt.Sprintf("FMOVS %s, F%d", from, to.number) })
	emit([]*register{to}, []*register{to}, func() string { return fmt.Sprintf("VDUP V%d.S[0], %s", to.number, v(to)) })
	return to
}

// What lies in memory, at bytes from an address on. Some of the lanes are loaded
// without the rest, which become zero.

func load(from general, at int, to vector) { loadAs("FMOVQ", from, at, to) }
func store(a vector, to general, at int)   { storeAs("FMOVQ", a, to, at) }

func loadAs(name string, from general, at int, to vector) {
	emit([]*register{to}, []*register{from}, func() string { return fmt.Sprintf("%s %d(R%d), F%d", name, at, from.number, to.number) })
}

func storeAs(name string, a vector, to general, at int) {
	emit(nil, []*register{a, to}, func() string { return fmt.Sprintf("%s F%d, %d(R%d)", name, a.number, at, to.number) })
}

// loads loads vectors that lie side by side, two at a time.
func loads(from general, at int, to ...vector) {
	for ; len(to) > 1; at, to = at+32, to[2:] {
		if at > 1008 {
			break
		}
		a, b, at := to[0], to[1], at
		emit([]*register{a, b}, []*register{from}, func() string { return fmt.Sprintf("FLDPQ %d(R%d), (F%d, F%d)", at, from.number, a.number, b.number) })
	}
	for i, r := range to {
		load(from, at+16*i, r)
	}
}

// stores stores them.
func stores(to general, at int, from ...vector) {
	for ; len(from) > 1; at, from = at+32, from[2:] {
		if at > 1008 {
			break
		}
		a, b, at := from[0], from[1], at
		emit(nil, []*register{a, b, to}, func() string { return fmt.Sprintf("FSTPQ (F%d, F%d), %d(R%d)", a.number, b.number, at, to.number) })
	}
	for i, r := range from {
		store(r, to, at+16*i)
	}
}

// loadLanes loads the first lanes of a vector, 1 to 4, and storeLanes stores them; what
// is beside them is not touched.
func loadLanes(lanes int, from general, at int, to vector) {
	switch lanes {
	case 1:
		loadAs("FMOVS", from, at, to)
	case 2:
		loadAs("FMOVD", from, at, to)
	case 3:
		loadAs("FMOVD", from, at, to)
		third := offset(from, at+8)
		emit([]*register{to}, []*register{third, to}, func() string { return fmt.Sprintf("VLD1 (R%d), V%d.S[2]", third.number, to.number) })
	default:
		load(from, at, to)
	}
}

func storeLanes(lanes int, a vector, to general, at int) {
	switch lanes {
	case 1:
		storeAs("FMOVS", a, to, at)
	case 2:
		storeAs("FMOVD", a, to, at)
	case 3:
		storeAs("FMOVD", a, to, at)
		third := offset(to, at+8)
		emit(nil, []*register{a, third}, func() string { return fmt.Sprintf("VST1 V%d.S[2], (R%d)", a.number, third.number) })
	default:
		store(a, to, at)
	}
}

// element loads the float at an address plus bytes into the first lane, and clears
// the others.
func element(from, bytes general, to vector) {
	emit([]*register{to}, []*register{from, bytes}, func() string { return fmt.Sprintf("FMOVS (R%d)(R%d), F%d", from.number, bytes.number, to.number) })
}

// Integers.

// integer is an argument.
func integer(name string) general {
	to := newGeneral()
	reload(name, to)
	return to
}

// reload loads an argument again.
func reload(name string, to general) {
	from, op := place(name), "MOVD"
	if current.arguments[name].kind == "bool" {
		op = "MOVBU"
	}
	emit([]*register{to}, nil, func() string { return fmt.Sprintf("%s %s, R%d", op, from, to.number) })
}

// keep stores an argument, for which there is no register.
func keep(a general, name string) {
	to := place(name)
	emit(nil, []*register{a}, func() string { return fmt.Sprintf("MOVD R%d, %s", a.number, to) })
}

// stride is an argument in floats, as bytes.
func stride(name string) general {
	to := integer(name)
	shift(to, 2)
	return to
}

// shift is a <<= by.
func shift(a general, by int) {
	emit([]*register{a}, []*register{a}, func() string { return fmt.Sprintf("LSL $%d, R%d", by, a.number) })
}

// number is n.
func number(n int) general {
	to := newGeneral()
	set(to, n)
	return to
}

func set(to general, n int) {
	emit([]*register{to}, nil, func() string { return fmt.Sprintf("MOVD $%d, R%d", n, to.number) })
}

// move copies an integer.
func move(a, to general) {
	emit([]*register{to}, []*register{a}, func() string { return fmt.Sprintf("MOVD R%d, R%d", a.number, to.number) }).copies = true
}

// sum is a + b in a register of its own.
func sum(a, b general) general {
	to := newGeneral()
	emit([]*register{to}, []*register{a, b}, func() string { return fmt.Sprintf("ADD R%d, R%d, R%d", b.number, a.number, to.number) })
	return to
}

// scaled is a + b<<by in a register of its own.
func scaled(a, b general, by int) general {
	to := newGeneral()
	emit([]*register{to}, []*register{a, b}, func() string { return fmt.Sprintf("ADD R%d<<%d, R%d, R%d", b.number, by, a.number, to.number) })
	return to
}

// offset is a + n in a register of its own.
func offset(a general, n int) general {
	to := newGeneral()
	emit([]*register{to}, []*register{a}, func() string { return fmt.Sprintf("ADD $%d, R%d, R%d", n, a.number, to.number) })
	return to
}

// add is a += b.
func add(b, a general) {
	emit([]*register{a}, []*register{a, b}, func() string { return fmt.Sprintf("ADD R%d, R%d", b.number, a.number) })
}

// subtract is a -= b.
func subtract(b, a general) {
	emit([]*register{a}, []*register{a, b}, func() string { return fmt.Sprintf("SUB R%d, R%d", b.number, a.number) })
}

// advance is a += n.
func advance(a general, n int) {
	op := "ADD"
	if n < 0 {
		op, n = "SUB", -n
	}
	emit([]*register{a}, []*register{a}, func() string { return fmt.Sprintf("%s $%d, R%d", op, n, a.number) })
}

// times is n·a in a register of its own.
func times(n int, a general) general {
	to := number(n)
	emit([]*register{to}, []*register{a, to}, func() string { return fmt.Sprintf("MUL R%d, R%d", a.number, to.number) })
	return to
}

// at loads the integer at an address.
func at(from general, bytes int) general {
	to := newGeneral()
	emit([]*register{to}, []*register{from}, func() string { return fmt.Sprintf("MOVD %d(R%d), R%d", bytes, from.number, to.number) })
	return to
}

// Jumps.

func jump(to string) {
	emit(nil, nil, func() string { return "B " + to }).jump = to
}

// ifZero and ifNot go to a label where a is zero, and where it is not.
func ifZero(a general, to string) {
	emit(nil, []*register{a}, func() string { return fmt.Sprintf("CBZ R%d, %s", a.number, to) }).jump = to
}

func ifNot(a general, to string) {
	emit(nil, []*register{a}, func() string { return fmt.Sprintf("CBNZ R%d, %s", a.number, to) }).jump = to
}

// again counts a down and goes to a label until it is zero.
func again(a general, to string) {
	advance(a, -1)
	ifNot(a, to)
}

// ifEqual goes to a label where a is n.
func ifEqual(a general, n int, to string) { compare(a, n, "BEQ", to) }

// ifLess goes to a label where a is less than n, and ifAtLeast where it is not.
func ifLess(a general, n int, to string)    { compare(a, n, "BLT", to) }
func ifAtLeast(a general, n int, to string) { compare(a, n, "BGE", to) }

func compare(a general, n int, branch, to string) {
	emit(nil, []*register{a}, func() string { return fmt.Sprintf("CMP $%d, R%d", n, a.number) })
	emit(nil, nil, func() string { return branch + " " + to }).jump = to
}

// ifSame, ifOther, ifBelow go to a label where a and b are equal, where they are not,
// and where a is less than b.
func ifSame(a, b general, to string)  { compareBoth(a, b, "BEQ", to) }
func ifOther(a, b general, to string) { compareBoth(a, b, "BNE", to) }
func ifBelow(a, b general, to string) { compareBoth(a, b, "BLT", to) }

func compareBoth(a, b general, branch, to string) {
	emit(nil, []*register{a, b}, func() string { return fmt.Sprintf("CMP R%d, R%d", b.number, a.number) })
	emit(nil, nil, func() string { return branch + " " + to }).jump = to
}

// end ends a function.
func end() { emit(nil, nil, func() string { return "RET" }) }

// ifOdd goes to a label where a is odd.
func ifOdd(a general, to string) {
	emit(nil, []*register{a}, func() string { return fmt.Sprintf("TBNZ $0, R%d, %s", a.number, to) }).jump = to
}

// halve is a /= 2, for a of no sign.
func halve(a general) {
	emit([]*register{a}, []*register{a}, func() string { return fmt.Sprintf("LSR $1, R%d", a.number) })
}

// Bytes. h is a vector register of eight 16-bit integers as Go writes it.
func h(r vector) string { return fmt.Sprintf("V%d.H8", r.number) }

func equalBytes(a, b, to vector) { mnemonic3("VCMEQ", x, a, b, to, false) }
func ornTo(a, b, to vector)      { word3(0x4ee01c00, "ORN", "16B", a, b, to) } // a, or not b
func bicTo(a, b, to vector)      { word3(0x4e601c00, "BIC", "16B", a, b, to) } // a where bits of b are not set

// bytesOf are the lowest bytes of the lanes of four vectors, whose other bytes are the
// same.
func bytesOf(v []vector) vector {
	low, high, all := newVector(), newVector(), newVector()
	mnemonic3("VUZP1", h, v[0], v[1], low, false)
	mnemonic3("VUZP1", h, v[2], v[3], high, false)
	mnemonic3("VUZP1", x, low, high, all, false)
	return all
}

// spread has each byte of a vector four times, in the lanes of four vectors.
func spread(bytes vector) []vector {
	var lanes []vector
	for _, zip := range []string{"VZIP1", "VZIP2"} {
		twice := newVector()
		mnemonic3(zip, x, bytes, bytes, twice, false)
		for _, zip := range []string{"VZIP1", "VZIP2"} {
			four := newVector()
			mnemonic3(zip, h, twice, twice, four, false)
			lanes = append(lanes, four)
		}
	}
	return lanes
}

// everyByte is a byte in memory, in all bytes.
func everyByte(from general) vector {
	to := newVector()
	emit([]*register{to}, []*register{from}, func() string { return fmt.Sprintf("VLD1R (R%d), [%s]", from.number, x(to)) })
	return to
}

// bytesEach is a number in all bytes.
func bytesEach(n int) vector {
	to := newVector()
	emit([]*register{to}, nil, func() string { return fmt.Sprintf("VMOVI $%d, %s", n, x(to)) })
	return to
}

// loadAlong and storeAlong move a vector that lies at an address plus bytes; where
// bytes is nil, at the address.
func loadAlong(from, bytes general, to vector) {
	if bytes == nil {
		load(from, 0, to)
		return
	}
	emit([]*register{to}, []*register{from, bytes}, func() string { return along(0x3ce06800, "LDR", to, from, bytes) })
}

func storeAlong(a vector, to, bytes general) {
	if bytes == nil {
		store(a, to, 0)
		return
	}
	emit(nil, []*register{a, to, bytes}, func() string { return along(0x3ca06800, "STR", a, to, bytes) })
}

func along(code uint32, name string, v vector, address, bytes general) string {
	return fmt.Sprintf("WORD $0x%08x // %s Q%d, [X%d,X%d]", code|uint32(bytes.number)<<16|uint32(address.number)<<5|uint32(v.number),
		name, v.number, address.number, bytes.number)
}

// multiples are 0 to n-1 times a number of bytes; the first is nil.
func multiples(bytes general, n int) []general {
	all := []general{nil, bytes}
	for len(all) < n {
		all = append(all, sum(all[len(all)-1], bytes))
	}
	return all[:n]
}
