package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// constants returns a random constant for each column, with a guard around them.
func constants(t *testing.T, rng *rand.Rand, c, offset int) (k []float32, check func(any)) {
	k, check = guarded[float32](t, c, offset, 7)
	copy(k, random(rng, c, 0))
	return k, check
}

func TestAffine(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(141, 142))
		eachMatrix(func(m matrix) {
			x, checkX := someSpecial(t, rng, m.rows*m.c, m.rows%5)
			y, checkY := guarded[float32](t, m.rows*m.c, m.rows%3, 7)
			mean, checkMean := constants(t, rng, m.c, 1)
			factor, checkFactor := constants(t, rng, m.c, 2)
			offset, checkOffset := constants(t, rng, m.c, 3)
			Affine(y, x, mean, factor, offset)
			for i, v := range y {
				j := i % m.c
				product := float64(x[i]-mean[j]) * float64(factor[j])
				wantNear(t, m, v, product+float64(offset[j]), math.Abs(product)+math.Abs(float64(offset[j])), 1)
			}
			Affine(x, x, mean, factor, offset)
			wantSame(t, m, x, y)
			for _, check := range []func(any){checkX, checkY, checkMean, checkFactor, checkOffset} {
				check(m)
			}
		})
	})
}

func TestAffineGrad(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(143, 144))
		eachMatrix(func(m matrix) {
			x, checkX := someSpecial(t, rng, m.rows*m.c, m.rows%5)
			g, checkG := someSpecial(t, rng, m.rows*m.c, m.rows%2)
			dx, check := guarded[float32](t, m.rows*m.c, m.rows%3, 7)
			mean, checkMean := constants(t, rng, m.c, 1)
			factor, checkFactor := constants(t, rng, m.c, 2)
			level, checkLevel := constants(t, rng, m.c, 3)
			slope, checkSlope := constants(t, rng, m.c, 4)
			AffineGrad(dx, g, x, mean, factor, level, slope)
			for i, v := range dx {
				j := i % m.c
				product := float64(x[i]-mean[j]) * float64(slope[j])
				rest := float64(g[i]) - float64(level[j])
				size := (math.Abs(product) + math.Abs(rest)) * math.Abs(float64(factor[j]))
				wantNear(t, m, v, float64(factor[j])*(rest-product), size, 2)
			}
			copyX, copyG := slices.Clone(x), slices.Clone(g)
			AffineGrad(copyX, g, copyX, mean, factor, level, slope)
			AffineGrad(copyG, copyG, x, mean, factor, level, slope)
			wantSame(t, m, copyX, dx)
			wantSame(t, m, copyG, dx)
			for _, check := range []func(any){check, checkX, checkG, checkMean, checkFactor, checkLevel, checkSlope} {
				check(m)
			}
		})
	})
}

// Both levels of assembly round alike.
func TestAffineSameOnAVX2(t *testing.T) {
	if Best() < AVX512 {
		t.Skip("needs AVX-512")
	}
	rng := rand.New(rand.NewPCG(145, 146))
	const c, n = 112, 5 * 112
	x, g := random(rng, n, 0), random(rng, n, 0)
	k := [4][]float32{random(rng, c, 0), random(rng, c, 0), random(rng, c, 0), random(rng, c, 0)}
	run := func(level Level) (y, dx []float32) {
		defer Use(Use(level))
		y, dx = make([]float32, n), make([]float32, n)
		Affine(y, x, k[0], k[1], k[2])
		AffineGrad(dx, g, x, k[0], k[1], k[2], k[3])
		return y, dx
	}
	narrowY, narrowDX := run(AVX2)
	wideY, wideDX := run(AVX512)
	if !sameBits(narrowY, wideY) || !sameBits(narrowDX, wideDX) {
		t.Error("AVX2 and AVX-512 differ")
	}
}
