package engine_test

import (
	"math"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// planeOps are the ops that compute each plane of n images by itself.
func planeOps(n, c, side int) []generic {
	image, area := []int{n, c, side, side}, side*side
	mirror := []int32{-1, 0, 0} // and a zero, and one pixel three times
	for i := range area {
		mirror = append(mirror, int32(area-1-i))
	}
	rows := engine.Taps{{}, {{From: side - 1, Weight: 2}}, {{From: 0, Weight: 0.5}, {From: 1, Weight: -0.25}}}
	cols := engine.Taps{{{From: 1, Weight: 1}, {From: 0, Weight: 1}, {From: 1, Weight: 3}}, {{From: 0, Weight: -1}}}
	pool := func(c engine.PoolConfig) declaration {
		return func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.MaxPool(x, c) }
	}
	return []generic{
		{"MaxPool", pool(engine.PoolConfig{Kernel: tensor.Shape{2, 1}, Stride: []int{1, 2}, Pad: []int{1, 0, 0, 0}}), [][]int{image}, slowPool(side, func(i int) (rows, cols []int) {
			wide := (side + 1) / 2
			row, col := i/wide, i%wide
			return []int{row - 1, row}, []int{2 * col}
		}, side*((side+1)/2))},
		{"MaxPool, dilated", pool(engine.PoolConfig{Kernel: tensor.Shape{2, 2}, Stride: []int{1, 1}, Pad: []int{2, 0, 1, 2}, Dilation: []int{3, 2}}), [][]int{image}, slowPool(side, func(i int) (rows, cols []int) {
			wide := side + 1
			row, col := i/wide, i%wide
			return []int{row - 2, row + 1}, []int{col - 1, col + 1}
		}, (side-1)*(side+1))},
		{"AveragePool", func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
			return engine.AveragePool(x, engine.AverageConfig{PoolConfig: engine.PoolConfig{Kernel: tensor.Shape{1, 2}, Stride: []int{2, 1}, Pad: []int{0, 0, 1, 0}, Dilation: []int{1, 2}}})
		}, [][]int{image}, perPlane(area, func(x []float64) (y []float64) {
			for row := 0; row < side; row += 2 {
				for col := -1; col+2 < side; col++ {
					if right := x[row*side+col+2]; col < 0 {
						y = append(y, right)
					} else {
						y = append(y, (x[row*side+col]+right)/2)
					}
				}
			}
			return y
		})},
		{"AveragePool, padding counts", func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
			return engine.AveragePool(x, engine.AverageConfig{
				PoolConfig: engine.PoolConfig{Kernel: tensor.Shape{2, 2}, Stride: []int{1, 1}, Pad: []int{1, 0, 0, 1}}, CountPadding: true, Beyond: [2]int{0, 1},
			})
		}, [][]int{image}, perPlane(area, func(x []float64) (y []float64) {
			for row := range side {
				for col := range side {
					sum, count := 0.0, 0.0
					for c := col; c < min(col+2, side); c++ {
						sum, count = sum+x[row*side+c], count+2
						if row > 0 {
							sum += x[(row-1)*side+c]
						}
					}
					y = append(y, sum/count)
				}
			}
			return y
		})},
		{"MaxImage", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.MaxImage(x) }, [][]int{image}, perPlane(area, func(x []float64) []float64 {
			return []float64{slices.Max(x)}
		})},
		{"Gather", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.Gather(x, area, mirror, n, c, area+3) }, [][]int{image}, perPlane(area, func(x []float64) []float64 {
			y := slices.Clone(x)
			slices.Reverse(y)
			return append([]float64{0, x[0], x[0]}, y...)
		})},
		{"Resample", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.Resample(x, rows, cols) }, [][]int{image}, perPlane(area, func(x []float64) []float64 {
			at := func(row int) []float64 {
				return []float64{x[row*side] + 4*x[row*side+1], -x[row*side]}
			}
			last, first, second := at(side-1), at(0), at(1)
			return []float64{0, 0, 2 * last[0], 2 * last[1], first[0]/2 - second[0]/4, first[1]/2 - second[1]/4}
		})},
		{"ScalePlanes", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.ScalePlanes(x, w[0]) }, [][]int{image, {n, c, 1, 1}}, func(in [][]float64) []float64 {
			var y []float64
			for i, v := range in[0] {
				y = append(y, v*in[1][i/area])
			}
			return y
		}},
	}
}

// perPlane makes something of each plane of so many pixels.
func perPlane(area int, f func(x []float64) []float64) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		var y []float64
		for x := range slices.Chunk(in[0], area) {
			y = append(y, f(x)...)
		}
		return y
	}
}

// slowPool takes the largest of the rows and columns that window number i of
// so many looks at.
func slowPool(side int, at func(i int) (rows, cols []int), windows int) func(in [][]float64) []float64 {
	return perPlane(side*side, func(x []float64) []float64 {
		y := make([]float64, windows)
		for i := range y {
			y[i] = math.Inf(-1)
			rows, cols := at(i)
			for _, r := range rows {
				for _, c := range cols {
					if r >= 0 && r < side && c >= 0 && c < side {
						y[i] = max(y[i], x[r*side+c])
					}
				}
			}
		}
		return y
	})
}
