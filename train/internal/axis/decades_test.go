package axis

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecades(t *testing.T) {
	for _, tt := range []struct {
		lo, hi float64
		n      int
		want   string
	}{
		{1e-7, 10, 81, "1e-7 at 1, 1e-6 at 11, 1e-5 at 21, 1e-4 at 31, 1e-3 at 41, 1e-2 at 51, 1e-1 at 61, 1e0 at 71, 1e1 at 81"},
		{0.0003162277660168379, 0.1, 6, "1e-3 at 2, 1e-2 at 4, 1e-1 at 6"},
		{1e-30, 1, 31, "1e-30 at 1, 1e-26 at 5, 1e-22 at 9, 1e-18 at 13, 1e-14 at 17, 1e-10 at 21, 1e-6 at 25, 1e-2 at 29"},
		{0.002, 0.03, 7, "0.002 at 1, 0.03 at 7"},
		{0.002, 0.002, 1, "0.002 at 1"},
	} {
		var got []string
		for _, tick := range Decades(tt.lo, tt.hi, tt.n) {
			got = append(got, fmt.Sprintf("%s at %.3g", tick.Label, tick.At))
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%v to %v (-want +got):\n%s", tt.lo, tt.hi, diff)
		}
	}
}

func TestBand(t *testing.T) {
	if lo, hi := Band(2, 12, 7); lo != 1 || hi != 13 {
		t.Errorf("want 1 to 13, got %v to %v", lo, hi)
	}
}
