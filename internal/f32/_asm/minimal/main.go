// Command minimal generates the transforms of Winograd's minimal filtering:
// each makes a square of vectors of another one, T·x·Tᵀ.
package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/squares"
	"euryale/internal/f32/_asm/vec"
)

func main() {
	for _, w := range vec.Widths {
		for _, t := range squares.Transforms {
			kernel{Transform: t, width: w}.generate()
		}
	}
	vec.Generate()
}

// kernel goes over tiles and, in each, over vectors of channels.
type kernel struct {
	squares.Transform
	width vec.Width

	constants map[float32]VecVirtual // those in registers
	src       Mem
	srcRows   line
	dst       Mem
	dstCols   line
	bias      Mem
}

func (k kernel) generate() {
	name, more := k.Name+k.width.Level(), ""
	if k.Biased {
		more = ", bias *float32, floor float32, high, wide int"
	}
	vec.Function(name, "func(dst *float32, dstRow, dstCol, dstTile int, src *float32, srcRow, srcCol, srcTile, tiles, n int"+more+")")
	doc := []string{
		name + " is " + k.Name + " for squares whose rows, columns and tiles lie that",
		"many floats apart; of each the first n channels, a multiple of Lanes.",
	}
	if k.Biased {
		doc = append(doc, "What lies behind the first high rows and wide columns is not written.")
	}
	Doc(doc...)
	for _, p := range []string{"dstRow", "dstCol", "dstTile", "srcRow", "srcCol", "srcTile"} {
		SHLQ(U8(2), vec.Param(p))
	}
	k.srcRows, k.dstCols = newLine("srcRow", k.In), newLine("dstCol", k.Out)
	k.loadConstants()

	Label("tile")
	k.src, k.dst = vec.Pointer("src"), vec.Pointer("dst")
	if k.Biased {
		k.bias = vec.Pointer("bias")
	}
	n := Load(Param("n"), GP64())
	Label("vector")
	for _, g := range k.Groups {
		k.rows(g)
	}
	for _, p := range []Mem{k.src, k.dst, k.bias} {
		if p.Base != nil {
			ADDQ(I32(k.width.Bytes()), p.Base)
		}
	}
	SUBQ(I32(k.width.Lanes()), n)
	JNZ(LabelRef("vector"))
	for _, p := range []string{"src", "dst"} {
		step := Load(Param(p+"Tile"), GP64())
		ADDQ(step, vec.Param(p))
	}
	if k.Biased {
		SUBQ(I32(k.Out), vec.Param("wide"))
	}
	DECQ(vec.Param("tiles"))
	JNZ(LabelRef("tile"))
	vec.Return()
}

// loadConstants keeps constants in registers where there are enough of these.
func (k *kernel) loadConstants() {
	k.constants = map[float32]VecVirtual{}
	if k.width == vec.YMM {
		return
	}
	for _, g := range k.Groups {
		for _, c := range g.Constants() {
			if k.constants[c] == nil {
				k.constants[c] = ZMM()
				k.width.Broadcast(constant(c), k.constants[c])
			}
		}
	}
}

// rows makes some rows of the square: first T·x, whose columns are
// combinations of x's rows, then of its columns those of the square.
func (k kernel) rows(g squares.Group) {
	rows := make([][]Op, len(g.Out))
	column := Mem{Base: GP64()}
	MOVQ(k.src.Base, column.Base)
	for j := range k.In {
		if j > 0 {
			ADDQ(vec.Param("srcCol"), column.Base)
		}
		k.apply(g, func(i int) Op { return k.srcRows.at(column, i) }, nil, func(i int, v VecVirtual) {
			rows[i] = append(rows[i], v)
		})
	}
	for i, row := range rows {
		at := g.Out[i].At
		k.unless("high", at, fmt.Sprint("row", at), func() {
			to := Mem{Base: Load(Param("dstRow"), GP64())}
			IMUL3Q(I32(at), to.Base, to.Base)
			ADDQ(k.dst.Base, to.Base)
			for _, columns := range k.Groups {
				k.apply(columns, func(i int) Op { return row[i] }, k.start(), func(j int, v VecVirtual) {
					col := columns.Out[j].At
					k.unless("wide", col, fmt.Sprintf("row%dcol%d", at, col), func() {
						k.width.Store(k.cut(v), k.dstCols.at(to, col))
					})
				})
			}
		})
	}
}

