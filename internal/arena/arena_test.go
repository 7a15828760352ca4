package arena

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// shareBytes reports whether two buffers have bytes in common.
func shareBytes(lives []Life, offsets []int, i, j int) bool {
	return offsets[i] < offsets[j]+lives[j].Size && offsets[j] < offsets[i]+lives[i].Size
}

// most is the most that lives at once.
func most(lives []Life) (most int) {
	for _, l := range lives {
		sum := 0
		for _, m := range lives {
			if m.First <= l.First && l.First <= m.Last {
				sum += align(m.Size)
			}
		}
		most = max(most, sum)
	}
	return most
}

// TestPack places random buffers: none shares a byte with one that lives at the
// same step, looked at step by step, all are aligned and inside, and together
// they take little more than what lives at once.
func TestPack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		steps := 1 + rng.IntN(20)
		lives := make([]Life, rng.IntN(40))
		for i := range lives {
			first := rng.IntN(steps)
			lives[i] = Life{rng.IntN(3000) * rng.IntN(2), first, min(steps-1, first+rng.IntN(6))}
			if rng.IntN(4) == 0 {
				lives[i].Size = 1024
			}
		}
		offsets, size := Pack(lives)
		for i, l := range lives {
			if offsets[i]%Alignment != 0 || offsets[i] < 0 || offsets[i]+l.Size > size {
				t.Fatalf("%v lies at %d of %d", l, offsets[i], size)
			}
		}
		for step := range steps {
			for i := range lives {
				for j := range i {
					if alive(lives[i], step) && alive(lives[j], step) && shareBytes(lives, offsets, i, j) {
						t.Fatalf("in step %d %v at %d and %v at %d share memory", step, lives[i], offsets[i], lives[j], offsets[j])
					}
				}
			}
		}
		if size > 2*most(lives) {
			t.Errorf("%v takes %d bytes, of which %d live at once", lives, size, most(lives))
		}
		again, _ := Pack(lives)
		if !slices.Equal(again, offsets) {
			t.Error("packed twice, buffers lie elsewhere")
		}
	}
}

func alive(l Life, step int) bool { return l.First <= step && step <= l.Last }

// TestPackChain needs room for two of a chain in which each is made of the one
// before.
func TestPackChain(t *testing.T) {
	var lives []Life
	for i := range 10 {
		lives = append(lives, Life{640, i, i + 1})
	}
	if _, size := Pack(lives); size != 1280 {
		t.Errorf("want 1280 bytes, got %d", size)
	}
	if offsets, size := Pack(nil); len(offsets) != 0 || size != 0 {
		t.Errorf("want nothing for nothing, got %v and %d", offsets, size)
	}
}

// TestMake is aligned and zero, whatever the size.
func TestMake(t *testing.T) {
	for _, size := range []int{0, 1, 63, 64, 65, 1000, 1 << 20} {
		m := Make(size)
		if len(m) != size || slices.Max(append(m, 0)) != 0 {
			t.Errorf("want %d zeros, got %d bytes", size, len(m))
		}
		if size > 0 && uintptr(unsafe.Pointer(&m[0]))%Alignment != 0 {
			t.Errorf("%d bytes begin at %p", size, &m[0])
		}
	}
}
