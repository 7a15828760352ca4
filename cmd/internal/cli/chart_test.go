package cli

import (
	"regexp"
	"strings"
	"testing"
)

func TestChart(t *testing.T) {
	got := run(digits, short("--chart", "--quiet", "--epochs", "2")...)
	if got.status != 0 || got.stderr != "" || !strings.HasPrefix(got.stdout, "\nLoss by epoch; the last: training ") ||
		!regexp.MustCompile(`\n\nAccuracy by epoch; the last: training [0-9.]+, validation [0-9.]+\n(.*\n)+\no training   x validation   # both\n\n\[[0-9.]+, [0-9.]+\]\n$`).MatchString(got.stdout) {
		t.Errorf("want the curves and the pair, got %+v", got)
	}
	loud := run(digits, short("--chart")...)
	if !strings.Contains(loud.stdout, " - val_loss: ") || !strings.Contains(loud.stdout, "Loss by epoch") {
		t.Errorf("want validation in the progress line and the curves, got %+v", loud)
	}
	if got := run(digits, short("--quiet")...); strings.Contains(got.stdout, "epoch") {
		t.Errorf("want no chart that was not asked for, got %+v", got)
	}
}
