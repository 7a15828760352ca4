package page

import (
	"math"
	"strings"
	"testing"
	"time"

	"euryale/graph"
	"euryale/train"
)

func TestFinished(t *testing.T) {
	r := run(t)
	if page := written(t, r); strings.Contains(page, "<time") {
		t.Error("want no date where none is known")
	}
	r.Finished = time.Date(2026, time.March, 1, 14, 5, 9, 0, time.FixedZone("CET", 3600))
	wantAll(t, written(t, r), `Finished <time datetime="2026-03-01T14:05:09&#43;01:00">1 March 2026, 14:05 CET</time>.`)
}

// TestInterrupted says so on top, whatever there is by then.
func TestInterrupted(t *testing.T) {
	const before, after = "Interrupted: training was stopped after ", ". What follows is of the network as it was then. "
	for _, tt := range []struct {
		name   string
		change func(r *Run)
		want   []string
		never  string
	}{
		{"not", func(r *Run) { r.Interrupted = false }, []string{"A run 3 of 4 test images"}, "nterrupted"},
		{"after two epochs", func(r *Run) {}, []string{"A run " + before + "2 completed epochs" + after + "3 of 4 test images recognised"}, "not tested"},
		{"in the first", func(r *Run) { r.History = nil }, []string{before + "0 completed epochs" + after, "No epoch was completed.", "All 0.00 s –"}, "polyline"},
		{"before the test", func(r *Run) { r.Outputs = nil }, []string{
			after + "After 2 epochs of training on 6 images; not tested.", "Test accuracy – Test loss – Parameters 119",
			"Confusion matrix Not shown: the network was not tested. Most confident mistakes Not shown: the network was not tested. ",
			"Own test, 4 images", "--epochs 2 passes", "1 0.5000 0.5000 0.5625 0.4000",
		}, "test images right"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t)
			r.Interrupted = true
			tt.change(r)
			page := written(t, r)
			wantAll(t, text(page), tt.want...)
			head, _, _ := strings.Cut(page, "<style>")
			if r.Interrupted != strings.Contains(head, "<title>A run (interrupted)") {
				t.Errorf("want it in the title if it is so, got %s", head)
			}
			if _, body, _ := strings.Cut(page, "</style>"); strings.Contains(body, tt.never) {
				t.Errorf("want no %q, got\n%s", tt.never, text(page))
			}
		})
	}
}

// TestDivergedRun has no numbers for some losses.
func TestDivergedRun(t *testing.T) {
	r := run(t)
	r.History = history(true, 0.5, math.NaN(), math.Inf(1))
	r.Metrics = train.Metrics{Loss: math.NaN(), Accuracy: 0.75}
	page := written(t, r)
	wantAll(t, text(page), "Test loss NaN", "2 NaN NaN NaN NaN", "3 +Inf -Inf +Inf -Inf")
	if _, body, _ := strings.Cut(page, "<svg"); strings.Contains(body[:strings.LastIndex(body, "</svg>")], "NaN,") {
		t.Error("want no curve where there is no number")
	}
}

// TestNotOfClasses has a network whose outputs cannot be right or wrong: all
// else is shown.
func TestNotOfClasses(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 6, 6}}, graph.Conv2D{Filters: 2, Kernel: 3})
	if err != nil {
		t.Fatal(err)
	}
	r := run(t)
	r.Network = net
	r.Outputs = [][]float32{{1}, {2}, {3}, {4}}
	const why = "Not shown: want a network whose output is a value for each of at least 2 classes, got one of shape (2, 4, 4). "
	wantAll(
		t, text(written(t, r)),
		"A run After 2 epochs of training on 6 images.", "Test accuracy – Test loss 0.1250",
		"Confusion matrix "+why+"Most confident mistakes "+why+"First-layer kernels The weights",
	)
}
