package pictures

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/loaders"
)

// many is the confusion of so many classes, whose names are long.
func many(t *testing.T, classes int) *Confusion {
	t.Helper()
	var names []string
	for i := range classes {
		names = append(names, fmt.Sprintf("n%08d a class of some length, %d", 1440764+i, i))
	}
	labels, outputs := guesses(20*classes, classes)
	return counted(t, names, labels, outputs)
}

func TestMostConfused(t *testing.T) {
	c := &Confusion{Counts: [][]int{{5, 2, 0}, {3, 0, 2}, {0, 0, 9}}}
	want := []Confused{{1, 0, 3, 5}, {1, 2, 2, 5}, {0, 1, 2, 7}} // of equals the larger share first
	if diff := cmp.Diff(want, c.MostConfused(9)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:2], c.MostConfused(2)); diff != "" {
		t.Errorf("two (-want +got):\n%s", diff)
	}
	if got := (&Confusion{Counts: [][]int{{1, 2}}}).MostConfused(3); got != nil {
		t.Errorf("want none of what is no square, got %v", got)
	}
}

// TestManyClasses has pictures that stay of a size to look at, and text that lists
// pairs.
func TestManyClasses(t *testing.T) {
	for _, classes := range []int{MostCells + 1, 200, 500} {
		c := many(t, classes)
		size := c.Image().Bounds().Size()
		if size.X < 900 || size.X > 1900 || size.Y < 800 || size.Y > 1400 {
			t.Errorf("%d classes: want a picture of about 1600×1000, got %v", classes, size)
		}
		text := c.String()
		if n := strings.Count(text, "\n"); n != 22 || !strings.Contains(text, "\n20 most confused pairs: true class → predicted class, images\n") {
			t.Errorf("%d classes: want 20 pairs, got %q", classes, text)
		}
		if n := strings.Count(c.HTML(), "<tr"); n != 21 {
			t.Errorf("%d classes: want a table of 20 pairs, got %d rows", classes, n)
		}
	}
	if few := many(t, MostCells); few.Crowded() || strings.Contains(few.String(), "pairs") {
		t.Errorf("%d classes: want the table, got %q", MostCells, few)
	}
}

// TestManyCells are coloured where there are images, each in its place.
func TestManyCells(t *testing.T) {
	const n = 60
	counts := make([][]int, n)
	for i := range counts {
		counts[i] = make([]int, n)
	}
	counts[3][50] = 4
	m := &manyMatrix{tally: (&Confusion{Counts: counts}).tally()}
	m.layOut(&Confusion{Counts: counts})
	m.cells()
	middle := func(row, column int) any {
		return m.RGBAAt(m.at.X+column*m.side+m.side/2, m.at.Y+row*m.side+m.side/2)
	}
	if got := middle(3, 50); got != shares.at(1) {
		t.Errorf("want the cell of all images of its row in %v, got %v", shares.at(1), got)
	}
	for _, place := range [][2]int{{50, 3}, {3, 49}, {3, 51}, {2, 50}, {4, 50}} {
		if got := middle(place[0], place[1]); got != paper {
			t.Errorf("cell %v: want none, got %v", place, got)
		}
	}
}

// TestScaledInput shows a network what it was trained on: what its Details say.
func TestScaledInput(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{3, 1, 1}}, graph.Conv2D{Filters: 1, Kernel: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := net.SetDetails(graph.Details{Input: graph.Scaling{Mean: []float64{0.5, 0, 0}, Deviation: []float64{0.5, 1, 0.25}}}); err != nil {
		t.Fatal(err)
	}
	data := &loaders.Dataset{Classes: []string{"a"}, Channels: 3, Height: 1, Width: 1, Images: []uint8{255, 51, 51, 0, 0, 0}, Labels: []int{0, 0}}
	if diff := cmp.Diff([]float32{1, 0.2, 0.8, -1, 0, 0}, pixels(net, data)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
