package page

import (
	"cmp"
	"fmt"
	"time"

	"euryale/train"
)

// epochs is the table of what each epoch came to and took.
type epochs struct {
	Validated   bool // after some epoch at least
	ValidatedOn string
	Rows        []epoch
	Time        string // in all
	Speed       string // µs a sample over all of it
}

type epoch struct {
	Number           int
	Loss, Accuracy   string
	ValLoss, ValAccu string // "–" without validation
	Time, Speed      string
}

func newEpochs(r *Run) epochs {
	samples := r.Training.Len()
	all := r.History.Elapsed()
	t := epochs{Time: clock(all), Speed: speed(all, samples*len(r.History.Epochs)), ValidatedOn: cmp.Or(r.Validation, "the test images")}
	for i, e := range r.History.Epochs {
		row := epoch{Number: i + 1, Time: clock(e.Elapsed), Speed: speed(e.Elapsed, samples)}
		row.Loss, row.Accuracy = printed(&e.Metrics)
		row.ValLoss, row.ValAccu = printed(e.Validation)
		t.Validated = t.Validated || e.Validation != nil
		t.Rows = append(t.Rows, row)
	}
	return t
}

func printed(m *train.Metrics) (loss, accuracy string) {
	if m == nil {
		return "–", "–"
	}
	return fmt.Sprintf("%.4f", m.Loss), fmt.Sprintf("%.4f", m.Accuracy)
}

// speed is the time of a sample in µs.
func speed(d time.Duration, samples int) string {
	if samples == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", float64(d)/float64(time.Microsecond)/float64(samples))
}
