package filters

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// published is the filters of https://lodev.org/cgtutor/filtering.html and of
// the course, copied by hand a second time: rows end with a slash, a point is
// 0.
var published = []struct {
	name, rows   string
	factor, bias float64
}{
	{"blur", ". .2 . / .2 .2 .2 / . .2 .", 1, 0},
	{"blur-5x5", ". . 1 . . / . 1 1 1 . / 1 1 1 1 1 / . 1 1 1 . / . . 1 . .", 1.0 / 13.0, 0},
	{"gaussian", "1 2 1 / 2 4 2 / 1 2 1", 1.0 / 16.0, 0},
	{"gaussian-5x5", "1 4 6 4 1 / 4 16 24 16 4 / 6 24 36 24 6 / 4 16 24 16 4 / 1 4 6 4 1", 1.0 / 256.0, 0},
	{"motion-blur", "1 . . . . . . . . / . 1 . . . . . . . / . . 1 . . . . . . / . . . 1 . . . . . / . . . . 1 . . . . / " +
		". . . . . 1 . . . / . . . . . . 1 . . / . . . . . . . 1 . / . . . . . . . . 1", 1.0 / 9.0, 0},
	{"edges-horizontal", ". . . . . / . . . . . / -1 -1 2 . . / . . . . . / . . . . .", 1, 0},
	{"edges-vertical", ". . -1 . . / . . -1 . . / . . 4 . . / . . -1 . . / . . -1 . .", 1, 0},
	{"edges-45", "-1 . . . . / . -2 . . . / . . 6 . . / . . . -2 . / . . . . -1", 1, 0},
	{"edges", "-1 -1 -1 / -1 8 -1 / -1 -1 -1", 1, 0},
	{"sharpen", "-1 -1 -1 / -1 9 -1 / -1 -1 -1", 1, 0},
	{"sharpen-subtle", "-1 -1 -1 -1 -1 / -1 2 2 2 -1 / -1 2 8 2 -1 / -1 2 2 2 -1 / -1 -1 -1 -1 -1", 1.0 / 8.0, 0},
	{"edges-excessive", "1 1 1 / 1 -7 1 / 1 1 1", 1, 0},
	{"emboss", "-1 -1 . / -1 . 1 / . 1 1", 1, 128},
	{"emboss-5x5", "-1 -1 -1 -1 . / -1 -1 -1 . 1 / -1 -1 . 1 1 / -1 . 1 1 1 / . 1 1 1 1", 1, 128},
	{"mean", "1 1 1 / 1 1 1 / 1 1 1", 1.0 / 9.0, 0},
	{"vertical-lines", "-1 . 1 / -2 . 2 / -1 . 1", 1, 0},
	{"horizontal-lines", "-1 -2 -1 / . . . / 1 2 1", 1, 0},
	{"laplacian", ". 1 . / 1 -4 1 / . 1 .", 1, 0},
}

func TestCatalog(t *testing.T) {
	if want := len(published) + 2; len(All()) != want {
		t.Errorf("want %d filters, got %d", want, len(All()))
	}
	for _, want := range published {
		f := find(t, want.name)
		rows := strings.ReplaceAll(strings.ReplaceAll(" "+want.rows+" ", " . ", " 0 "), " . ", " 0 ")
		m, err := ParseMatrix(strings.ReplaceAll(rows, "/", ";"))
		if err != nil {
			t.Fatalf("%s: %v", want.name, err)
		}
		if diff := cmp.Diff(m, f.Matrix); diff != "" || f.factor() != want.factor || f.Bias != want.bias || f.Median != 0 {
			t.Errorf("%s: want factor %v and bias %v, got %v and %v; matrix (-want +got):\n%s", want.name, want.factor, want.bias, f.factor(), f.Bias, diff)
		}
	}
	for name, side := range map[string]int{"median": 3, "median-9x9": 9} {
		if f := find(t, name); f.Median != side || f.Matrix != nil {
			t.Errorf("%s: want a median of %d×%d, got %v", name, side, side, f)
		}
	}
}
