package graph_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestReport(t *testing.T) {
	want := `Model: "lesson"
___________________________________________________________________
Layer (type)                 Output Shape              Param #
===================================================================
conv2d_1 (Conv2D)            (None, 64, 26, 26)        640
___________________________________________________________________
max_pool2d_1 (MaxPool2D)     (None, 64, 13, 13)        0
___________________________________________________________________
conv2d_2 (Conv2D)            (None, 64, 11, 11)        36928
___________________________________________________________________
max_pool2d_2 (MaxPool2D)     (None, 64, 5, 5)          0
___________________________________________________________________
flatten_1 (Flatten)          (None, 1600)              0
___________________________________________________________________
dense_1 (Dense)              (None, 128)               204928
___________________________________________________________________
dense_2 (Dense)              (None, 10)                1290
===================================================================
Total params: 243,786
Trainable params: 243,786
Non-trainable params: 0
___________________________________________________________________
`
	if d := cmp.Diff(want, lesson(t, 1).Report().String()); d != "" {
		t.Error(d)
	}
}

func TestReportExplains(t *testing.T) {
	rows := lesson(t, 1).Report().Rows
	want := [][]string{
		{"height: ⌊(28-3)/1⌋+1 = 26", "width: ⌊(28-3)/1⌋+1 = 26", "weights: 3·3·1·64+64 = 640", "multiply-adds: 26·26·64 · 3·3·1 = 389,376"},
		{"height: ⌊(26-2)/2⌋+1 = 13", "width: ⌊(26-2)/2⌋+1 = 13", "the largest of each 2×2, no weights"},
		{"height: ⌊(13-3)/1⌋+1 = 11", "width: ⌊(13-3)/1⌋+1 = 11", "weights: 3·3·64·64+64 = 36,928", "multiply-adds: 11·11·64 · 3·3·64 = 4,460,544"},
		{"height: ⌊(11-2)/2⌋+1 = 5", "width: ⌊(11-2)/2⌋+1 = 5", "the largest of each 2×2, no weights"},
		{"64·5·5 = 1,600 values"},
		{"weights: 1600·128+128 = 204,928", "multiply-adds: 1600·128 = 204,800"},
		{"weights: 128·10+10 = 1,290", "multiply-adds: 128·10 = 1,280"},
	}
	bytes := []int{4 * 64 * 26 * 26, 4 * 64 * 13 * 13, 4 * 64 * 11 * 11, 4 * 1600, 4 * 1600, 4 * 128, 4 * 10}
	for i, row := range rows {
		if d := cmp.Diff(want[i], row.Arithmetic); d != "" {
			t.Errorf("%s: %s", row.Name, d)
		}
		if row.Bytes != bytes[i] {
			t.Errorf("%s: %d bytes, want %d", row.Name, row.Bytes, bytes[i])
		}
	}
}

// TestReportFitsANarrowTerminal has rules no longer than its lines where Keras'
// would be broken.
func TestReportFitsANarrowTerminal(t *testing.T) {
	r := lesson(t, 1).Report()
	for width, want := range map[int]int{0: 67, 200: 67, 67: 67, 66: 55, 60: 55, 20: 55} {
		r.Width = width
		for _, line := range strings.Split(strings.TrimSuffix(r.String(), "\n"), "\n") {
			if n := utf8.RuneCountInString(line); n > want || n != want && strings.Trim(line, "_=") == "" {
				t.Errorf("width %d: want lines of at most %d columns, and rules as long, got %d: %s", width, want, n, line)
			}
		}
	}
}
