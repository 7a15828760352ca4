package philox

import (
	"math/rand/v2"
	"slices"
	"testing"

	"euryale/internal/f32"
)

// TestKnownAnswers are those that the authors publish with their Random123:
// tests/kat_vectors, philox4x32 10.
func TestKnownAnswers(t *testing.T) {
	const all = 0xffffffff
	for _, c := range []struct {
		counter [4]uint32
		key     Key
		want    [4]uint32
	}{
		{want: [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{all, all, all, all}, Key{all, all}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{
			[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
			Key{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	} {
		if got := c.key.Words(c.counter); got != c.want {
			t.Errorf("words of %x by %x: %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

// TestKeyOf: another seed or name is another key.
func TestKeyOf(t *testing.T) {
	seen := map[Key]bool{}
	for _, seed := range []uint64{0, 1, 1 << 32, 1 << 63} {
		for _, name := range []string{"", "dropout_1", "dropout_2", "block_1/dropout_1"} {
			seen[KeyOf(seed, name)] = true
		}
	}
	if len(seen) != 16 {
		t.Errorf("%d keys of 16 seeds and names", len(seen))
	}
}

// TestFill compares the words of many counters with those of each, on each
// level, where the first word overflows too.
func TestFill(t *testing.T) {
	for _, level := range f32.Levels() {
		t.Run(level.String(), func(t *testing.T) {
			defer f32.Use(f32.Use(level))
			rng := rand.New(rand.NewPCG(1, 2))
			for n := range 200 {
				k, c := Key{rng.Uint32(), rng.Uint32()}, [4]uint32{rng.Uint32(), rng.Uint32(), rng.Uint32(), rng.Uint32()}
				if n%2 == 1 {
					c[0] = ^uint32(0) - uint32(rng.IntN(9))
				}
				var want []uint32
				for i := range uint32(n+3) / 4 {
					four := k.Words([4]uint32{c[0] + i, c[1], c[2], c[3]})
					want = append(want, four[:]...)
				}
				const guard = 7
				got := slices.Repeat([]uint32{guard}, n+64)
				k.Fill(got[:n:n], c)
				if !slices.Equal(got[:n], want[:n]) {
					t.Fatalf("%d words of %x by %x: %x, want %x", n, c, k, got[:n], want[:n])
				}
				if slices.ContainsFunc(got[n:], func(w uint32) bool { return w != guard }) {
					t.Fatalf("%d words: wrote behind them", n)
				}
			}
		})
	}
}

func BenchmarkFill(b *testing.B) {
	for _, level := range f32.Levels() {
		b.Run(level.String(), func(b *testing.B) {
			defer f32.Use(f32.Use(level))
			words := make([]uint32, 1024)
			for b.Loop() {
				KeyOf(1, "dropout_1").Fill(words, [4]uint32{})
			}
			b.ReportMetric(1024*float64(b.N)/b.Elapsed().Seconds()/1e6, "M/s")
		})
	}
}

func BenchmarkWords(b *testing.B) {
	k := KeyOf(1, "dropout_1")
	for b.Loop() {
		for i := range uint32(256) {
			k.Words([4]uint32{i})
		}
	}
}