// unless leaves out what lies beyond the output: that at 0 never does.
func (k kernel) unless(param string, at int, label string, body func()) {
	cut := k.Biased && at > 0
	if cut {
		CMPQ(vec.Param(param), I8(at))
		JLE(LabelRef(label))
	}
	body()
	if cut {
		Label(label)
	}
}

// start is what outputs begin with, or nil.
func (k kernel) start() Op {
	if !k.Biased {
		return nil
	}
	return k.bias
}

// cut is v, no lower than the floor. NaN stays.
func (k kernel) cut(v VecVirtual) VecVirtual {
	if !k.Biased {
		return v
	}
	floor, cut := k.width.Register(), k.width.Register()
	k.width.Broadcast(vec.Param("floor"), floor)
	k.width.Max(floor, v, cut)
	return cut
}

// apply computes a group's outputs of x.
func (k kernel) apply(g squares.Group, x func(i int) Op, start Op, made func(i int, v VecVirtual)) {
	mid := make([]Op, len(g.Mid))
	for i, sum := range g.Mid {
		mid[i] = k.sum(sum, x, nil)
	}
	for i, o := range g.Out {
		made(i, k.sum(o.Sum, func(i int) Op {
			if i >= squares.Middle {
				return mid[i-squares.Middle]
			}
			return x(i)
		}, start))
	}
}

// sum is a register with start, which may be nil, and a sum of products.
func (k kernel) sum(terms squares.Sum, x func(i int) Op, start Op) VecVirtual {
	w := k.width
	var total VecVirtual
	if start != nil {
		total = w.Register()
		w.Load(start.(Mem), total)
	}
	for _, t := range terms {
		from := x(t.X)
		to := w.Register()
		switch r, inRegister := from.(VecVirtual); {
		case total == nil && t.By == 1 && inRegister: // it stays what it is: see multiplyAdd
			to = r
		case total == nil && t.By == 1:
			w.Load(from.(Mem), to)
		case total == nil:
			k.multiply(from, t.By, to)
		case t.By == 1:
			w.Add(from, total, to)
		case t.By == -1:
			w.Sub(total, from, to)
		default:
			to = k.multiplyAdd(from, t.By, total)
		}
		total = to
	}
	return total
}

func (k kernel) multiply(x Op, by float32, to VecVirtual) {
	if c := k.constants[by]; c != nil {
		k.width.Mul(x, c, to)
		return
	}
	k.width.Mul(constant(by), k.inRegister(x), to)
}

// multiplyAdd adds to a sum that nobody else reads: in a list of terms, those
// whose factor is 1 come last.
func (k kernel) multiplyAdd(x Op, by float32, sum VecVirtual) VecVirtual {
	if c := k.constants[by]; c != nil {
		k.width.FMA(x, c, sum)
		return sum
	}
	k.width.FMA(constant(by), k.inRegister(x), sum)
	return sum
}

func (k kernel) inRegister(x Op) VecVirtual {
	if r, ok := x.(VecVirtual); ok {
		return r
	}
	r := k.width.Register()
	k.width.Load(x.(Mem), r)
	return r
}

// line is up to six things a fixed number of bytes apart.
type line struct{ apart, apart3, apart5 Register }

func newLine(param string, n int) line {
	l := line{apart: Load(Param(param), GP64())}
	if n > 3 {
		l.apart3 = GP64()
		LEAQ(Mem{Base: l.apart, Index: l.apart, Scale: 2}, l.apart3)
	}
	if n > 5 {
		l.apart5 = GP64()
		LEAQ(Mem{Base: l.apart, Index: l.apart, Scale: 4}, l.apart5)
	}
	return l
}

func (l line) at(m Mem, i int) Mem {
	switch i {
	case 1, 2, 4:
		return m.Idx(l.apart, uint8(i))
	case 3:
		return m.Idx(l.apart3, 1)
	case 5:
		return m.Idx(l.apart5, 1)
	}
	return m
}

// vectors are the constants in memory, a vector of AVX2 each.
var vectors = map[float32]Mem{}

func constant(c float32) Mem {
	m, ok := vectors[c]
	if !ok {
		m = GLOBL(fmt.Sprintf("minimal%d", len(vectors)), attr.RODATA|attr.NOPTR)
		for i := range vec.YMM.Lanes() {
			DATA(4*i, F32(c))
		}
		vectors[c] = m
	}
	return m
}
