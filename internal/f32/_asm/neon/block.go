package main

import "fmt"

// block writes the kernels of the lesson's block: convolution, ReLU and pooling, forward
// and backward. They take sixteen filters at a time.
func block() {
	firstBlock()
	firstBlockGrad()
	biasGrad()
	winogradFilter()
	winogradInput()
	winogradOutput()
	scaledRows()
}

// dead is the place of a value that ReLU cut.
const dead = 4

// pooled stores the largest of the four values of cells, cut at zero, and which it was,
// for four vectors of filters; values[p] are those at place p.
func pooled(values [4][]vector, y, arg general) {
	var places []vector
	places = append(places, nil)
	for p := 1; p < 4; p++ {
		places = append(places, bytesEach(p))
	}
	var at []vector
	for i := range four {
		largest, place := values[0][i], newVector()
		zero(place)
		for p := 1; p < 4; p++ {
			takeLarger(values[p][i], places[p], largest, place)
		}
		at = append(at, place)
	}
	none, cut := newVector(), bytesEach(dead)
	zero(none)
	for i, largest := range values[0] {
		below := made(fcmgeTo, none, largest)
		insert(cut, below, at[i])
		bicTo(largest, below, largest)
	}
	stores(y, 0, values[0]...)
	store(bytesOf(at), arg, 0)
}

// patchRows are the rows of the square of 4×4 pixels under a cell.
func patchRows(from general, rows []general) []vector {
	v := newVectors(4)
	for i := range v {
		loadAlong(from, rows[i], v[i])
	}
	return v
}

// firstBlock keeps the four values of a cell in registers over the taps. Pixels are lanes
// of the square under it, and need not be loaded again.
func firstBlock() {
	begin("firstBlockNEON", "func(y *float32, arg *uint8, x, k, bias *float32, c, rows, cols, plane, w, fp int)",
		"firstBlockNEON is firstBlock for 16 of the fp filters; plane is h·w.")
	y, arg, fp, perTap := integer("y"), integer("arg"), integer("fp"), stride("fp")
	plane, perRow := stride("plane"), multiples(stride("w"), 4)
	rows, top := integer("rows"), integer("x")
	biases := newVectors(four)
	loads(integer("bias"), 0, biases...)
	label("row")
	x, cols := newGeneral(), integer("cols")
	move(top, x)
	label("cell")
	var values [4][]vector
	for p := range values {
		values[p] = newVectors(four)
		for i, b := range biases {
			copyTo(b, values[p][i])
		}
	}
	channels, pixels, weights := integer("c"), newGeneral(), integer("k")
	move(x, pixels)
	label("channel")
	patch := patchRows(pixels, perRow)
	for tap := range 9 {
		w := newVectors(four)
		loads(weights, 0, w...)
		for p := range values {
			for i, v := range values[p] {
				fmlaBy(w[i], patch[tap/3+p/2], tap%3+p%2, v)
			}
		}
		add(perTap, weights)
	}
	add(plane, pixels)
	again(channels, "channel")

	pooled(values, y, arg)
	add(perTap, y)
	add(fp, arg)
	advance(x, 8)
	again(cols, "cell")
	add(perRow[2], top)
	again(rows, "row")
	end()
}

// firstBlockGrad keeps the gradients of a plane's nine weights and of the bias, for two
// vectors of filters, in registers over the cells. A filter's gradient belongs to one of
// the cell's four places: so it is multiplied by the pixels of all four, and is zero at
// three of them.
func firstBlockGrad() {
	begin("firstBlockGradNEON", "func(dk, db, gy *float32, arg *uint8, x *float32, rows, cols, w, fp int)",
		"firstBlockGradNEON is firstBlockGrad for 8 of the fp filters and one plane.")
	gy, arg, fp, perTap := integer("gy"), integer("arg"), integer("fp"), stride("fp")
	perRow, rows, top := multiples(stride("w"), 4), integer("rows"), integer("x")
	taps, bias := make([][]vector, 9), newVectors(2)
	each := func(f func(at general, sums []vector)) {
		at := integer("dk")
		for t := range taps {
			f(at, taps[t])
			if t < 8 {
				add(perTap, at)
			}
		}
		f(integer("db"), bias)
	}
	for t := range taps {
		taps[t] = newVectors(2)
	}
	each(func(at general, sums []vector) { loads(at, 0, sums...) })
	label("row")
	x, cols := newGeneral(), integer("cols")
	move(top, x)
	label("cell")
	patch, places := patchRows(x, perRow), newVector()
	loadAs("FMOVD", arg, 0, places)
	for half := range 2 {
		at, grad := eightSpread(places, half), newVector()
		load(gy, 16*half, grad)
		for p := range 4 {
			here := made(andTo, made(equalIntegers, at, integersEach(p)), grad)
			faddTo(here, bias[half], bias[half])
			for t := range taps {
				fmlaBy(here, patch[t/3+p/2], t%3+p%2, taps[t][half])
			}
		}
	}
	add(perTap, gy)
	add(fp, arg)
	advance(x, 8)
	again(cols, "cell")
	add(perRow[2], top)
	again(rows, "row")
	each(func(at general, sums []vector) { stores(at, 0, sums...) })
	end()
}

