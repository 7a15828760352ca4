package f32

import "math"

// Minimal is Winograd's minimal filtering F(m×m, r×r): it computes the m×m outputs of
// a tile, of an r×r convolution with stride 1, with (m+r-1)² multiplications in place
// of r²·m² (Lavin & Gray, arXiv:1509.09308). With d the (m+r-1)×(m+r-1) pixels under
// the tile and g the kernel,
//
//	V = Bᵀ·d·B    U = G·g·Gᵀ    M = Σ_channels U⊙V    y = Aᵀ·M·A
//
// The sum over channels is (m+r-1)² matrix products, one for each element of the
// squares. The gradient by the image is such a convolution too. That by the
// kernel is, with gy the outputs' gradients,
//
//	dU = Σ_tiles V⊙(A·gy·Aᵀ)    dg = Gᵀ·dU·G
//
// so that V serves both. What lies in one element of all squares is a matrix,
// whose rows are tiles or channels; the elements' matrices are a stride apart.
//
// F2 has the points 0, ±1 and infinity, F4 the points 0, ±a, ±b and infinity
// with a = 5/8 and b = 3/2, whose errors are smallest among the points that are
// exact in float32: about 1e-6 of the largest output, three times less than
// with 1 and 2. With P = a²·b², S = a²+b², p = 1/(2a²(a²-b²)), q = 1/(2b²(b²-a²)):
//
//	     ⎡P   0  -S   0   1  0⎤        ⎡1/P    0     0 ⎤
//	     ⎢0 -ab² -b²  a   1  0⎥        ⎢ p    p·a   p·a²⎥         ⎡1 1  1  1  1  0⎤
//	Bᵀ = ⎢0  ab² -b² -a   1  0⎥    G = ⎢ p   -p·a   p·a²⎥    Aᵀ = ⎢0 a -a  b -b  0⎥
//	     ⎢0 -a²b -a²  b   1  0⎥        ⎢ q    q·b   q·b²⎥         ⎢0 a² a² b² b² 0⎥
//	     ⎢0  a²b -a² -b   1  0⎥        ⎢ q   -q·b   q·b²⎥         ⎣0 a³-a³ b³-b³ 1⎦
//	     ⎣0   P   0  -S   0  1⎦        ⎣ 0    0     1  ⎦
//
// The matrices of F2 are in winograd.go. F2By5 has the points of F4, and so its Bᵀ;
// its G goes on to the points' fourth powers, and its Aᵀ is the first row of F4's and
// the second, which ends with 1. On every level it is generic Go.
type Minimal int

// The filterings.
const (
	F2    Minimal = 2 // F(2×2, 3×3)
	F4    Minimal = 4 // F(4×4, 3×3)
	F2By5 Minimal = 5 // F(2×2, 5×5)
)

// MinimalOf is the filtering whose tiles and kernels have such sides, or 0.
func MinimalOf(tile, kernel int) Minimal {
	for _, m := range []Minimal{F2, F4, F2By5} {
		if m.Tile() == tile && m.Kernel() == kernel {
			return m
		}
	}
	return 0
}

// Tile is the side of a tile of outputs.
func (m Minimal) Tile() int {
	if m == F2By5 {
		return 2
	}
	return int(m)
}

// Kernel is the side of the kernel.
func (m Minimal) Kernel() int {
	if m == F2By5 {
		return 5
	}
	return 3
}

// side is that of the squares.
func (m Minimal) side() int { return m.Tile() + m.Kernel() - 1 }

// Elements is how many elements the squares have, 16 or 36.
func (m Minimal) Elements() int { return m.side() * m.side() }

// Tiles is how many tiles cover n outputs in a row.
func (m Minimal) Tiles(n int) int { return (n + m.Tile() - 1) / m.Tile() }

// Input transforms a row of tiles of an image whose channels lie last,
// x[i·row + j·c + ch], with i up to m+r-1 and j up to m·tiles+r-1:
//
//	v[e·stride + tile·c + ch] = element e, row by row, of Bᵀ·d·B
//
// c is a multiple of Lanes.
func (m Minimal) Input(v []float32, stride int, x []float32, row, c, tiles int) {
	m.check("Input", c, v, stride, tiles*c)
	side := m.side()
	check(tiles >= 0 && row >= 0 && len(x) >= (side-1)*row+(m.Tile()*tiles+m.Kernel()-1)*c, "Minimal.Input: image too short")
	if tiles > 0 && c > 0 {
		transformSquares(m, byInput, square{v, side * stride, stride, c}, square{x, row, c, m.Tile() * c}, tiles, c, ending{})
	}
}

