package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// TestExplainedSides compares the arithmetic that is printed with the sides
// that come out.
func TestExplainedSides(t *testing.T) {
	for _, c := range []struct {
		layer         graph.Layer
		height, width string
	}{
		{graph.MaxPool2D{}, "height: ⌊(11-2)/2⌋+1 = 5", "width: ⌊(8-2)/2⌋+1 = 4"},
		{graph.MaxPool2D{Padding: graph.Same}, "height: ⌊(11+1-2)/2⌋+1 = 6", "width: ⌊(8-2)/2⌋+1 = 4"},
		{graph.MaxPool2D{Size: 3, Stride: 2, Padding: 1}, "height: ⌊(11+2-3)/2⌋+1 = 6", "width: ⌊(8+2-3)/2⌋+1 = 4"},
		{graph.MaxPool2D{Size: graph.Rect(3, 2), Stride: graph.Rect(1, 3)}, "height: ⌊(11-3)/1⌋+1 = 9", "width: ⌊(8-2)/3⌋+1 = 3"},
		{graph.MaxPool2D{Dilation: 2, Ceil: true}, "height: ⌊(11-3)/2⌋+1 = 5", "width: ⌊(8+1-3)/2⌋+1 = 4"},
		{graph.AveragePool2D{Size: 3, Stride: 2, Padding: 1, Ceil: true}, "height: ⌊(11+2-3)/2⌋+1 = 6", "width: ⌊(8+3-3)/2⌋+1 = 5"},
		{graph.Upsample{}, "height: 11·2 = 22", "width: 8·2 = 16"},
		{graph.Upsample{Size: graph.Rect(12, 5)}, "height: 11 becomes 12", "width: 8 becomes 5"},
		{graph.ZeroPad2D{Padding: graph.Pads(1, 0, 2, 3)}, "height: 11+1+0 = 12", "width: 8+2+3 = 13"},
		{graph.Crop2D{Cropping: graph.Pads(1, 0, 2, 3)}, "height: 11-1-0 = 10", "width: 8-2-3 = 3"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Stride: 3}, "height: ⌊(11-3)/3⌋+1 = 3", "width: ⌊(8-3)/3⌋+1 = 2"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Dilation: 2}, "height: ⌊(11-5)/1⌋+1 = 7", "width: ⌊(8-5)/1⌋+1 = 4"},
		{graph.Conv2D{Filters: 1, Kernel: 3, Dilation: 2, Stride: 2, Padding: 3}, "height: ⌊(11+6-5)/2⌋+1 = 7", "width: ⌊(8+6-5)/2⌋+1 = 5"},
		{graph.Conv2D{Filters: 1, Kernel: 4, Stride: 2, Padding: graph.Same}, "height: ⌊(11+3-4)/2⌋+1 = 6", "width: ⌊(8+2-4)/2⌋+1 = 4"},
	} {
		net, err := graph.New(graph.Config{Input: graph.Shape{1, 11, 8}}, c.layer)
		if err != nil {
			t.Fatal(err)
		}
		row := net.Report().Rows[0]
		if d := cmp.Diff([]string{c.height, c.width}, row.Arithmetic[:2]); d != "" {
			t.Errorf("%v: %s", c.layer, d)
		}
		p := compile(t, net, graph.ProgramConfig{})
		run(t, p)
		if !row.Output.Eq(p.Outputs[0].Shape()[1:]) {
			t.Errorf("%v: the report says %v, a run makes %v", c.layer, row.Output, p.Outputs[0].Shape())
		}
	}
}
