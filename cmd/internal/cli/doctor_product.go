package cli

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"euryale/internal/engine"
)

// matrixProduct is the speed of a product of square matrices.
type matrixProduct struct {
	Side       int     `json:"side"`
	SingleCore float64 `json:"single_core_gflops"`
	AllCores   float64 `json:"all_cores_gflops"`
}

// matrixProduct is the second section.
func (c *checkup) matrixProduct(ctx context.Context) (err error) {
	m := &c.found.MatrixProduct
	m.Side = c.effort.side
	all := runtime.GOMAXPROCS(0)
	c.out.printf("\nMatrix product %d×%d×%d, float32\n", m.Side, m.Side, m.Side)
	if m.SingleCore, err = c.gflops(ctx, 1); err != nil {
		return err
	}
	c.out.printf("  %-9s  %7.1f GFLOP/s\n", "1 core", m.SingleCore)
	if all == 1 {
		m.AllCores = m.SingleCore
		return nil
	}
	if m.AllCores, err = c.gflops(ctx, all); err != nil {
		return err
	}
	c.out.printf("  %-9s  %7.1f GFLOP/s\n", fmt.Sprintf("%d cores", min(all, runtime.NumCPU())), m.AllCores)
	return nil
}

// gflops is the best speed of several products, in 10⁹ operations a second, on
// so many cores.
func (c *checkup) gflops(ctx context.Context, cores int) (float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	n := c.effort.side
	x, y, product := ramp(n*n), ramp(n*n), make([]float32, n*n)
	engine.MatMul(product, x, y, n, n, n) // to warm up
	var best, spent time.Duration
	for best == 0 || spent < c.effort.product {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		start := time.Now()
		engine.MatMul(product, x, y, n, n, n)
		took := max(time.Since(start), 1) // some clocks are coarse
		spent += took
		if best == 0 || took < best {
			best = took
		}
	}
	return 2 * float64(n) * float64(n) * float64(n) / float64(best.Nanoseconds()), nil
}

// ramp is n values between 0 and 1: what they are does not matter to the speed,
// as long as they are neither subnormal nor infinite.
func ramp(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i%97+1) / 98
	}
	return x
}
