package train

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// logged is the end of an epoch.
func logged(epoch int, m Metrics, validation *Metrics) Event {
	return Event{
		Kind: EpochEnd, Epoch: epoch, Metrics: m, Validation: validation,
		Optimizer: rated{rate: 0.001}, Elapsed: 1500 * time.Millisecond,
	}
}

// rated is an optimiser that has nothing but a rate.
type rated struct {
	Stepper
	rate float64
}

func (r rated) Rate() float64 { return r.rate }

func TestLogs(t *testing.T) {
	half := Metrics{Loss: 0.5, Accuracy: 0.75}
	two := Metrics{Loss: 3, Outputs: []OutputMetrics{{Name: `a,"b"`, Loss: 1, Accuracy: 0.25}, {Name: "sum", Loss: 2, Unlabelled: true}}}
	for _, tt := range []struct {
		name      string
		events    []Event
		csv, json []string
	}{
		{
			"without validation",
			[]Event{logged(1, half, nil), logged(2, Metrics{Loss: 1.0 / 3, Accuracy: 1}, nil)},
			[]string{"epoch,loss,accuracy,rate,seconds", "1,0.5,0.75,0.001,1.5", "2,0.3333333333333333,1,0.001,1.5"},
			[]string{
				`{"epoch":1,"loss":0.5,"accuracy":0.75,"rate":0.001,"seconds":1.5}`,
				`{"epoch":2,"loss":0.3333333333333333,"accuracy":1,"rate":0.001,"seconds":1.5}`,
			},
		},
		{
			"not finite",
			[]Event{
				logged(1, half, &Metrics{Loss: math.Inf(1), Accuracy: math.NaN()}),
				logged(2, half, &Metrics{Loss: math.Inf(-1), Accuracy: 1e-9}),
			},
			[]string{
				"epoch,loss,accuracy,val_loss,val_accuracy,rate,seconds",
				"1,0.5,0.75,Inf,NaN,0.001,1.5", "2,0.5,0.75,-Inf,1e-09,0.001,1.5",
			},
			[]string{
				`{"epoch":1,"loss":0.5,"accuracy":0.75,"val_loss":null,"val_accuracy":null,"rate":0.001,"seconds":1.5}`,
				`{"epoch":2,"loss":0.5,"accuracy":0.75,"val_loss":null,"val_accuracy":1e-09,"rate":0.001,"seconds":1.5}`,
			},
		},
		{
			"columns of the first epoch",
			[]Event{logged(1, half, &half), logged(2, Metrics{Loss: 2, Unlabelled: true}, nil), logged(3, two, &half)},
			[]string{
				"epoch,loss,accuracy,val_loss,val_accuracy,rate,seconds",
				"1,0.5,0.75,0.5,0.75,0.001,1.5", "2,2,,,,0.001,1.5", "3,3,,0.5,0.75,0.001,1.5",
			},
			[]string{
				`{"epoch":1,"loss":0.5,"accuracy":0.75,"val_loss":0.5,"val_accuracy":0.75,"rate":0.001,"seconds":1.5}`,
				`{"epoch":2,"loss":2,"accuracy":null,"val_loss":null,"val_accuracy":null,"rate":0.001,"seconds":1.5}`,
				`{"epoch":3,"loss":3,"accuracy":null,"val_loss":0.5,"val_accuracy":0.75,"rate":0.001,"seconds":1.5}`,
			},
		},
		{
			"several outputs",
			[]Event{logged(1, two, nil)},
			[]string{`epoch,loss,"a,""b""_loss",sum_loss,"a,""b""_accuracy",rate,seconds`, "1,3,1,2,0.25,0.001,1.5"},
			[]string{`{"epoch":1,"loss":3,"a,\"b\"_loss":1,"sum_loss":2,"a,\"b\"_accuracy":0.25,"rate":0.001,"seconds":1.5}`},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, log := range []struct {
				make func(io.Writer) *Log
				want []string
			}{{NewCSVLog, tt.csv}, {NewJSONLog, tt.json}} {
				var out strings.Builder
				l := log.make(&out)
				for _, e := range tt.events {
					for _, e := range []Event{e, {Kind: BatchEnd}, {Kind: EpochEnd, Phase: Evaluation}, {Kind: End}} {
						if err := l.On(e); err != nil {
							t.Fatal(err)
						}
					}
				}
				if diff := cmp.Diff(strings.Join(log.want, "\n")+"\n", out.String()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", l.format.name, diff)
				}
			}
		})
	}
}

// TestLogsOfAFit reads back, by other means, what two Fits have written that are
// one run.
func TestLogsOfAFit(t *testing.T) {
	var table, lines strings.Builder
	net, c := tiny(t, 1), Config{Epochs: 2, Validation: bars(31), Callbacks: []Callback{NewCSVLog(&table), NewJSONLog(&lines)}}
	history := fit(t, net, bars(50), c)
	c.FirstEpoch, c.State = 3, &history.State
	epochs := append(history.Epochs, fit(t, net, bars(50), c).Epochs...)

	rows, err := csv.NewReader(strings.NewReader(table.String())).ReadAll()
	if err != nil || len(rows) != 5 {
		t.Fatalf("want a heading and 4 rows, got %v (%v)", rows, err)
	}
	decoder := json.NewDecoder(strings.NewReader(lines.String()))
	for i, e := range epochs {
		want := map[string]float64{
			"epoch": float64(i + 1), "loss": e.Loss, "accuracy": e.Accuracy,
			"val_loss": e.Validation.Loss, "val_accuracy": e.Validation.Accuracy,
			"rate": 0.001, "seconds": e.Elapsed.Seconds(),
		}
		row := map[string]float64{}
		for k, name := range rows[0] {
			if row[name], err = strconv.ParseFloat(rows[i+1][k], 64); err != nil {
				t.Error(err)
			}
		}
		object := map[string]float64{}
		if err := decoder.Decode(&object); err != nil {
			t.Fatal(err)
		}
		for _, got := range []map[string]float64{row, object} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("epoch %d (-want +got):\n%s", i+1, diff)
			}
		}
	}
}

func TestLogFlushesEachEpoch(t *testing.T) {
	var out strings.Builder
	l := NewCSVLog(bufio.NewWriter(&out))
	for i := 1; i <= 2; i++ {
		if err := l.On(logged(i, Metrics{}, nil)); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), "\n"); n != i+1 {
			t.Errorf("after epoch %d: want %d lines, got %d", i, i+1, n)
		}
	}
}

func TestLogsReportFailedWrites(t *testing.T) {
	for _, tt := range []struct {
		name string
		log  *Log
	}{
		{"CSV log: ", NewCSVLog(failing{})},
		{"JSON log: ", NewJSONLog(failing{})},
		{"CSV log: ", NewCSVLog(bufio.NewWriter(failing{}))},
	} {
		history, err := Fit(context.Background(), tiny(t, 1), bars(9), Config{Epochs: 3, Callbacks: []Callback{tt.log}})
		wantOneLine(t, err, tt.name)
		if !errors.Is(err, io.ErrClosedPipe) || len(history.Epochs) != 1 {
			t.Errorf("%swant %v after 1 epoch, got %v after %d", tt.name, io.ErrClosedPipe, err, len(history.Epochs))
		}
		_, err = Fit(context.Background(), tiny(t, 1), bars(9), Config{Callbacks: []Callback{NewCSVLog(nil)}})
		wantOneLine(t, err, "CSV log: want a writer, got nil")
	}
}
