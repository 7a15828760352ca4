package page

import (
	"bytes"
	"testing"

	"euryale/graph"
)

// TestReport shows the arithmetic as the layers word it.
func TestReport(t *testing.T) {
	v, err := newView(run(t))
	if err != nil {
		t.Fatal(err)
	}
	v.Report = newReport(&graph.Report{Params: 1234, Trainable: 1234, Rows: []graph.Row{
		{Name: "max_pool2d_1", Type: "MaxPool2D", Output: graph.Shape{64, 5, 5}, Arithmetic: []string{"height: ⌊(11-2)/2⌋+1 = 5", "a < b & c"}, Multiplies: 1, Bytes: 6400},
		{Name: "dense_1", Type: "Dense", Output: graph.Shape{10}, Params: 1234, Multiplies: 1000, Bytes: 40},
	}})
	wantAll(
		t, text(shown(t, v)),
		"Layer (type) Output shape Parameters Arithmetic max_pool2d_1 (MaxPool2D) (None, 64, 5, 5) 0 Show the arithmetic of max_pool2d_1 "+
			"height: ⌊(11-2)/2⌋+1 = 5 a < b & c 1 multiply-add a sample, forward 6,400 bytes of activations a sample dense_1",
		"In all 1,234 1,001 multiply-adds a sample, forward 6,440 bytes of activations a sample",
	)
}

// TestReportOfAGraph has a column for what each layer is connected to.
func TestReportOfAGraph(t *testing.T) {
	v, err := newView(run(t))
	if err != nil {
		t.Fatal(err)
	}
	v.Report = report{Params: "30", NotTrained: "10", Multiplies: "5 multiply-adds", Bytes: "8 bytes", Rows: []layer{
		{Name: "a", Type: "Input", Output: "(None, 2)", Params: "0"},
		{Name: "b", Type: "Sum", Output: "(None, 2)", Params: "30", Connected: []string{"a", "c"}},
	}}
	wantAll(
		t, text(shown(t, v)),
		"Layer (type) Output shape Parameters Connected to Arithmetic a (Input) (None, 2) 0 Show",
		"b (Sum) (None, 2) 30 a, c Show",
		"In all 30 10 not trained 5 multiply-adds",
	)
}

// shown is the page of a view.
func shown(t *testing.T, v *view) string {
	t.Helper()
	var b bytes.Buffer
	if err := layout.Execute(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