// Filter transforms a kernel k[tap·plane + i] of r² taps, of which each has n
// weights, a multiple of Lanes:
//
//	u[e·stride + i] = element e of G·g·Gᵀ
func (m Minimal) Filter(u []float32, stride int, k []float32, plane, n int) {
	m.check("Filter", n, u, stride, n)
	check(plane >= n && len(k) >= (m.Kernel()*m.Kernel()-1)*plane+n, "Minimal.Filter: kernel too short")
	if n > 0 {
		transformSquares(m, byFilter, square{u, m.side() * stride, stride, 0}, square{k, m.Kernel() * plane, plane, 0}, 1, n, ending{})
	}
}

// Output makes a row of tiles, h pixels high, at most m, and w wide, of their
// products v[e·stride + tile·c + ch]:
//
//	y[i·row + j·c + ch] = bias[ch] + the pixel of Aᵀ·M·A, cut at zero where relu is true
//
// for i < h, j < w. As in Rectify NaN stays.
func (m Minimal) Output(y []float32, row int, v []float32, stride int, bias []float32, relu bool, h, w, c int) {
	tiles := m.Tiles(w)
	m.check("Output", c, v, stride, tiles*c)
	check(h >= 0 && h <= m.Tile() && w >= 0 && row >= w*c, "Minimal.Output: rows overlap")
	check(h == 0 || len(y) >= (h-1)*row+w*c, "Minimal.Output: output too short")
	check(len(bias) >= c, "Minimal.Output: bias too short")
	if h == 0 || w == 0 || c == 0 {
		return
	}
	floor := float32(math.Inf(-1))
	if relu {
		floor = 0
	}
	e := ending{bias, floor, h, w}
	transformSquares(m, byOutput, square{y, row, c, m.Tile() * c}, square{v, m.side() * stride, stride, c}, tiles, c, e)
}

// OutputGrad transforms the gradient of a row of whole tiles that Output makes,
// g[i·row + j·c + ch] with i up to m and j up to m·tiles; it is zero beyond the
// output:
//
//	v[e·stride + tile·c + ch] = element e of A·gy·Aᵀ
func (m Minimal) OutputGrad(v []float32, stride int, g []float32, row, c, tiles int) {
	m.check("OutputGrad", c, v, stride, tiles*c)
	check(tiles >= 0 && row >= 0 && len(g) >= (m.Tile()-1)*row+m.Tile()*tiles*c, "Minimal.OutputGrad: gradient too short")
	if tiles > 0 && c > 0 {
		transformSquares(m, byOutputGrad, square{v, m.side() * stride, stride, c}, square{g, row, c, m.Tile() * c}, tiles, c, ending{})
	}
}

// FilterGrad makes the gradient by a kernel, as Filter has that, of the sums of
// products u[e·stride + i]:
//
//	k[tap·plane + i] = the tap of Gᵀ·dU·G
func (m Minimal) FilterGrad(k []float32, plane int, u []float32, stride, n int) {
	m.check("FilterGrad", n, u, stride, n)
	check(plane >= n && len(k) >= (m.Kernel()*m.Kernel()-1)*plane+n, "Minimal.FilterGrad: kernel too short")
	if n > 0 {
		transformSquares(m, byFilterGrad, square{k, m.Kernel() * plane, plane, 0}, square{u, m.side() * stride, stride, 0}, 1, n, ending{})
	}
}

// check panics unless c is whole vectors and v holds elements of n values each.
func (m Minimal) check(kernel string, c int, v []float32, stride, n int) {
	switch {
	case m != F2 && m != F4 && m != F2By5:
		panic("f32: Minimal." + kernel + ": want F2, F4 or F2By5")
	case c < 0 || c%Lanes != 0:
		panic("f32: Minimal." + kernel + ": want multiples of Lanes")
	case stride < n || len(v) < (m.Elements()-1)*stride+n:
		panic("f32: Minimal." + kernel + ": elements too short")
	}
}

// square is a square of vectors, with what lies between its rows, its columns
// and itself and the next one.
type square struct {
	data           []float32
	row, col, tile int
}

// ending is what an output ends with.
type ending struct {
	bias       []float32 // nil for what is no output
	floor      float32   // no value is lower
	high, wide int       // rows and columns behind them are not written
}

// transform is a matrix.
type transform struct {
	in, out int
	t       [6][6]float32
}

// What the transforms are made of.
const (
	byInput = iota
	byFilter
	byOutput
	byOutputGrad
	byFilterGrad
	transformCount
)

const (
	pointA, pointB = 5. / 8, 3. / 2
	squareA        = pointA * pointA
	squareB        = pointB * pointB
	bothSquares    = squareA + squareB
	bothFactors    = squareA * squareB
	factorA        = 1 / (2 * squareA * (squareA - squareB))
	factorB        = 1 / (2 * squareB * (squareB - squareA))
)

