package philox

import "testing"

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

func BenchmarkWords(b *testing.B) {
	k := KeyOf(1, "dropout_1")
	for b.Loop() {
		for i := range uint32(256) {
			k.Words([4]uint32{i})
		}
	}
}
