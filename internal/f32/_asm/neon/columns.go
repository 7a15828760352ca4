package main

import (
	"fmt"
	"strings"
)

// columns writes the kernels that go through the rows of a matrix with one accumulator,
// or one constant, for each of its columns.
func columns() {
	addColumns()
	columnSums()
	columnSpread()
	columnProducts()
	columnProductsCut()
	affine("affine", "x")
	affine("affineSum", "x", "skip")
	affineGrad("affineGrad", false)
	affineGrad("affineGradCut", true)
}

// addColumns keeps the sums of some vectors of columns in registers over the rows:
// eight of them hide the latency of the addition.
func addColumns() {
	begin("addColumnsNEON", "func(sum, x *float32, rows, n int)", "addColumnsNEON is addColumns for n columns; neither rows nor n is zero.")
	sum, x, n, row := integer("sum"), integer("x"), integer("n"), stride("n")
	sizes := []struct{ vectors, lanes int }{{8, 4}, {4, 4}, {2, 4}, {1, 4}, {1, 1}}
	label("chunk")
	for _, s := range sizes {
		ifAtLeast(n, s.vectors*s.lanes, fmt.Sprintf("columns%d", s.vectors*s.lanes))
	}
	end()
	for _, s := range sizes {
		columns := s.vectors * s.lanes
		read := func(from general, to []vector) { loads(from, 0, to...) }
		if s.lanes == 1 {
			read = func(from general, to []vector) { loadLanes(1, from, 0, to[0]) }
		}
		label(fmt.Sprintf("columns%d", columns))
		sums, from, rows := newVectors(s.vectors), newGeneral(), integer("rows")
		read(sum, sums)
		move(x, from)
		label(fmt.Sprintf("row%d", columns))
		v := newVectors(s.vectors)
		read(from, v)
		for i := range sums {
			faddTo(v[i], sums[i], sums[i])
		}
		add(row, from)
		again(rows, fmt.Sprintf("row%d", columns))
		if s.lanes == 1 {
			storeLanes(1, sums[0], sum, 0)
		} else {
			stores(sum, 0, sums...)
		}
		advance(sum, 4*columns)
		advance(x, 4*columns)
		advance(n, -columns)
		jump("chunk")
	}
}

// eachChunk ends a function over c columns in multiples of Lanes. It goes through the
// rows once for some columns, whose number is one of sizes, at a time, the largest
// first. begin makes ready for so many columns that begin at byte at of a row. row is
// for one row; the pointers that it returns move on to the next. end is for when all
// are done.
func eachChunk(sizes []int, begin func(columns int, at general) (row func(), along []general, done func())) {
	c, at := stride("c"), number(0)
	label("chunk")
	for i, columns := range sizes {
		label(fmt.Sprintf("columns%d", columns))
		if i+1 < len(sizes) {
			rest := newGeneral()
			move(c, rest)
			subtract(at, rest)
			ifLess(rest, 4*columns, fmt.Sprintf("columns%d", sizes[i+1]))
		}
		row, along, done := begin(columns, at)
		rows := integer("rows")
		label(fmt.Sprintf("row%d", columns))
		row()
		for _, p := range along {
			add(c, p)
		}
		again(rows, fmt.Sprintf("row%d", columns))
		done()
		advance(at, 4*columns)
		ifBelow(at, c, "chunk")
		end()
	}
}

// begins is where columns of an argument begin, and doublesBegin where those of one in
// float64 do.
func begins(name string, at general) general       { return sum(integer(name), at) }
func doublesBegin(name string, at general) general { return scaled(integer(name), at, 1) }

// accumulators are the doubles of an argument for some columns, and what stores them.
func accumulators(name string, columns int, at general) (sums []vector, done func()) {
	sums = newVectors(columns / 2)
	loads(doublesBegin(name, at), 0, sums...)
	return sums, func() { stores(doublesBegin(name, at), 0, sums...) }
}

// means are the doubles of the argument mean.
func means(columns int, at general) []vector {
	mean := newVectors(columns / 2)
	loads(doublesBegin("mean", at), 0, mean...)
	return mean
}

// eachVector loads the vectors of a row one by one.
func eachVector(columns int, from general, f func(i int, v vector)) {
	for i := range columns / 4 {
		v := newVector()
		load(from, 16*i, v)
		f(i, v)
	}
}

func columnSums() {
	begin("columnSumsNEON", "func(sum *float64, x *float32, rows, c int)", "columnSumsNEON is columnSums for c columns; neither rows nor c is zero.")
	eachChunk([]int{32, 16}, func(columns int, at general) (func(), []general, func()) {
		sums, done := accumulators("sum", columns, at)
		x := begins("x", at)
		return func() {
			eachVector(columns, x, func(i int, v vector) {
				for half, d := range doubles(v) {
					daddTo(d, sums[2*i+half], sums[2*i+half])
				}
			})
		}, []general{x}, done
	})
}

func columnSpread() {
	begin("columnSpreadNEON", "func(sum *float64, x *float32, mean *float64, rows, c int)", "columnSpreadNEON is columnSpread for c columns; neither rows nor c is zero.")
	eachChunk([]int{16}, func(columns int, at general) (func(), []general, func()) {
		sums, done := accumulators("sum", columns, at)
		mean, x := means(columns, at), begins("x", at)
		return func() {
			eachVector(columns, x, func(i int, v vector) {
				for half, d := range doubles(v) {
					at := 2*i + half
					dsubTo(d, mean[at], d)
					dfmla(d, d, sums[at])
				}
			})
		}, []general{x}, done
	})
}

