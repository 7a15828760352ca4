package cli

import (
	"encoding/json"

	"github.com/pkg/errors"

	"euryale/train"
)

// results is what --json writes.
type results struct {
	Dataset     string   `json:"dataset"`
	Origin      string   `json:"origin,omitempty"`
	Network     string   `json:"network"`
	Parameters  int      `json:"parameters"`
	Flags       *flags   `json:"flags"`
	Epochs      []epoch  `json:"epochs"`
	USPerSample float64  `json:"us_per_sample"` // of training, over all epochs
	Test        *metrics `json:"test"`
}

type epoch struct {
	metrics
	Seconds float64 `json:"seconds"`
}

type metrics struct {
	Loss     float64 `json:"loss"`
	Accuracy float64 `json:"accuracy"`
}

func newResults(d *data, f *flags, o *outcome) results {
	r := results{
		Dataset: d.name, Origin: d.train.Origin, Network: o.net.Name, Parameters: o.net.Report().Params,
		Flags: f, Epochs: []epoch{}, Test: &metrics{o.test.Loss, o.test.Accuracy},
	}
	for _, e := range o.history.Epochs {
		r.Epochs = append(r.Epochs, newEpoch(e))
	}
	if n := len(r.Epochs) * d.train.Len(); n > 0 {
		r.USPerSample = o.history.Elapsed().Seconds() * 1e6 / float64(n)
	}
	return r
}

func newEpoch(e train.Epoch) epoch {
	return epoch{metrics{e.Loss, e.Accuracy}, e.Elapsed.Seconds()}
}

// checkWritable reports, before hours of training, a file that --json cannot write.
func checkWritable(path string) error { return file{"--json", path}.check() }

// writeJSON writes the whole file or leaves what was there.
func writeJSON(path string, r any) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return errors.Wrap(err, "--json")
	}
	return file{"--json", path}.write(append(text, '\n'))
}
