package graph_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"euryale/graph"
)

// TestSizesPrintAsWritten asks for sizes and paddings, right and wrong ones.
func TestSizesPrintAsWritten(t *testing.T) {
	for _, c := range []struct {
		size fmt.Stringer
		want string
	}{
		{graph.Size(0), "0"},
		{graph.Size(3), "3"},
		{graph.Size(-1), "-1"},
		{graph.Size(40000), "40000"},
		{graph.Rect(3, 3), "3"},
		{graph.Rect(3, 5), "Rect(3, 5)"},
		{graph.Rect(0, 5), "Rect(0, 5)"},
		{graph.Rect(0, 0), "Rect(0, 0)"},
		{graph.Rect(-1, -1), "Rect(-1, -1)"},
		{graph.Rect(-2, 16383), "Rect(-2, 16383)"},
		{graph.Rect(20000, 1), "Rect(20000, 1)"},
		{graph.Rect(1<<20, -1<<20), "Rect(1048576, -1048576)"},
		{graph.Rect(1, 1<<40), "Rect(1, more than 1610612734)"},
		{graph.Valid, "Valid"},
		{graph.Same, "Same"},
		{graph.Padding(2), "2"},
		{graph.Padding(-2), "-2"},
		{graph.Pads(0, 0, 0, 0), "Valid"},
		{graph.Pads(2, 2, 2, 2), "2"},
		{graph.Pads(-1, -1, -1, -1), "Pads(-1, -1, -1, -1)"},
		{graph.Pads(0, 1, 2, 16383), "Pads(0, 1, 2, 16383)"},
		{graph.Pads(20000, 1, 1, 1<<40), "Pads(20000, 1, 1, more than 24574)"},
		{graph.Pads(-3, 0, 0, 0), "Pads(-3, 0, 0, 0)"},
	} {
		if got := c.size.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// TestWrongWindows asks each field of a window for what it cannot be.
func TestWrongWindows(t *testing.T) {
	for _, c := range []struct {
		layer graph.Layer
		want  string
	}{
		{graph.Conv2D{Filters: 1}, "want Kernel of at least 1, got 0"},
		{graph.Conv2D{Filters: 1, Kernel: graph.Rect(0, 3)}, "want Kernel of at least 1, got Rect(0, 3)"},
		{graph.Conv2D{Filters: 1, Kernel: graph.Rect(0, 0)}, "want Kernel of at least 1, got Rect(0, 0)"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Stride: graph.Rect(2, -1)}, "want Stride of at least 1, or 0 for 1, got Rect(2, -1)"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Dilation: graph.Rect(0, 1)}, "want Dilation of at least 1, or 0 for 1, got Rect(0, 1)"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Padding: -2}, "want Padding Valid, Same, a number of pixels or Pads, got -2"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Padding: graph.Pads(1, 0, -1, 0)}, "want Padding Valid, Same, a number of pixels or Pads, got Pads(1, 0, -1, 0)"},
		{graph.MaxPool2D{Size: graph.Rect(2, 4), Padding: graph.Pads(0, 2, 0, 0)}, "want Padding Valid, Same or at most 1×3 pixels, got Pads(0, 2, 0, 0)"},
		{graph.MaxPool2D{Stride: graph.Rect(1, 0)}, "want Stride of at least 1, or 0 for Size, got Rect(1, 0)"},
		{graph.Conv2D{Filters: 1 << 40, Kernel: 3}, "want Filters below 2³⁰, got 1099511627776"},
		{graph.Conv2D{Filters: 1, Kernel: 1 << 40}, "want Kernel below 2³⁰, got 1099511627776"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Padding: 1 << 40}, "want Padding below 2³⁰, got 1099511627776"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Padding: 1 << 20}, "want an input that gives at most 2³¹ values, and not (N, 1, 2097159, 2097159), got (N, 4, 9, 9)"},
		{graph.Conv2DTranspose{Filters: 1, Kernel: 3, Padding: 1 << 29}, "want an image of at least 1073741823×1073741823 pixels, got (N, 4, 9, 9)"},
		{graph.Conv2DTranspose{Filters: 1, Kernel: 3, Stride: 1 << 20}, "want an input that gives at most 2³¹ values, and not (N, 1, 8388611, 8388611), got (N, 4, 9, 9)"},
		{graph.Conv2D{Filters: 1, Kernel: graph.Rect(20000, 1)}, "want an image of at least 20000×1 pixels, got (N, 4, 9, 9)"},
		{graph.Conv2D{Filters: 1, Kernel: graph.Rect(1<<30, 1)}, "want Kernel below 2³⁰, got Rect(1073741824, 1)"},
		{graph.Conv2D{Filters: 1, Kernel: math.MaxInt64}, "want Kernel below 2³⁰"},
		{graph.Conv2D{Filters: 1, Kernel: math.MinInt64}, "want Kernel of at least 1, got -9223372036854775808"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Padding: graph.Pads(20000, 1, 1, 1)}, "want Padding of sides below 16384, got Pads(20000, 1, 1, 1)"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Padding: graph.Pads(1, 1, 1, 1<<40)}, "want Padding of sides below 16384, got Pads(1, 1, 1, more than 24574)"},
		{graph.Conv1D{Filters: 1, Kernel: 3, Padding: graph.Pads(0, 0, 20000, 0)}, "want Padding of sides below 16384, got Pads(0, 0, 20000, 0)"},
		{graph.ZeroPad2D{Padding: graph.Pads(0, 0, 16384, 0)}, "want Padding of sides below 16384, got Pads(0, 0, 16384, 0)"},
		{graph.Crop2D{Cropping: graph.Pads(20000, 0, 0, 0)}, "want Cropping of sides below 16384, got Pads(20000, 0, 0, 0)"},
		{graph.MaxPool2D{Size: graph.Rect(20000, 1)}, "want an image of at least 20000×1 pixels, got (N, 4, 9, 9)"},
		{graph.MaxPool2D{Padding: graph.Pads(20000, 0, 0, 0)}, "want Padding of sides below 16384, got Pads(20000, 0, 0, 0)"},
		{graph.Upsample{Size: graph.Rect(1<<40, 2)}, "want Size below 2³⁰, got Rect(more than 1610612734, 2)"},
		{graph.MaxPool2D{Padding: math.MaxInt64}, "want Padding below 2³⁰, got 9223372036854775807"},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{4, 9, 9}}, c.layer)
		oneLine(t, err, c.want)
	}
}