// matrices are those that a filtering is made of.
func (m Minimal) matrices() *[transformCount]transform {
	switch m {
	case F2:
		return &transforms[0]
	case F4:
		return &transforms[1]
	}
	return &transforms[2]
}

// inputOfSix is what F4 and F2By5 have in common.
var inputOfSix = transform{6, 6, [6][6]float32{
	{bothFactors, 0, -bothSquares, 0, 1, 0},
	{0, -pointA * squareB, -squareB, pointA, 1, 0},
	{0, pointA * squareB, -squareB, -pointA, 1, 0},
	{0, -squareA * pointB, -squareA, pointB, 1, 0},
	{0, squareA * pointB, -squareA, -pointB, 1, 0},
	{0, bothFactors, 0, -bothSquares, 0, 1},
}}

// transforms are the matrices of F2, F4 and F2By5.
var transforms = [3][transformCount]transform{
	{
		byInput:      {4, 4, [6][6]float32{{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}}},
		byFilter:     {3, 4, [6][6]float32{{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}},
		byOutput:     {4, 2, [6][6]float32{{1, 1, 1, 0}, {0, 1, -1, -1}}},
		byOutputGrad: {2, 4, [6][6]float32{{1, 0}, {1, 1}, {1, -1}, {0, -1}}},
		byFilterGrad: {4, 3, [6][6]float32{{1, 0.5, 0.5, 0}, {0, 0.5, -0.5, 0}, {0, 0.5, 0.5, 1}}},
	},
	{
		byInput: inputOfSix,
		byFilter: {3, 6, [6][6]float32{
			{1 / bothFactors, 0, 0},
			{factorA, factorA * pointA, factorA * squareA},
			{factorA, -factorA * pointA, factorA * squareA},
			{factorB, factorB * pointB, factorB * squareB},
			{factorB, -factorB * pointB, factorB * squareB},
			{0, 0, 1},
		}},
		byOutput: {6, 4, [6][6]float32{
			{1, 1, 1, 1, 1, 0},
			{0, pointA, -pointA, pointB, -pointB, 0},
			{0, squareA, squareA, squareB, squareB, 0},
			{0, squareA * pointA, -squareA * pointA, squareB * pointB, -squareB * pointB, 1},
		}},
		byOutputGrad: {4, 6, [6][6]float32{
			{1, 0, 0, 0},
			{1, pointA, squareA, squareA * pointA},
			{1, -pointA, squareA, -squareA * pointA},
			{1, pointB, squareB, squareB * pointB},
			{1, -pointB, squareB, -squareB * pointB},
			{0, 0, 0, 1},
		}},
		byFilterGrad: {6, 3, [6][6]float32{
			{1 / bothFactors, factorA, factorA, factorB, factorB, 0},
			{0, factorA * pointA, -factorA * pointA, factorB * pointB, -factorB * pointB, 0},
			{0, factorA * squareA, factorA * squareA, factorB * squareB, factorB * squareB, 1},
		}},
	},
	{
		byInput: inputOfSix,
		byFilter: {5, 6, [6][6]float32{
			{1 / bothFactors, 0, 0, 0, 0},
			{factorA, factorA * pointA, factorA * squareA, factorA * squareA * pointA, factorA * squareA * squareA},
			{factorA, -factorA * pointA, factorA * squareA, -factorA * squareA * pointA, factorA * squareA * squareA},
			{factorB, factorB * pointB, factorB * squareB, factorB * squareB * pointB, factorB * squareB * squareB},
			{factorB, -factorB * pointB, factorB * squareB, -factorB * squareB * pointB, factorB * squareB * squareB},
			{0, 0, 0, 0, 1},
		}},
		byOutput: {6, 2, [6][6]float32{
			{1, 1, 1, 1, 1, 0},
			{0, pointA, -pointA, pointB, -pointB, 1},
		}},
		byOutputGrad: {2, 6, [6][6]float32{{1, 0}, {1, pointA}, {1, -pointA}, {1, pointB}, {1, -pointB}, {0, 1}}},
		byFilterGrad: {6, 5, [6][6]float32{
			{1 / bothFactors, factorA, factorA, factorB, factorB, 0},
			{0, factorA * pointA, -factorA * pointA, factorB * pointB, -factorB * pointB, 0},
			{0, factorA * squareA, factorA * squareA, factorB * squareB, factorB * squareB, 0},
			{0, factorA * squareA * pointA, -factorA * squareA * pointA, factorB * squareB * pointB, -factorB * squareB * pointB, 0},
			{0, factorA * squareA * squareA, factorA * squareA * squareA, factorB * squareB * squareB, factorB * squareB * squareB, 1},
		}},
	},
}