// eightSpread has four of eight bytes as integers: the lower or the upper half.
func eightSpread(bytes vector, half int) vector {
	wide, to := newVector(), newVector()
	emit([]*register{wide}, []*register{bytes}, func() string { return fmt.Sprintf("VUSHLL $0, V%d.B8, V%d.H8", bytes.number, wide.number) })
	name, kind := "VUSHLL", "H4"
	if half == 1 {
		name, kind = "VUSHLL2", "H8"
	}
	emit([]*register{to}, []*register{wide}, func() string { return fmt.Sprintf("%s $0, V%d.%s, %s", name, wide.number, kind, v(to)) })
	return to
}

// integersEach is a small integer in all lanes.
func integersEach(n int) vector {
	to := newVector()
	if n == 0 {
		zero(to)
		return to
	}
	load(tableAddress(), constant(uint32(n)), to)
	return to
}

// biasGrad keeps the sums of some filters in registers over the cells.
func biasGrad() {
	begin("biasGradNEON", "func(db, gy *float32, arg *uint8, cells, fp, n int)", "biasGradNEON is biasGrad for n of the fp filters.")
	db, fp, perCell, n := integer("db"), integer("fp"), stride("fp"), integer("n")
	grads, args, none := integer("gy"), integer("arg"), bytesEach(dead)
	label("filters")
	gy, arg, cells, sums := newGeneral(), newGeneral(), integer("cells"), newVectors(four)
	move(grads, gy)
	move(args, arg)
	loads(db, 0, sums...)
	label("cell")
	at, g := newVector(), newVectors(four)
	load(arg, 0, at)
	loads(gy, 0, g...)
	for i, cut := range spread(made(equalBytes, at, none)) {
		faddTo(made(bicTo, g[i], cut), sums[i], sums[i])
	}
	add(perCell, gy)
	add(fp, arg)
	again(cells, "cell")
	stores(db, 0, sums...)
	advance(db, 16*four)
	advance(grads, 16*four)
	advance(args, 4*four)
	advance(n, -4*four)
	ifNot(n, "filters")
	end()
}

// square points at a vector of each of the elements of a 4×4 square, which lie a fixed
// number of bytes apart.
type square struct {
	rows  []general
	apart []general
}

func newSquare(first, apart general) square {
	s := square{apart: multiples(apart, 4), rows: []general{first}}
	for i := 1; i < 4; i++ {
		s.rows = append(s.rows, scaled(s.rows[i-1], apart, 2))
	}
	return s
}

func (s square) store(a vector, row, col int) { storeAlong(a, s.rows[row], s.apart[col]) }

func (s square) load(row, col int) vector {
	return result(func(to vector) { loadAlong(s.rows[row], s.apart[col], to) })
}

// next moves on by one vector.
func (s square) next() {
	for _, r := range s.rows {
		advance(r, 16)
	}
}

func winogradFilter() {
	begin("winogradFilterNEON", "func(u *float32, stride int, k *float32, plane, n int)",
		"winogradFilterNEON is winogradFilter for n weights of each tap; plane is cp·fp.")
	u, n, planes := newSquare(integer("u"), stride("stride")), integer("n"), multiples(stride("plane"), 3)
	k := []general{integer("k")}
	for i := 1; i < 3; i++ {
		k = append(k, sum(sum(k[i-1], planes[1]), planes[2]))
	}
	half := splat(0.5)
	// blend is (a+c+b)/2 and (a+c-b)/2.
	blend := func(a, b, c vector) (plus, minus vector) {
		s := made(faddTo, a, c)
		return made(fmulTo, half, made(faddTo, s, b)), made(fmulTo, half, made(fsubTo, s, b))
	}
	label("vector")
	var rows [4][3]vector
	for col := range 3 {
		v := newVectors(3)
		for i := range v {
			loadAlong(k[i], planes[col], v[i])
		}
		rows[0][col], rows[3][col] = v[0], v[2]
		rows[1][col], rows[2][col] = blend(v[0], v[1], v[2])
	}
	for i, r := range rows {
		plus, minus := blend(r[0], r[1], r[2])
		for col, v := range []vector{r[0], plus, minus, r[2]} {
			u.store(v, i, col)
		}
	}
	u.next()
	for _, p := range k {
		advance(p, 16)
	}
	advance(n, -4)
	ifNot(n, "vector")
	end()
}

