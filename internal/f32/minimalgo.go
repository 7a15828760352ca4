package f32

// Winograd's transforms in generic Go. Each is a product with a small matrix, of the
// columns of a square and then of the rows of what that gives, for a vector of
// channels at a time. Those that are taken of every tile are written out: the points
// but 0 and infinity come in pairs ±p, whose rows have even and odd terms in common.

// vector is a value of Lanes channels.
type vector = [Lanes]float32

// line is up to six of them: a row or a column of a square.
type line = [6]*vector

// transformSquaresGo makes squares T·x·Tᵀ of squares x.
func transformSquaresGo(m Minimal, by int, dst, src square, tiles, n int, e ending) {
	t := &m.matrices()[by]
	var between [6][6]vector
	var spare vector
	var x, y line
	for tile := range tiles {
		high, wide := t.out, t.out
		if e.bias != nil {
			high, wide = min(high, e.high), min(wide, e.wide-tile*t.out)
		}
		for i := 0; i < n; i += Lanes {
			for col := range t.in {
				for row := range t.in {
					x[row] = (*vector)(src.data[tile*src.tile+row*src.row+col*src.col+i:])
				}
				for row := range t.out {
					y[row] = &between[row][col]
				}
				m.line(by, &y, &x)
			}
			for row := range high {
				for col := range t.in {
					x[col] = &between[row][col]
				}
				for col := range t.out {
					y[col] = &spare // beyond the edge
					if col < wide {
						y[col] = (*vector)(dst.data[tile*dst.tile+row*dst.row+col*dst.col+i:])
					}
				}
				m.line(by, &y, &x)
				if e.bias != nil {
					for _, y := range y[:wide] {
						e.cut(y, (*vector)(e.bias[i:]))
					}
				}
			}
		}
	}
}

// line writes the product of a transform and x to y.
func (m Minimal) line(by int, y, x *line) {
	switch {
	case m == F2 && by == byInput:
		input2(y, x)
	case m == F2 && by == byOutput:
		output2(y, x)
	case m == F2 && by == byOutputGrad:
		outputGrad2(y, x)
	case m != F2 && by == byInput:
		input4(y, x)
	case m == F4 && by == byOutput:
		output4(y, x)
	case m == F4 && by == byOutputGrad:
		outputGrad4(y, x)
	case m == F2By5 && by == byOutput:
		output2By5(y, x)
	case m == F2By5 && by == byOutputGrad:
		outputGrad2By5(y, x)
	default:
		m.matrices()[by].line(y, x)
	}
}

func (t *transform) line(y, x *line) {
	for i := range t.out {
		y := y[i]
		*y = vector{}
		for k, by := range t.t[i][:t.in] {
			for l, v := range x[k] {
				y[l] += by * v
			}
		}
	}
}

// cut adds the bias and cuts at the floor.
func (e *ending) cut(y, bias *vector) {
	for l, b := range bias {
		y[l] = max(y[l]+b, e.floor)
	}
}

func input2(y, x *line) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
	for l := range Lanes {
		a, b, c, d := x0[l], x1[l], x2[l], x3[l]
		y0[l], y1[l], y2[l], y3[l] = a-c, b+c, c-b, b-d
	}
}

func output2(y, x *line) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	y0, y1 := y[0], y[1]
	for l := range Lanes {
		b, c := x1[l], x2[l]
		y0[l], y1[l] = x0[l]+b+c, b-c-x3[l]
	}
}

func outputGrad2(y, x *line) {
	x0, x1 := x[0], x[1]
	y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
	for l := range Lanes {
		a, b := x0[l], x1[l]
		y0[l], y1[l], y2[l], y3[l] = a, a+b, a-b, -b
	}
}

func input4(y, x *line) {
	x0, x1, x2, x3, x4, x5 := x[0], x[1], x[2], x[3], x[4], x[5]
	y0, y1, y2, y3, y4, y5 := y[0], y[1], y[2], y[3], y[4], y[5]
	for l := range Lanes {
		b, c, d, e := x1[l], x2[l], x3[l], x4[l]
		y0[l] = bothFactors*x0[l] - bothSquares*c + e
		y5[l] = bothFactors*b - bothSquares*d + x5[l]
		even, odd := e-squareB*c, pointA*(d-squareB*b)
		y1[l], y2[l] = even+odd, even-odd
		even, odd = e-squareA*c, pointB*(d-squareA*b)
		y3[l], y4[l] = even+odd, even-odd
	}
}

func output4(y, x *line) {
	x0, x1, x2, x3, x4, x5 := x[0], x[1], x[2], x[3], x[4], x[5]
	y0, y1, y2, y3 := y[0], y[1], y[2], y[3]
	for l := range Lanes {
		b, c, d, e := x1[l], x2[l], x3[l], x4[l]
		evenA, oddA, evenB, oddB := b+c, b-c, d+e, d-e
		y0[l] = x0[l] + evenA + evenB
		y1[l] = pointA*oddA + pointB*oddB
		y2[l] = squareA*evenA + squareB*evenB
		y3[l] = squareA*pointA*oddA + squareB*pointB*oddB + x5[l]
	}
}

func outputGrad4(y, x *line) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	y0, y1, y2, y3, y4, y5 := y[0], y[1], y[2], y[3], y[4], y[5]
	for l := range Lanes {
		a, b, c, d := x0[l], x1[l], x2[l], x3[l]
		y0[l], y5[l] = a, d
		even, odd := a+squareA*c, pointA*b+squareA*pointA*d
		y1[l], y2[l] = even+odd, even-odd
		even, odd = a+squareB*c, pointB*b+squareB*pointB*d
		y3[l], y4[l] = even+odd, even-odd
	}
}

func output2By5(y, x *line) {
	x0, x1, x2, x3, x4, x5 := x[0], x[1], x[2], x[3], x[4], x[5]
	y0, y1 := y[0], y[1]
	for l := range Lanes {
		b, c, d, e := x1[l], x2[l], x3[l], x4[l]
		y0[l] = x0[l] + (b + c) + (d + e)
		y1[l] = pointA*(b-c) + pointB*(d-e) + x5[l]
	}
}

func outputGrad2By5(y, x *line) {
	x0, x1 := x[0], x[1]
	y0, y1, y2, y3, y4, y5 := y[0], y[1], y[2], y[3], y[4], y[5]
	for l := range Lanes {
		a, b := x0[l], x1[l]
		y0[l], y5[l] = a, b
		y1[l], y2[l] = a+pointA*b, a-pointA*b
		y3[l], y4[l] = a+pointB*b, a-pointB*b
	}
}
