package page

import (
	"fmt"
	"time"
)

// result is what the run came to.
type result struct {
	Accuracy, Loss string
	Right, Images  string // test images
	Parameters     string
	Epochs         int
	Time           string // of training
}

func newResult(r *Run, counts [][]int) result {
	right := 0
	for class := range counts {
		right += counts[class][class]
	}
	return result{
		Accuracy: percent(r.Metrics.Accuracy), Loss: fmt.Sprintf("%.4f", r.Metrics.Loss),
		Right: thousands(right), Images: thousands(r.Test.Len()),
		Parameters: thousands(r.Network.Report().Params),
		Epochs:     len(r.History.Epochs), Time: clock(r.History.Elapsed()),
	}
}

// percent is a share with two decimals, which tell one of 10,000 images. It reaches 100 only
// for the whole.
func percent(share float64) string {
	if share < 1 {
		share = min(share, 0.9999)
	}
	return fmt.Sprintf("%.2f %%", 100*share)
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

// thousands is n with a comma between groups of three digits.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
