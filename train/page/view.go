package page

import (
	"html/template"
	"time"

	"euryale/train"
	"euryale/train/pictures"
)

// view is what the layout shows.
type view struct {
	*Run
	Style      template.CSS
	Date       date
	Result     result
	Tested     bool
	NoClasses  string // why it cannot be told what is right: the outputs are not classes
	Classes    []class
	Report     report
	Curves     []plot
	Matrix     matrix
	Crowded    *crowded // in the place of Matrix, of many classes
	Scores     []score
	Means      []score  // of the scores
	Figures    []figure // of the test beside the accuracy
	Mistakes   []mistake
	Suspicious []mistake // training images
	Kernels    *picture  // nil without convolution
	Maps       *picture  // nil where NoMaps says why
	NoMaps     string
	Epochs     epochs
}

func newView(r *Run) (*view, error) {
	run := *r // which remains the caller's
	if run.History == nil {
		run.History = &train.History{}
	}
	v := &view{
		Run: &run, Style: template.CSS(style), Date: newDate(run.Finished), Tested: run.Outputs != nil,
		Report: newReport(run.Network.Report()), Curves: newCurves(run.History), Epochs: newEpochs(&run),
		NoClasses: reason(pictures.CheckClasses(run.Network)),
	}
	v.Result = newResult(v.Run)
	for _, fill := range []func() error{v.judge, v.suspects, v.classes, v.kernels, v.maps} {
		if err := fill(); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Judged reports whether it is known which test images were recognised.
func (v *view) Judged() bool { return v.Tested && v.NoClasses == "" }

// judge fills in what tells right from wrong.
func (v *view) judge() error {
	if !v.Judged() {
		return nil
	}
	all, err := train.NewScores(v.Test.Classes, v.Test.Labels, v.Outputs)
	if err != nil {
		return err
	}
	v.Matrix = newMatrix(v.Test.Classes, all.Confusion)
	if v.Crowded, err = newCrowded(&pictures.Confusion{Classes: v.Test.Classes, Counts: all.Confusion}); err != nil {
		return err
	}
	v.Scores = newScores(v.Test.Classes, all.Confusion)
	v.Means, v.Figures = newMeans(all), newFigures(all)
	v.Result.judge(v.Metrics.Accuracy, all.Confusion)
	v.Mistakes, err = newMistakes(v.Test, v.Outputs)
	return err
}

func (v *view) classes() (err error) {
	v.Classes, err = newClasses(v.Training, v.Test)
	return err
}

// reason is the text of an error; empty without one.
func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// date is a time as machines and people read it.
type date struct{ ISO, Text string }

func newDate(t time.Time) date {
	if t.IsZero() {
		return date{}
	}
	return date{t.Format(time.RFC3339), t.Format("2 January 2006, 15:04 MST")}
}
