package graph

import (
	"strings"
	"testing"
)

// TestWeightsThatDoNotFit are refused before they are drawn, where the machine's
// memory is known.
func TestWeightsThatDoNotFit(t *testing.T) {
	defer func(f func() uint64) { totalMemory = f }(totalMemory)
	layers := []Layer{Dense{Units: 100}, Dense{Units: 10}}
	// 1000·100 + 100 + 100·10 + 10 values in lines of 16, and the largest in
	// float64.
	const need = 4*(100000+112+1008+16) + 8*100000
	for _, c := range []struct {
		have uint64
		fits bool
	}{{0, true}, {need, true}, {need - 1, false}, {1 << 20, false}, {1 << 40, true}} {
		totalMemory = func() uint64 { return c.have }
		_, err := New(Config{Input: Shape{1000}}, layers...)
		if (err == nil) != c.fits {
			t.Errorf("memory of %d bytes: %v", c.have, err)
		}
		const want = "network: want weights that are drawn in the 1,048,576 bytes of memory of this machine, got some that take 1,204,544; the largest is dense_1/kernel (1000, 100)"
		if c.have == 1<<20 && (err == nil || err.Error() != want) {
			t.Errorf("error %v\nwant  %s", err, want)
		}
	}
	totalMemory = func() uint64 { return 24 << 30 }
	_, err := New(Config{Input: Shape{8}}, Dense{Units: 1 << 28}, Dense{Units: 8})
	if err == nil || !strings.HasPrefix(err.Error(), "network: want weights that are drawn in the 25,769,803,776 bytes of memory of this machine, got some that take 3") {
		t.Errorf("error %v", err)
	}
}
