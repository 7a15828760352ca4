package f32
import ("testing";"math/rand/v2";"slices")
func BenchmarkZZ(b *testing.B) {
	b.Run("dW/calls", func(b *testing.B) {
		rng := rand.New(rand.NewPCG(1, 2))
		src, dst := random(rng, 13*13*64, 0), random(rng, 64*576, 0)
		var all []lists
		for range 16 { all = append(all, newLists(rng)) }
		i := 0
		for b.Loop() {
			l := all[i%16]
			i++
			for f, count := range l.counts {
			 for u := range 3 {
				ScaledRows(dst[f*576+u*192:][:192], src[u*13*64:], l.grad[f*25:][:count], l.at[f*25:])
			 }
			}
		}
	})
	b.Run("dW/each", func(b *testing.B) {
		rng := rand.New(rand.NewPCG(1, 2))
		src, dst := random(rng, 13*13*64, 0), random(rng, 64*576, 0)
		var all []lists
		for range 16 { all = append(all, newLists(rng)) }
		dstAt := make([]int32, 64)
		for f := range dstAt { dstAt[f] = int32(f*576) }
		{
			l := all[0]
			d1, d2 := slices.Clone(dst), slices.Clone(dst)
			scaledRowsEachAVX512(&d1[0], &dstAt[0], &src[0], &l.grad[0], &l.at[0], &l.counts[0], 25, 64, 3, 192, 13*64, 192)
			for f, count := range l.counts {
			 for u := range 3 {
				ScaledRows(d2[f*576+u*192:][:192], src[u*13*64:], l.grad[f*25:][:count], l.at[f*25:])
			 }
			}
			if !sameBits(d1, d2) { b.Fatal("differ") }
		}
		i := 0
		for b.Loop() {
			l := all[i%16]
			i++
			scaledRowsEachAVX512(&dst[0], &dstAt[0], &src[0], &l.grad[0], &l.at[0], &l.counts[0], 25, 64, 3, 192, 13*64, 192)
		}
	})
	for _, each := range []bool{false, true} {
	name := "dX/calls"; if each { name = "dX/each" }
	b.Run(name, func(b *testing.B) {
		rng := rand.New(rand.NewPCG(1, 2))
		k, dst := random(rng, 64*576, 0), random(rng, 13*13*64, 0)
		gy, arg := pooled(rng, 25*16)
		grad, at := make([]float32, 5*64), make([]int32, 5*64)
		var counts [4]int32
		i := 0
		var dstAt [4]int32
		for b.Loop() {
			for cell := range 25 {
				n := (i%16*25+cell)*64
				LiveFilters(grad, at, &counts, gy[n:][:64], arg[n:], 576)
				top := (cell/5*2*13+cell%5*2)*64
				if each {
					dstAt = [4]int32{int32(top), int32(top+64), int32(top+13*64), int32(top+14*64)}
			scaledRowsEachAVX512(&dst[0], &dstAt[0], &k[0], &grad[0], &at[0], &counts[0], 64, 4, 3, 13*64, 192, 192)
				} else {
				for p, count := range counts {
				for u := range 3 {
				to := top + (p/2+u)*13*64+p%2*64
				ScaledRows(dst[to:][:192], k[u*192:], grad[p*64:][:count], at[p*64:])
				}}
				}
			}
			i++
		}
	})
	}
}