func winogradInput() {
	begin("winogradInputNEON", "func(v *float32, stride int, x *float32, rows, cols, w, cp int)", "winogradInputNEON is winogradInput for rows·cols cells.")
	v, perPixel := newSquare(integer("v"), stride("stride")), stride("cp")
	rowLength := newGeneral()
	w := integer("w")
	emit([]*register{rowLength}, []*register{w, perPixel}, func() string {
		return fmt.Sprintf("MUL R%d, R%d, R%d", w.number, perPixel.number, rowLength.number)
	})
	perRow, rows, top := multiples(rowLength, 4), integer("rows"), integer("x")
	label("row")
	x := newGeneral() // the columns of pixels under a cell
	move(top, x)
	cols := integer("cols")
	label("cell")
	pixels, channels := []general{newGeneral()}, integer("cp")
	move(x, pixels[0])
	for len(pixels) < 4 {
		pixels = append(pixels, sum(pixels[len(pixels)-1], perPixel))
	}
	label("vector")
	pixel := func(row, col int) vector {
		return result(func(to vector) { loadAlong(pixels[col], perRow[row], to) })
	}
	var d1, d2 [4]vector
	for col := range 4 {
		d1[col], d2[col] = pixel(1, col), pixel(2, col)
	}
	for row := range 4 {
		var t [4]vector
		for col := range 4 {
			switch row {
			case 0:
				t[col] = made(fsubTo, pixel(0, col), d2[col])
			case 1:
				t[col] = made(faddTo, d1[col], d2[col])
			case 2:
				t[col] = made(fsubTo, d2[col], d1[col])
			case 3:
				t[col] = made(fsubTo, d1[col], pixel(3, col))
			}
		}
		v.store(made(fsubTo, t[0], t[2]), row, 0)
		v.store(made(faddTo, t[1], t[2]), row, 1)
		v.store(made(fsubTo, t[2], t[1]), row, 2)
		v.store(made(fsubTo, t[1], t[3]), row, 3)
	}
	v.next()
	for _, p := range pixels {
		advance(p, 16)
	}
	advance(channels, -4)
	ifNot(channels, "vector")
	add(perPixel, x)
	add(perPixel, x)
	again(cols, "cell")
	add(perRow[2], top)
	again(rows, "row")
	end()
}

func winogradOutput() {
	begin("winogradOutputNEON", "func(y *float32, arg *uint8, m *float32, stride int, bias *float32, cells, fp int)", "winogradOutputNEON is winogradOutput.")
	y, arg, m, cells := integer("y"), integer("arg"), newSquare(integer("m"), stride("stride")), integer("cells")
	label("cell")
	bias, filters := integer("bias"), integer("fp")
	label("filters")
	var values [4][]vector
	for range four {
		var t [2][4]vector
		for col := range 4 {
			m1, m2 := m.load(1, col), m.load(2, col)
			if col == 1 { // this element has a part in all four values
				b := newVector()
				load(bias, 0, b)
				faddTo(b, m1, m1)
			}
			t[0][col] = made(faddTo, m.load(0, col), made(faddTo, m1, m2))
			t[1][col] = made(fsubTo, made(fsubTo, m1, m2), m.load(3, col))
		}
		for row, t := range t {
			values[2*row] = append(values[2*row], made(faddTo, made(faddTo, t[0], t[1]), t[2]))
			values[2*row+1] = append(values[2*row+1], made(fsubTo, made(fsubTo, t[1], t[2]), t[3]))
		}
		m.next()
		advance(bias, 16)
	}
	pooled(values, y, arg)
	advance(y, 16*four)
	advance(arg, 4*four)
	advance(filters, -4*four)
	ifNot(filters, "filters")
	again(cells, "cell")
	end()
}