// TestLongPaddingIsNotCut has a padding of sequences that four numbers in one
// Pads have no room for.
func TestLongPaddingIsNotCut(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 9}}, graph.Conv1D{Filters: 1, Kernel: 3, Padding: 40000})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := net.Outputs()[0].Shape, (graph.Shape{1, 80007}); !got.Eq(want) {
		t.Errorf("output %v, want %v", got, want)
	}
}

// TestSizesAreCode prints a network as the program that makes it.
func TestSizesAreCode(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 9, 9}},
		graph.Conv2D{Filters: 2, Kernel: graph.Rect(3, 5), Stride: 2, Padding: graph.Pads(1, 0, 2, 0)},
		graph.MaxPool2D{Size: graph.Rect(1, 2), Padding: graph.Same})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"graph.Conv2D{Filters: 2, Kernel: graph.Rect(3, 5), Stride: 2, Padding: graph.Pads(1, 0, 2, 0)}",
		"graph.MaxPool2D{Size: graph.Rect(1, 2), Padding: graph.Same}",
	} {
		if got := net.String(); !strings.Contains(got, want) {
			t.Errorf("printed as\n%s\nwant %s in it", got, want)
		}
	}
}

// TestLargeRectIsNotCut has an image of more rows than fifteen bits count.
func TestLargeRectIsNotCut(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 2, 2}}, graph.Upsample{Size: graph.Rect(20000, 3)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := net.Outputs()[0].Shape, (graph.Shape{1, 20000, 3}); !got.Eq(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
