package engine

import (
	"errors"
	"testing"
)

// What is kept is computed when the parameters have changed, again where that
// failed, and in each run where nobody says when they change.
func TestRefresh(t *testing.T) {
	v := &Version{}
	k, count, fault := kept{version: v}, 0, error(nil)
	refresh := func(want int) {
		t.Helper()
		if err := k.refresh(func() error { count++; return fault }); err != nil && err != fault {
			t.Fatal(err)
		}
		if count != want {
			t.Errorf("computed %d times, want %d", count, want)
		}
	}
	refresh(1)
	refresh(1)
	v.Changed()
	fault = errors.New("fault")
	refresh(2)
	fault = nil
	refresh(3)
	refresh(3)
	k = kept{}
	refresh(4)
	refresh(5)
}
