package train

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// onTerminal is Progress on a terminal of so many columns, which writes every
// batch.
func onTerminal(w io.Writer, columns int) *Progress {
	return &Progress{w: w, live: true, width: func() int { return columns }}
}

// tellAll sends each event in turn and wants no error.
func tellAll(t *testing.T, c Callback, all ...Event) {
	t.Helper()
	for _, e := range all {
		if err := c.On(e); err != nil {
			t.Fatal(err)
		}
	}
}

func TestProgressLine(t *testing.T) {
	lesson := Metrics{Loss: 0.0070, Accuracy: 0.9980}
	for _, tt := range []struct {
		name  string
		event Event
		want  string
	}{
		{
			"almost done",
			Event{Samples: 59968, Total: 60000, Metrics: lesson, Elapsed: 10 * time.Second},
			"\r59968/60000 [============================>.] - ETA: 0s - loss: 0.0070 - accuracy: 0.9980",
		},
		{
			"first batch",
			Event{Samples: 32, Total: 60000, Metrics: Metrics{Loss: 2.3456, Accuracy: 0.125}, Elapsed: 50 * time.Millisecond},
			"\r   32/60000 [..............................] - ETA: 1:33 - loss: 2.3456 - accuracy: 0.1250",
		},
		{
			"a thirtieth",
			Event{Samples: 2000, Total: 60000, Metrics: lesson, Elapsed: 124140 * time.Millisecond},
			"\r 2000/60000 [>.............................] - ETA: 1:00:00 - loss: 0.0070 - accuracy: 0.9980",
		},
		{
			"half",
			Event{Samples: 50, Total: 100, Metrics: lesson, Elapsed: 59 * time.Second},
			"\r 50/100 [==============>...............] - ETA: 59s - loss: 0.0070 - accuracy: 0.9980",
		},
		{
			"small figures",
			Event{Samples: 9, Total: 10, Metrics: Metrics{Loss: 0.00012345, Accuracy: 0}, Elapsed: time.Second},
			"\r 9/10 [==========================>...] - ETA: 0s - loss: 1.2345e-04 - accuracy: 0.0000e+00",
		},
		{
			"a loss beyond bounds",
			Event{Samples: 9, Total: 10, Metrics: Metrics{Loss: 2.488e15, Accuracy: 1}, Elapsed: time.Second},
			"\r 9/10 [==========================>...] - ETA: 0s - loss: 2.4880e+15 - accuracy: 1.0000",
		},
		{
			"prediction has no metrics",
			Event{Phase: Prediction, Samples: 9, Total: 10, Elapsed: time.Second},
			"\r 9/10 [==========================>...] - ETA: 0s",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			tt.event.Kind = BatchEnd
			tellAll(t, onTerminal(&out, 0), tt.event)
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
}

// TestProgressOnTerminal follows two epochs and an evaluation.
func TestProgressOnTerminal(t *testing.T) {
	var out bytes.Buffer
	epoch := func(k Kind, epoch, samples int, ms time.Duration, m Metrics) Event {
		return Event{Kind: k, Epoch: epoch, Epochs: 2, Samples: samples, Total: 96, Elapsed: ms * time.Millisecond, Metrics: m}
	}
	tellAll(t, onTerminal(&out, 120),
		epoch(EpochBegin, 1, 0, 0, Metrics{}),
		epoch(BatchEnd, 1, 32, 61000, Metrics{Loss: 2, Accuracy: 0.25}),
		epoch(BatchEnd, 1, 64, 62000, Metrics{Loss: 1.5, Accuracy: 0.5}),
		epoch(BatchEnd, 1, 96, 63000, Metrics{Loss: 1, Accuracy: 0.75}), // the closed line follows at once
		epoch(EpochEnd, 1, 96, 63000, Metrics{Loss: 1, Accuracy: 0.75}),
		epoch(EpochBegin, 2, 0, 0, Metrics{}),
		epoch(EpochEnd, 2, 96, 1920, Metrics{Loss: 0.5, Accuracy: 1}),
		epoch(End, 2, 96, 1920, Metrics{Loss: 0.5, Accuracy: 1}),
		Event{Kind: BatchEnd, Phase: Evaluation, Samples: 50, Total: 100, Elapsed: time.Second, Metrics: Metrics{Loss: 0.5, Accuracy: 1}},
		Event{Kind: EpochEnd, Phase: Evaluation, Samples: 100, Total: 100, Elapsed: 2 * time.Second, Metrics: Metrics{Loss: 0.5, Accuracy: 1}},
		Event{Kind: End, Samples: 100, Total: 100},
	)
	want := "Epoch 1/2\n" +
		"\r32/96 [=========>....................] - ETA: 2:02 - loss: 2.0000 - accuracy: 0.2500" +
		"\r64/96 [===================>..........] - ETA: 31s - loss: 1.5000 - accuracy: 0.5000 " +
		"\r96/96 [==============================] - 63s 656250µs/sample - loss: 1.0000 - accuracy: 0.7500\n" +
		"Epoch 2/2\n" +
		"\r96/96 [==============================] - 2s 20000µs/sample - loss: 0.5000 - accuracy: 1.0000\n" +
		"\r 50/100 [==============>...............] - ETA: 1s - loss: 0.5000 - accuracy: 1.0000" +
		"\r100/100 [==============================] - 2s 20000µs/sample - loss: 0.5000 - accuracy: 1.0000\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestProgressOffTerminal(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out)
	tellAll(t, p,
		Event{Kind: EpochBegin, Epoch: 1, Epochs: 20, Total: 60000},
		Event{Kind: BatchEnd, Epoch: 1, Epochs: 20, Samples: 32, Total: 60000},
		Event{Kind: EpochEnd, Epoch: 1, Epochs: 20, Samples: 60000, Total: 60000, Elapsed: 11 * time.Second, Metrics: Metrics{Loss: 0.1234, Accuracy: 0.9612}},
		Event{Kind: EpochBegin, Epoch: 2, Epochs: 20, Total: 60000},
		Event{Kind: BatchEnd, Epoch: 2, Epochs: 20, Samples: 32, Total: 60000},
		Event{Kind: End, Epoch: 2, Epochs: 20, Samples: 32, Total: 60000}, // interrupted
		Event{Kind: EpochEnd, Phase: Evaluation, Samples: 10000, Total: 10000, Elapsed: 600 * time.Millisecond, Metrics: Metrics{Loss: 0.0345, Accuracy: 0.9912}},
		Event{Kind: End},
	)
	want := "Epoch 1/20 - 11s 183µs/sample - loss: 0.1234 - accuracy: 0.9612\n" +
		"10000/10000 - 1s 60µs/sample - loss: 0.0345 - accuracy: 0.9912\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestProgressOnNarrowTerminal(t *testing.T) {
	event := Event{Kind: BatchEnd, Samples: 59968, Total: 60000, Elapsed: 10 * time.Second, Metrics: Metrics{Loss: 0.007, Accuracy: 0.998}}
	for _, tt := range []struct {
		columns int
		want    string
	}{
		{200, "59968/60000 [============================>.] - ETA: 0s - loss: 0.0070 - accuracy: 0.9980"},
		{89, "59968/60000 [============================>.] - ETA: 0s - loss: 0.0070 - accuracy: 0.9980"},
		{88, "59968/60000 [===========================>.] - ETA: 0s - loss: 0.0070 - accuracy: 0.9980"},
		{80, "59968/60000 [===================>.] - ETA: 0s - loss: 0.0070 - accuracy: 0.9980"},
		{64, "59968/60000 [===>.] - ETA: 0s - loss: 0.0070 - accuracy: 0.9980"},
		{63, "59968/60000 - ETA: 0s - loss: 0.0070 - accuracy: 0.9980"},
		{40, "59968/60000 - ETA: 0s - loss: 0.0070 - "},
		{10, "59968/600"},
		{1, ""},
	} {
		var out bytes.Buffer
		tellAll(t, onTerminal(&out, tt.columns), event)
		got := strings.TrimPrefix(out.String(), "\r")
		if got != tt.want {
			t.Errorf("%d columns: want %q, got %q", tt.columns, tt.want, got)
		}
		if n := utf8.RuneCountInString(got); n >= tt.columns {
			t.Errorf("%d columns: the line takes %d and wraps", tt.columns, n)
		}
	}
}

// TestProgressKeepsWithin100Columns where that can be done: first without the
// bar, then without the time per sample.
func TestProgressKeepsWithin100Columns(t *testing.T) {
	m := func(loss, accuracy float64) Metrics { return Metrics{Loss: loss, Accuracy: accuracy} }
	several := func(loss float64) Metrics {
		return Metrics{Loss: loss, Accuracy: 0.5, Outputs: []OutputMetrics{{Name: "class", Loss: 1, Accuracy: 0.5}, {Name: "box", Loss: 2, Unlabelled: true}}}
	}
	validated := m(0.0345, 0.9912)
	event := func(m Metrics, validation *Metrics) Event {
		return Event{Kind: EpochEnd, Epoch: 3, Epochs: 20, Samples: 60000, Total: 60000, Elapsed: 11 * time.Second, Metrics: m, Validation: validation}
	}
	for _, tt := range []struct {
		name        string
		event       Event
		plain, live string // of a terminal of unknown width
	}{
		{
			"alone", event(m(0.0070, 0.9980), nil),
			"Epoch 3/20 - 11s 183µs/sample - loss: 0.0070 - accuracy: 0.9980",
			"60000/60000 [==============================] - 11s 183µs/sample - loss: 0.0070 - accuracy: 0.9980",
		},
		{
			"validation", event(m(0.0070, 0.9980), &validated),
			"Epoch 3/20 - 11s - loss: 0.0070 - accuracy: 0.9980 - val_loss: 0.0345 - val_accuracy: 0.9912",
			"60000/60000 - 11s - loss: 0.0070 - accuracy: 0.9980 - val_loss: 0.0345 - val_accuracy: 0.9912",
		},
		{
			"no labels", event(Metrics{Loss: 0.25, Unlabelled: true}, &Metrics{Loss: 0.5, Unlabelled: true}),
			"Epoch 3/20 - 11s 183µs/sample - loss: 0.2500 - val_loss: 0.5000",
			"60000/60000 [==============================] - 11s 183µs/sample - loss: 0.2500 - val_loss: 0.5000",
		},
		{
			"two outputs", event(several(3), nil),
			"Epoch 3/20 - 11s - loss: 3.0000 - class_loss: 1.0000 - box_loss: 2.0000 - class_accuracy: 0.5000",
			"60000/60000 - 11s - loss: 3.0000 - class_loss: 1.0000 - box_loss: 2.0000 - class_accuracy: 0.5000",
		},
	} {
		var plain, live bytes.Buffer
		tellAll(t, NewProgress(&plain), tt.event)
		tellAll(t, onTerminal(&live, 0), tt.event)
		for _, of := range []struct{ name, want, got string }{{"plain", tt.plain, plain.String()}, {"live", tt.live, strings.TrimPrefix(live.String(), "\r")}} {
			if of.got != of.want+"\n" {
				t.Errorf("%s, %s: want %q, got %q", tt.name, of.name, of.want+"\n", of.got)
			}
			if n := utf8.RuneCountInString(of.got) - 1; n > 100 {
				t.Errorf("%s, %s: %d columns", tt.name, of.name, n)
			}
		}
	}
	// Where there are more, all is shown.
	var wide bytes.Buffer
	tellAll(t, onTerminal(&wide, 160), event(m(0.0070, 0.9980), &validated))
	want := "\r60000/60000 [==============================] - 11s 183µs/sample - loss: 0.0070 - accuracy: 0.9980 - val_loss: 0.0345 - val_accuracy: 0.9912\n"
	if wide.String() != want {
		t.Errorf("160 columns: want %q, got %q", want, &wide)
	}
}

// TestProgressBlanksTheRestOfALongerLine shrinks the ETA from 2:00 to 1s.
func TestProgressBlanksTheRestOfALongerLine(t *testing.T) {
	var out bytes.Buffer
	p := onTerminal(&out, 0)
	event := Event{Kind: BatchEnd, Samples: 50, Total: 100, Elapsed: 2 * time.Minute, Metrics: Metrics{Loss: 1, Accuracy: 0.5}}
	tellAll(t, p, event)
	event.Elapsed = time.Second
	tellAll(t, p, event)
	lines := strings.Split(out.String(), "\r")[1:]
	if len(lines) != 2 || len(lines[0]) != len(lines[1]) || !strings.HasSuffix(lines[1], "0.5000  ") {
		t.Errorf("want a second line blanked to the length of the first, got %q", lines)
	}
}

func TestProgressClosesAnInterruptedLine(t *testing.T) {
	var out bytes.Buffer
	p := onTerminal(&out, 0)
	tellAll(t, p, Event{Kind: BatchEnd, Phase: Prediction, Samples: 50, Total: 100}, Event{Kind: End})
	if !strings.HasSuffix(out.String(), "- ETA: 0s\n") {
		t.Errorf("want the open line closed, got %q", &out)
	}
	out.Reset()
	tellAll(t, p, Event{Kind: End})
	if out.Len() > 0 {
		t.Errorf("want nothing where no line is open, got %q", &out)
	}
}

func TestProgressWaitsBetweenLines(t *testing.T) {
	var out bytes.Buffer
	p := onTerminal(&out, 0)
	p.every = time.Hour
	for n := 1; n < 50; n++ {
		tellAll(t, p, Event{Kind: BatchEnd, Samples: n, Total: 50})
	}
	if n := strings.Count(out.String(), "\r"); n != 1 {
		t.Errorf("want one line within the hour, got %d", n)
	}
}

func TestProgressReportsAFailedWrite(t *testing.T) {
	for _, tt := range []struct {
		name     string
		progress *Progress
	}{{"terminal", onTerminal(failing{}, 0)}, {"plain", NewProgress(failing{})}} {
		history, err := Fit(context.Background(), tiny(t, 1), bars(9), Config{Callbacks: []Callback{tt.progress}})
		if !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: want Fit to return %v, got %v", tt.name, io.ErrClosedPipe, err)
		}
		if history == nil {
			t.Errorf("%s: want a History, got nil", tt.name)
		}
	}
}
