package cli

import (
	"context"
	"encoding/json"
	"io"

	"github.com/pkg/errors"

	"euryale/train"
)

// results is what --json writes. Test, Classes, Confusion and Scores are null
// where the network was not tested.
type results struct {
	Dataset     string   `json:"dataset"`
	InsteadOf   string   `json:"instead_of,omitempty"` // the dataset that could not be had
	Origin      string   `json:"origin,omitempty"`
	Network     string   `json:"network"`
	Parameters  int      `json:"parameters"`
	Flags       *flags   `json:"flags"`       // what --config repeats
	Outputs     *outputs `json:"outputs"`     // the other flags
	Interrupted bool     `json:"interrupted"` // before training came to its end
	Error       string   `json:"error,omitempty"`
	Epochs      []epoch  `json:"epochs"` // the finished ones

	Validations []validation `json:"validations,omitempty"` // those of --validate-every

	USPerSample float64  `json:"us_per_sample"` // of training, over all epochs
	Test        *metrics `json:"test"`
	Classes     []string `json:"classes"`
	Confusion   [][]int  `json:"confusion"` // test images of each class, in rows, by the class they are taken for

	Scores *train.Scores `json:"scores"` // of the test images, without their confusion

	Suspects []suspect `json:"suspects,omitempty"` // with --suspects
}

type epoch struct {
	metrics
	Validation *metrics `json:"validation"`
	Seconds    float64  `json:"seconds"`
}

type validation struct {
	Epoch int `json:"epoch"`
	Step  int `json:"step"`
	metrics
}

type metrics struct {
	Loss     float64 `json:"loss"`
	Accuracy float64 `json:"accuracy"`
}

func newMetrics(m *train.Metrics) *metrics {
	if m == nil {
		return nil
	}
	return &metrics{m.Loss, m.Accuracy}
}

// writeJSON writes what --json asks for. Of a run that failed before there was
// an epoch there is nothing to tell that would be worth an older file.
func (r *report) writeJSON(context.Context) error {
	if r.JSON == "" || r.err != nil && !r.interrupted && len(r.history.Epochs) == 0 {
		return nil
	}
	all := r.results()
	unknown := r.addScores(all)
	if err := r.saveJSON(all, r.out, r.stdout); err != nil {
		return err
	}
	return unknown
}

func (r *report) results() *results {
	all := &results{
		Dataset: r.data.name, Origin: r.data.train.Origin, Network: r.net.Config().Name, Parameters: r.net.Report().Params,
		Flags: r.flags.found(r.data), Outputs: &r.flags.outputs, Interrupted: r.interrupted, Epochs: []epoch{}, Test: newMetrics(r.test),
	}
	if r.data.missing != nil {
		all.InsteadOf = r.lesson.Dataset
	}
	if r.err != nil && !r.interrupted {
		all.Error = r.err.Error()
	}
	for _, e := range r.history.Epochs {
		all.Epochs = append(all.Epochs, epoch{*newMetrics(&e.Metrics), newMetrics(e.Validation), e.Elapsed.Seconds()})
	}
	for _, v := range r.history.Validations {
		all.Validations = append(all.Validations, validation{v.Epoch, v.Step, *newMetrics(&v.Metrics)})
	}
	if n := len(all.Epochs) * r.data.train.Len(); n > 0 {
		all.USPerSample = r.history.Elapsed().Seconds() * 1e6 / float64(n)
	}
	return all
}

// addScores adds what the network takes the test images for.
func (r *report) addScores(all *results) error {
	if r.test == nil {
		return nil
	}
	scores, err := r.scores(r.data.test)
	if err != nil {
		return errors.WithMessage(err, "--json")
	}
	all.Classes, all.Confusion = r.data.test.Classes, scores.Confusion
	bare := *scores
	bare.Confusion = nil
	all.Scores = &bare
	all.Suspects = r.suspected()
	return nil
}

// saveJSON writes v to the file of --json: the whole file, or leaves what was
// there. out is told, unless quiet.
func (f *flags) saveJSON(v any, out, stdout io.Writer) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return errors.Wrap(err, "--json")
	}
	text = append(text, '\n')
	if f.JSON == standardOutput {
		_, err := stdout.Write(text)
		return errors.WithMessage(err, "--json")
	}
	return f.jsonFile().write(text, f.replaces(f.JSON), f.listener(out))
}