// products adds gradients to sums, and times x around its mean to products.
func products(i int, x, grad vector, mean, sums, products []vector) {
	for half, g := range doubles(grad) {
		at := 2*i + half
		daddTo(g, sums[at], sums[at])
		d := doubles(x)[half]
		dsubTo(d, mean[at], d)
		dfmla(g, d, products[at])
	}
}

func columnProducts() {
	begin("columnProductsNEON", "func(sum, product *float64, grad, x *float32, mean *float64, rows, c int)",
		"columnProductsNEON is columnProducts for c columns; neither rows nor c is zero.")
	eachChunk([]int{16}, func(columns int, at general) (func(), []general, func()) {
		sums, done := accumulators("sum", columns, at)
		product, doneToo := accumulators("product", columns, at)
		mean, x, grad := means(columns, at), begins("x", at), begins("grad", at)
		return func() {
			eachVector(columns, x, func(i int, v vector) {
				g := newVector()
				load(grad, 16*i, g)
				products(i, v, g, mean, sums, product)
			})
		}, []general{x, grad}, func() { done(); doneToo() }
	})
}

// columnProductsCut is columnProducts with what was cut found out again.
func columnProductsCut() {
	begin("columnProductsCutNEON", "func(sum, product *float64, grad, x *float32, mean *float64, centre, factor, offset *float32, rows, c int, low, high float32)",
		"columnProductsCutNEON is columnProducts for c columns of lines that cut; neither rows nor c is zero.")
	low, high := broadcast("low"), broadcast("high")
	eachChunk([]int{8}, func(columns int, at general) (func(), []general, func()) {
		sums, done := accumulators("sum", columns, at)
		product, doneToo := accumulators("product", columns, at)
		mean, x, grad := means(columns, at), begins("x", at), begins("grad", at)
		k := lines(columns, at, "centre", "factor", "offset")
		return func() {
			eachVector(columns, x, func(i int, v vector) {
				g := newVector()
				load(grad, 16*i, g)
				inside := passed(made(fsubTo, v, k[0][i]), k[1][i], k[2][i], low, high)
				products(i, v, made(andTo, inside, g), mean, sums, product)
			})
		}, []general{x, grad}, func() { done(); doneToo() }
	})
}

// lines are vectors of constants, the same for all rows.
func lines(columns int, at general, names ...string) [][]vector {
	var all [][]vector
	for _, name := range names {
		k := newVectors(columns / 4)
		loads(begins(name, at), 0, k...)
		all = append(all, k)
	}
	return all
}

// passed is where x·factor + offset lies between the bounds.
func passed(x, factor, offset, low, high vector) vector {
	y := copied(offset)
	fmla(x, factor, y)
	return made(andTo, made(fcmgtTo, y, low), made(fcmgtTo, high, y))
}

// affine adds to the first of the matrices, on its lines, the second, if there is one,
// and cuts.
func affine(name string, matrices ...string) {
	rowwise(name, matrices, []string{"mean", "factor", "offset"}, true, func(v, k []vector, low, high vector) vector {
		y := copied(k[2])
		fmla(made(fsubTo, v[0], k[0]), k[1], y)
		if len(v) > 1 {
			faddTo(v[1], y, y)
		}
		cut(y, low, high)
		return y
	})
}

// affineGrad finds out again what was cut, where there is a cut.
func affineGrad(name string, cuts bool) {
	constants := []string{"mean", "factor", "level", "slope"}
	if cuts {
		constants = append(constants, "offset")
	}
	rowwise(name, []string{"grad", "x"}, constants, cuts, func(v, k []vector, low, high vector) vector {
		grad, x := v[0], made(fsubTo, v[1], k[0])
		if cuts {
			grad = made(andTo, passed(x, k[1], k[4], low, high), grad)
		}
		y := made(fsubTo, grad, k[2])
		fmls(k[3], x, y)
		return made(fmulTo, k[1], y)
	})
}

// rowwise writes a function that writes to y what f makes of the vectors of matrices
// and, the same for each row, of constants. These stay in registers over the rows, and
// so do the bounds where there is a cut.
func rowwise(name string, matrices, constants []string, cuts bool, f func(v, k []vector, low, high vector) vector) {
	numbers := ""
	if cuts {
		numbers = ", low, high float32"
	}
	name += "NEON"
	begin(name, "func(y, "+strings.Join(append(append([]string{}, matrices...), constants...), ", ")+" *float32, rows, c int"+numbers+")",
		name+" is "+strings.TrimSuffix(name, "NEON")+" for c columns; neither rows nor c is zero.")
	var low, high vector
	if cuts {
		low, high = broadcast("low"), broadcast("high")
	}
	eachChunk([]int{16}, func(columns int, at general) (func(), []general, func()) {
		var from []general
		for _, m := range matrices {
			from = append(from, begins(m, at))
		}
		y, ks := begins("y", at), lines(columns, at, constants...)
		row := func() {
			for i := range columns / 4 {
				var v, k []vector
				for _, p := range from {
					r := newVector()
					load(p, 16*i, r)
					v = append(v, r)
				}
				for _, c := range ks {
					k = append(k, c[i])
				}
				store(f(v, k, low, high), y, 16*i)
			}
		}
		return row, append(from, y), func() {}
	})
}
