package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// tableRows are the cells of a table's rows as text, a bar between them.
func tableRows(t *testing.T, doc string) []string {
	t.Helper()
	var rows []string
	for _, e := range elements(t, doc) {
		switch e.name {
		case "tr":
			rows = append(rows, "")
		case "td", "th":
			if row := &rows[len(rows)-1]; *row == "" {
				*row = e.text
			} else {
				*row += "|" + e.text
			}
		case "br":
			rows[len(rows)-1] += "/" + e.text
		}
	}
	return rows
}

func checkRows(t *testing.T, doc, want string) {
	t.Helper()
	got := strings.ReplaceAll(strings.Join(tableRows(t, doc), "\n"), "\u00a0", ".")
	if diff := cmp.Diff(strings.TrimSpace(want), got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if !strings.Contains(doc, "<thead") || !strings.Contains(doc, "<tfoot") || strings.Contains(doc, "<style") || strings.Contains(doc, "color:#") {
		t.Errorf("want a table with a head and a foot, in the page's colours, got\n%s", doc)
	}
}

// TestReportAsTable folds and opens, and shows the arithmetic.
func TestReportAsTable(t *testing.T) {
	r := declared(t, "residual").Report()
	checkRows(t, r.HTML(), `
Layer|Type|Output shape|Parameters
conv2d_1|Conv2D|(N, 3, 5, 5)|57
residual_1|Residual|(N, 3, 5, 5)|192
residual_2|Residual|(N, 4, 3, 3)|128
global_average_1|GlobalAverage|(N, 4)|0
dense_1|Dense|(N, 3)|15
Total params: 392
Trainable params: 380
Non-trainable params: 12
`)
	r.Open = true
	r.Rows = append(r.Rows[:1], r.Rows[2])
	r.Rows[0].Name = "<conv>"
	checkRows(t, r.HTML(), `
Layer|Type|Output shape|Parameters|Connected to
<conv>|Conv2D|(N, 3, 5, 5)|57|
residual_2|Residual|(N, 4, 3, 3)|128|residual_1
....residual_2/conv2d_1|Conv2D|(N, 4, 3, 3)|112|residual_1
....residual_2/conv2d_2|Conv2D|(N, 4, 3, 3)|16|residual_1
....residual_2/sum_1|Sum|(N, 4, 3, 3)|0|residual_2/conv2d_1/residual_2/conv2d_2
....residual_2/leaky_re_lu_1|LeakyReLU|(N, 4, 3, 3)|0|residual_2/sum_1
Total params: 392
Trainable params: 380
Non-trainable params: 12
`)
	net, err := graph.New(graph.Config{Name: `my "net" <1>`, Input: graph.Shape{1, 28, 28}}, graph.Conv2D{Filters: 64, Kernel: 3}, graph.Flatten{}, graph.Dense{Units: 10})
	if err != nil {
		t.Fatal(err)
	}
	r = net.Report()
	r.Explain = true
	doc := r.HTML()
	if text := r.String(); !strings.Contains(text, "⌊(28-3)/1⌋+1 = 26") {
		t.Fatalf("want the arithmetic in the text, got\n%s", text)
	}
	rows := tableRows(t, doc)
	if len(rows) != 1+2*3+5 || !strings.Contains(rows[2], "⌊(28-3)/1⌋+1 = 26") || !strings.HasSuffix(rows[2], "/\u00a0\u00a0\u00a0\u00a0activations: 173,056 bytes") {
		t.Errorf("want a row of arithmetic below each of three layers, got %q", rows)
	}
	if last := rows[len(rows)-1]; last != "Activations: 346,152 bytes a sample" {
		t.Errorf("want the bytes of all activations last, got %q", last)
	}
	if caption := elements(t, doc)[1]; caption.name != "caption" || caption.text != `Model: "my \"net\" <1>"` {
		t.Errorf("want the model's name, got %+v", caption)
	}
}

func TestPlanAsTable(t *testing.T) {
	net := declared(t, "residual")
	p := net.Plan(graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	rows := tableRows(t, p.HTML())
	if rows[0] != "Layers|Computes|Bytes|Kernel|Why" {
		t.Errorf("want a heading, got %q", rows[0])
	}
	if len(rows) != 1+len(p.Steps)+3 {
		t.Fatalf("want a row for each of %d steps, a heading and 3 totals, got %d", len(p.Steps), len(rows))
	}
	for i, s := range p.Steps {
		row := rows[1+i]
		for _, want := range append(append([]string{s.Ops, s.Kernel}, s.Layers...), s.Why...) {
			if !strings.Contains(row, want) {
				t.Errorf("step %d: want %q in the row, got %q", i, want, row)
			}
		}
	}
	for _, row := range rows[len(rows)-3:] {
		if !strings.Contains(p.String(), row+"\n") {
			t.Errorf("want the totals of the text, got %q", row)
		}
	}
	failed := net.Plan(graph.ProgramConfig{Batch: -1})
	if got := failed.HTML(); got != "<p>program: want a batch of at least 1, got -1</p>\n" {
		t.Errorf("want the error, got %q", got)
	}
}
