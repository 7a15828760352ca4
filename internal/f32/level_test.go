package f32

import (
	"slices"
	"testing"
)

// Use takes the best there is that is no higher than what is asked for, whatever the
// processor.
func TestUse(t *testing.T) {
	defer Use(Current())
	if !slices.IsSorted(Levels()) || Levels()[0] != Generic || !slices.Contains(Levels(), Best()) {
		t.Fatalf("levels %v, the best of which is %v", Levels(), Best())
	}
	for asked := Generic; asked <= AVX512+1; asked++ {
		Use(asked)
		want := Generic
		for _, have := range Levels() {
			if have <= asked {
				want = have
			}
		}
		if Current() != want {
			t.Errorf("asked for %v, got %v of %v", asked, Current(), Levels())
		}
		before := Current()
		if got := Use(Generic); got != before || Current() != Generic {
			t.Errorf("Use(Generic) returned %v and left %v, want %v and generic Go", got, Current(), before)
		}
	}
	Levels()[0] = AVX512
	if Levels()[0] != Generic {
		t.Error("Levels hands out its own slice")
	}
}
