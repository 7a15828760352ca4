package page

import (
	"fmt"
	"time"

	"euryale/train/internal/caption"
)

// result is what the run came to.
type result struct {
	Accuracy, Loss string // "–" where unknown
	Right          string // test images; empty where unknown
	Parameters     string
	Time           string // of training
}

func newResult(r *Run) result {
	to := result{
		Accuracy: "–", Loss: "–",
		Parameters: caption.Number(r.Network.Report().Params),
		Time:       clock(r.History.Elapsed()),
	}
	if r.Outputs != nil {
		to.Loss = fmt.Sprintf("%.4f", r.Metrics.Loss)
	}
	return to
}

// judge adds how many were right, of the counts of a confusion matrix.
func (to *result) judge(accuracy float64, counts [][]int) {
	right := 0
	for class := range counts {
		right += counts[class][class]
	}
	to.Accuracy, to.Right = caption.Percent(accuracy, 2), caption.Number(right)
}

// clock is a time to three digits or so.
func clock(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}
