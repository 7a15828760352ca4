package cli

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"

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

// checkWritable reports, before hours of training, a file that cannot be written.
func checkWritable(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return errors.Errorf("--json: want a file, got the folder %s", path)
		}
		return nil // a pipe or a device
	}
	f, err := temporary(path)
	if err != nil {
		return err
	}
	f.Close()
	return errors.Wrap(os.Remove(f.Name()), "--json")
}

// temporary is a new file beside path.
func temporary(path string) (*os.File, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".euryale-*")
	var at *fs.PathError
	if errors.As(err, &at) { // it names a file that the user did not
		err = at.Err
	}
	return f, errors.Wrapf(err, "--json: cannot write %s", path)
}

// writeJSON writes the whole file or leaves what was there.
func writeJSON(path string, r any) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return errors.Wrap(err, "--json")
	}
	text = append(text, '\n')
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return errors.Wrap(os.WriteFile(path, text, 0o644), "--json")
	}
	f, err := temporary(path)
	if err != nil {
		return err
	}
	if err = replace(f, path, text); err != nil {
		os.Remove(f.Name())
	}
	return errors.Wrap(err, "--json")
}

// replace puts f, filled with text, in the place of path.
func replace(f *os.File, path string, text []byte) error {
	_, err := f.Write(text)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
