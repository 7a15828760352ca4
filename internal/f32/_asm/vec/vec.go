// Package vec helps to write a kernel once for both widths of vector register:
//
//	for _, w := range vec.Widths {
//		vec.Function("double"+w.Level(), "func(x *float32)")
//		x, v := operand.Mem{Base: build.Load(build.Param("x"), build.GP64())}, w.Register()
//		w.Load(x, v)
//		w.Add(v, v, v)
//		w.Store(v, x)
//		vec.Return()
//	}
//	vec.Generate()
//
// Operands come in avo's order: sources first, the destination last.
package vec

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Width is the width of a vector register in bytes.
type Width int

// The widths: eight floats with AVX2, sixteen with AVX-512.
const (
	YMM Width = 32
	ZMM Width = 64
)

// Widths are the widths that a kernel is generated for.
var Widths = []Width{YMM, ZMM}

// Function begins a function that keeps no pointer of its arguments and calls
// none.
func Function(name, signature string) {
	build.TEXT(name, attr.NOSPLIT, signature)
	build.Pragma("noescape")
}

// Param is where a function's argument lies.
func Param(name string) operand.Mem {
	p, err := build.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

// Return ends a function.
func Return() {
	build.VZEROUPPER() // mixing with SSE code would be slow
	build.RET()
}

// Generate writes the file. It is the last line of a generator.
func Generate() {
	build.ConstraintExpr("!purego")
	build.Generate()
}

// Bytes is the width in bytes.
func (w Width) Bytes() int { return int(w) }

// Lanes is the width in floats.
func (w Width) Lanes() int { return int(w) / 4 }

// Level is the suffix of functions of this width.
func (w Width) Level() string {
	if w == ZMM {
		return "AVX512"
	}
	return "AVX2"
}

// Register allocates a vector register. There are 32 with AVX-512 and 16
// without; avo does not know of the limit and takes more when a kernel does.
func (w Width) Register() reg.VecVirtual {
	if w == ZMM {
		return build.ZMM()
	}
	return build.YMM()
}

// Registers allocates n vector registers.
func (w Width) Registers(n int) []reg.VecVirtual {
	rs := make([]reg.VecVirtual, n)
	for i := range rs {
		rs[i] = w.Register()
	}
	return rs
}

// Zero clears a register.
func (w Width) Zero(r reg.Register) { build.VXORPS(r, r, r) }

// Load reads a register from memory, aligned or not.
func (w Width) Load(from operand.Mem, to reg.Register) { build.VMOVUPS(from, to) }

// Store writes a register to memory, aligned or not.
func (w Width) Store(from reg.Register, to operand.Mem) { build.VMOVUPS(from, to) }

// Broadcast fills a register with the float in memory.
func (w Width) Broadcast(from operand.Mem, to reg.Register) { build.VBROADCASTSS(from, to) }

// Add is to = a + b; a may be memory.
func (w Width) Add(a, b, to operand.Op) { build.VADDPS(a, b, to) }

// Sub is to = a - b; b may be memory.
func (w Width) Sub(a, b, to operand.Op) { build.VSUBPS(b, a, to) }

// Mul is to = a·b; a may be memory.
func (w Width) Mul(a, b, to operand.Op) { build.VMULPS(a, b, to) }

// Div is to = a / b; b may be memory.
func (w Width) Div(a, b, to operand.Op) { build.VDIVPS(b, a, to) }

// Sqrt is to = √a; a may be memory.
func (w Width) Sqrt(a, to operand.Op) { build.VSQRTPS(a, to) }

// Max is to = a where a > b, else b: b also where either is NaN. b may be
// memory.
func (w Width) Max(a, b, to operand.Op) { build.VMAXPS(b, a, to) }

// Min is to = a where a < b, else b: b also where either is NaN. b may be
// memory.
func (w Width) Min(a, b, to operand.Op) { build.VMINPS(b, a, to) }

// FMA is sum += a·b, rounded once; a may be memory.
func (w Width) FMA(a, b, sum operand.Op) { build.VFMADD231PS(a, b, sum) }

// Mask selects the first lanes of a vector.
type Mask struct {
	width Width
	reg   reg.Register // an opmask register, or a vector register whose sign bits count
}

// Mask allocates a mask of as many lanes as the integer in memory says, of
// which 32 bits are read.
func (w Width) Mask(lanes operand.Mem) Mask {
	m, count := Mask{width: w}, w.Register()
	if w == ZMM {
		m.reg = build.K()
	} else {
		m.reg = w.Register()
	}
	build.VPBROADCASTD(lanes, count)
	build.VPCMPGTD(laneNumbers(), count, m.reg)
	return m
}

// Load reads the mask's lanes from memory and clears the others. Memory outside
// the mask is not touched.
func (m Mask) Load(from operand.Mem, to reg.Register) {
	if m.width == ZMM {
		build.VMOVUPS_Z(from, m.reg, to)
		return
	}
	build.VMASKMOVPS(from, m.reg, to)
}

// Store writes the mask's lanes to memory. With AVX2 some processors are slow
// at it.
func (m Mask) Store(from reg.Register, to operand.Mem) {
	if m.width == ZMM {
		build.VMOVUPS(from, m.reg, to)
		return
	}
	build.VMASKMOVPS(from, m.reg, to)
}

// lanes holds the integers 0, 1, … 15 once a mask has been asked for.
var lanes operand.Mem

func laneNumbers() operand.Mem {
	if lanes.Symbol.Name == "" {
		lanes = build.GLOBL("lanes", attr.RODATA|attr.NOPTR)
		for i := range ZMM.Lanes() {
			build.DATA(4*i, operand.U32(i))
		}
	}
	return lanes
}
