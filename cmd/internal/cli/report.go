package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"euryale/train/chart"
	"euryale/train/pictures"
)

// report is all that a run leaves.
type report struct {
	*flags
	*outcome
	lesson   Lesson
	data     *data
	suspects []pictures.Mistake // with --suspects, once they are found
	out      io.Writer          // is told
	stdout   io.Writer          // of the process, which may be the file of --json
}

// write writes all that can be written, and returns the first error.
func (r *report) write(ctx context.Context) error {
	var first error
	for _, write := range []func(context.Context) error{r.printScores, r.findSuspects, r.writeModel, r.writeJSON, r.drawPictures, r.writePage, r.printChart, r.printResult} {
		if err := write(ctx); first == nil {
			first = err
		}
	}
	return first
}

// printScores prints, below what the test came to, what stands beside the
// accuracy, unless quiet.
func (r *report) printScores(context.Context) error {
	if r.test == nil || r.Quiet {
		return nil
	}
	scores, err := r.scores(r.data.test)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(r.out, scores.Summary())
	return err
}

// printChart prints what --chart asks for.
func (r *report) printChart(context.Context) error {
	if !r.Chart || len(r.history.Epochs) == 0 {
		return nil
	}
	_, err := io.WriteString(r.out, "\n"+chart.Curves(r.history)+"\n")
	return err
}

// printResult prints the closing line: loss and accuracy, and what they are of
// where that is not what was asked for.
func (r *report) printResult(context.Context) error {
	if r.test == nil {
		return nil
	}
	line := fmt.Sprintf("[%.4f, %.4f]", r.test.Loss, r.test.Accuracy)
	if r.data.missing != nil {
		line += " on " + r.data.called()
	}
	if early := r.early(); early != "" {
		line += ", " + early
	}
	_, err := fmt.Fprintln(r.out, line)
	return err
}

// missing says what was asked for and is not there for want of a tested
// network; "" if there is no such thing, or an error that came before training says it.
func (r *report) missing() string {
	if r.failed && r.history.State.Steps == 0 {
		return ""
	}
	var what []string
	if r.test == nil && r.Page != "" {
		what = append(what, "no page "+r.Page)
	}
	if !r.trained() && r.Save != "" {
		what = append(what, "no model "+r.Save)
	}
	if r.test == nil && r.Pictures != "" {
		what = append(what, "no pictures in "+r.Pictures)
	}
	if r.test == nil && r.Suspects > 0 {
		what = append(what, "no suspects")
	}
	if r.Chart && len(r.history.Epochs) == 0 {
		what = append(what, "no chart")
	}
	if len(what) == 0 {
		return ""
	}
	why := "without a test"
	if len(r.history.Epochs) == 0 {
		why = "without a finished epoch"
	}
	return why + ": " + strings.Join(what, ", ")
}
