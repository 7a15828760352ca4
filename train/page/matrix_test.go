package page

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMatrix(t *testing.T) {
	m := newMatrix([]string{"a", "b"}, [][]int{{99, 1, 0}, {4, 1196, 16}, {0, 0, 0}})
	want := matrix{
		Classes: []string{"a", "b", "class 2"},
		Rows: []classRow{
			{"a", []cell{{"99", true, 99}, {"1", false, 25}, {"0", false, 0}}, "100"},
			{"b", []cell{{"4", false, 50}, {"1,196", true, 98}, {"16", false, 100}}, "1,216"},
			{"class 2", []cell{{"0", false, 0}, {"0", false, 0}, {"0", true, 0}}, "0"},
		},
		Totals: []string{"103", "1,197", "16"}, Images: "1,316",
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("matrix (-want +got):\n%s", diff)
	}
}

// TestScores has the values of precision_recall_fscore_support in scikit-learn
// 1.9.1 with zero_division=nan: no image was taken for c, and there is none of
// d.
func TestScores(t *testing.T) {
	got := newScores([]string{"a", "b", "c", "d"}, [][]int{{8, 2, 0, 0}, {1, 5, 0, 0}, {3, 0, 0, 0}, {0, 0, 0, 0}})
	want := []score{
		{"a", "66.67 %", "80.00 %", "72.73 %"},
		{"b", "71.43 %", "83.33 %", "76.92 %"},
		{"c", "–", "0.00 %", "0.00 %"},
		{"d", "–", "–", "–"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scores (-want +got):\n%s", diff)
	}
}

// TestMatrixOnPaper turns the sheet for many classes, and the names for long
// ones.
func TestMatrixOnPaper(t *testing.T) {
	for _, tt := range []struct {
		classes     int
		name        string
		wide, steep bool
	}{
		{10, "%d", false, false},
		{16, "%d", false, false},
		{17, "%d", true, true},
		{10, "no. %d", false, false},
		{10, "number %d", false, true},
		{10, "enormous%d", false, true},
		{3, "enormous%d", false, false},
	} {
		counts, names := make([][]int, tt.classes), make([]string, tt.classes)
		for i := range counts {
			counts[i], names[i] = make([]int, tt.classes), fmt.Sprintf(tt.name, i)
		}
		m := newMatrix(names, counts)
		if m.Wide() != tt.wide || m.Steep() != tt.steep {
			t.Errorf("%d classes named %q: want wide %v and steep %v, got %v and %v", tt.classes, tt.name, tt.wide, tt.steep, m.Wide(), m.Steep())
		}
	}
}
