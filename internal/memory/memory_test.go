package memory

import (
	"runtime"
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
