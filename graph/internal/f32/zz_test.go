package f32
import ("testing";"math/rand/v2";"fmt")
func BenchmarkZZ(b *testing.B) {
	for _, cp := range []int{64, 65, 66, 68} { for _, lv := range []Level{AVX2, AVX512} {
	b.Run(fmt.Sprint(cp,lv), func(b *testing.B) {
		defer Use(Use(lv))
		rng := rand.New(rand.NewPCG(1, 2))
		k, u := random(rng, 9*cp*64, 0), make([]float32, 16*cp*64)
		for b.Loop() { WinogradFilter(u, k, cp, 64, 0, 64) }
	})}}
	for _, pad := range []int{0, 16, 64} {
	b.Run(fmt.Sprint("in", pad), func(b *testing.B) {
		rng := rand.New(rand.NewPCG(1, 2))
		x, v := random(rng, 13*13*64, 0), make([]float32, 16*(25*64+pad))
		for b.Loop() { WinogradInput(v, 25*64+pad, x, 13, 13, 64) }
	})
	b.Run(fmt.Sprint("in4", pad), func(b *testing.B) {
		rng := rand.New(rand.NewPCG(1, 2))
		x, v := random(rng, 13*13*64, 0), make([]float32, 16*(128*64+pad))
		for b.Loop() { WinogradInput(v, 128*64+pad, x, 13, 13, 64) }
	})
	}
}
