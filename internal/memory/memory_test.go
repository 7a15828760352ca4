package memory

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// TestTotal is more than this test has taken already.
func TestTotal(t *testing.T) {
	total := Total()
	if runtime.GOOS != "linux" {
		if total != 0 {
			t.Errorf("want 0 where it is not known, got %d", total)
		}
		return
	}
	var taken runtime.MemStats
	runtime.ReadMemStats(&taken)
	if total < taken.Sys || total > 1<<60 {
		t.Errorf("want more than the %d bytes taken, and something there is, got %d", taken.Sys, total)
	}
}

// TestPeak grows with what is taken, and does not shrink when it is given back.
func TestPeak(t *testing.T) {
	before := Peak()
	if runtime.GOOS != "linux" {
		if before != 0 {
			t.Errorf("want 0 where it is not known, got %d", before)
		}
		return
	}
	const size = 64 << 20
	taken := make([]byte, size)
	for i := range taken {
		taken[i] = 1
	}
	after := Peak()
	runtime.KeepAlive(taken)
	taken = nil
	debug.FreeOSMemory()
	const uncounted = 1 << 20 // Linux counts pages of each thread in batches
	if later := Peak(); later+uncounted < after {
		t.Errorf("want what it was, %d, got %d", after, later)
	}
	if before == 0 || after < before+size/2 || after > Total() {
		t.Errorf("want at least %d bytes more than %d, got %d", size/2, before, after)
	}
}
