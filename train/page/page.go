package page

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train"
	"euryale/train/pictures"
)

// Run is what a page tells.
type Run struct {
	Title    string // what was trained on what
	Training *loaders.Dataset
	Test     *loaders.Dataset
	Network  *graph.Network
	History  *train.History
	Metrics  train.Metrics          // on Test
	Outputs  [][]float32            // of the network, one an image of Test
	Features pictures.FeatureConfig // the feature maps to draw
	Settings []Entry                // how the network was trained
	Machine  []Entry                // where
}

// Entry is a name and a value.
type Entry struct {
	Name, Value string
	About       string // what it means; may be empty
}

var (
	//go:embed page.gohtml
	markup string
	//go:embed page.css
	style string
)

var layout = template.Must(template.New("page").Parse(markup))

// Write writes the page of r to w: the whole page, or nothing when it cannot be made.
// Same r, same page.
func Write(w io.Writer, r *Run) error {
	v, err := newView(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, v); err != nil {
		return errors.Wrap(err, "page")
	}
	_, err = w.Write(b.Bytes())
	return err
}

// view is what the layout shows.
type view struct {
	*Run
	Style    template.CSS
	Result   result
	Classes  []class
	Report   report
	Curves   []plot
	Matrix   matrix
	Mistakes []mistake
	Kernels  *picture // nil without convolution
	Maps     *picture // likewise
	Epochs   epochs
}

func newView(r *Run) (*view, error) {
	run := *r // which remains the caller's
	v := &view{Run: &run, Style: template.CSS(style), Report: newReport(r.Network), Curves: newCurves(r.History), Epochs: newEpochs(r)}
	for _, fill := range []func() error{v.tables, v.mistakes, v.kernels, v.maps} {
		if err := fill(); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// tables are those that count images.
func (v *view) tables() (err error) {
	counts, err := pictures.CountConfusion(len(v.Test.Classes), v.Test.Labels, v.Outputs)
	if err != nil {
		return err
	}
	v.Matrix = newMatrix(v.Test.Classes, counts)
	v.Result = newResult(v.Run, counts)
	v.Classes, err = newClasses(v.Training, v.Test)
	return err
}
