package main

import (
	"fmt"

	"euryale/internal/f32/_asm/squares"
)

// minimal writes the transforms of Winograd's minimal filtering.
func minimal() {
	for _, t := range squares.Transforms {
		k := transform{Transform: t, constants: map[float32]vector{}}
		k.write()
	}
}

// transform goes over tiles and, in each, over vectors of channels.
type transform struct {
	squares.Transform
	constants        map[float32]vector
	src, dst, bias   general
	srcCol, dstRow   general
	srcRows, dstCols []general
	floor            vector
}

func (k *transform) write() {
	name, more := k.Name+"NEON", ""
	if k.Biased {
		more = ", bias *float32, floor float32, high, wide int"
	}
	doc := []string{
		name + " is " + k.Name + " for squares whose rows, columns and tiles lie that",
		"many floats apart; of each the first n channels, a multiple of Lanes.",
	}
	if k.Biased {
		doc = append(doc, "What lies behind the first high rows and wide columns is not written.")
	}
	begin(name, "func(dst *float32, dstRow, dstCol, dstTile int, src *float32, srcRow, srcCol, srcTile, tiles, n int"+more+")", doc...)
	k.srcCol, k.dstRow = stride("srcCol"), stride("dstRow")
	k.srcRows, k.dstCols = multiples(stride("srcRow"), k.In), multiples(stride("dstCol"), k.Out)
	for _, g := range k.Groups {
		for _, c := range g.Constants() {
			if k.constants[c] == nil {
				k.constants[c] = splat(c)
			}
		}
	}
	if k.Biased {
		k.floor = broadcast("floor")
	}
	label("tile")
	k.src, k.dst = integer("src"), integer("dst")
	if k.Biased {
		k.bias = integer("bias")
	}
	n := integer("n")
	label("vector")
	for _, g := range k.Groups {
		k.rows(g)
	}
	for _, p := range []general{k.src, k.dst, k.bias} {
		if p != nil {
			advance(p, 16)
		}
	}
	advance(n, -4)
	ifNot(n, "vector")
	for _, p := range []string{"src", "dst"} {
		at := integer(p)
		add(stride(p+"Tile"), at)
		keep(at, p)
	}
	if k.Biased {
		wide := integer("wide")
		advance(wide, -k.Out)
		keep(wide, "wide")
	}
	tiles := integer("tiles")
	advance(tiles, -1)
	keep(tiles, "tiles")
	ifNot(tiles, "tile")
	end()
}

// splat is a constant in all lanes.
func splat(c float32) vector {
	to := newVector()
	load(tableAddress(), constant(bitsOf(float64(c))), to)
	return to
}

// rows makes some rows of the square: first T·x, whose columns are combinations of x's
// rows, then of its columns those of the square.
func (k *transform) rows(g squares.Group) {
	rows := make([][]vector, len(g.Out))
	column := newGeneral()
	move(k.src, column)
	for j := range k.In {
		if j > 0 {
			add(k.srcCol, column)
		}
		from := func(i int) vector { return result(func(to vector) { loadAlong(column, k.srcRows[i], to) }) }
		k.apply(g, from, false, func(i int, v vector) { rows[i] = append(rows[i], v) })
	}
	for i, row := range rows {
		at := g.Out[i].At
		k.unless("high", at, fmt.Sprint("row", at), func() {
			to := k.dst
			if at > 0 {
				to = sum(times(at, k.dstRow), k.dst)
			}
			for _, columns := range k.Groups {
				k.apply(columns, func(j int) vector { return row[j] }, k.Biased, func(j int, v vector) {
					col := columns.Out[j].At
					k.unless("wide", col, fmt.Sprintf("row%dcol%d", at, col), func() {
						if k.Biased {
							v = larger(k.floor, v)
						}
						storeAlong(v, to, k.dstCols[col])
					})
				})
			}
		})
	}
}

// unless leaves out what lies beyond the output: that at 0 never does.
func (k *transform) unless(name string, at int, beyond string, body func()) {
	cut := k.Biased && at > 0
	if cut {
		ifLess(integer(name), at+1, beyond)
	}
	body()
	if cut {
		label(beyond)
	}
}

// apply computes a group's outputs of x, which begin with the bias or with nothing.
func (k *transform) apply(g squares.Group, x func(i int) vector, biased bool, made func(i int, v vector)) {
	mid := make([]vector, len(g.Mid))
	for i, sum := range g.Mid {
		mid[i] = k.sum(sum, x, false)
	}
	for i, o := range g.Out {
		made(i, k.sum(o.Sum, func(i int) vector {
			if i >= squares.Middle {
				return mid[i-squares.Middle]
			}
			return x(i)
		}, biased))
	}
}

// sum is the sum of products.
func (k *transform) sum(terms squares.Sum, x func(i int) vector, biased bool) vector {
	var total vector
	if biased {
		total = newVector()
		load(k.bias, 0, total)
	}
	for _, t := range terms {
		from := x(t.X)
		switch {
		case total == nil && t.By == 1:
			total = from // nobody changes it: what follows has factors of 1
		case total == nil:
			total = made(fmulTo, k.constants[t.By], from)
		case t.By == 1:
			total = made(faddTo, from, total)
		case t.By == -1:
			total = made(fsubTo, total, from)
		default:
			fmla(from, k.constants[t.By], total)
		}
	}
	return total
}
