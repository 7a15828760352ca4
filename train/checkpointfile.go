package train

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// A checkpoint's file is a model file, see graph.Network.Save, with more in it: the
// optimiser's state, and what callbacks keep, among its tensors, and under
// checkpointKey in its metadata the rest, in JSON.
const (
	checkpointKey = "checkpoint"
	optimizerDir  = "optimizer/"
	callbackDir   = "callback/"

	// checkpointFormat is the version of what stands under checkpointKey.
	checkpointFormat = 1
)

// checkpointFile is what stands under checkpointKey.
type checkpointFile struct {
	Format          int
	Epoch, Samples  int
	Tally           Tally
	Elapsed         time.Duration
	Validate, Ended bool
	Seed            uint64
	Batch           int
	Accumulate      int
	Settings        []runSetting
	State           stateFile
	Epochs          []Epoch
	Validations     []StepValidation
	Best            Patience
	Callbacks       []keptFile
}

// keptFile is what a callback keeps.
type keptFile struct {
	Type    string
	Value   json.RawMessage
	Tensors []string // without their folder
}

// newKept is what the i-th callback that keeps something does, its tensors among
// others.
func newKept(i int, k Keeper, to map[string]*tensor.Dense) (keptFile, error) {
	kept, err := k.Keep()
	if err != nil {
		return keptFile{}, err
	}
	f := keptFile{Type: fmt.Sprintf("%T", k), Value: kept.Value, Tensors: slices.Sorted(maps.Keys(kept.Tensors))}
	for _, name := range f.Tensors {
		to[callbackTensor(i, name)] = kept.Tensors[name]
	}
	return f, nil
}

func callbackTensor(i int, name string) string { return fmt.Sprintf("%s%d/%s", callbackDir, i+1, name) }

// kept is what the callback kept.
func (f keptFile) kept(i int, from map[string]*tensor.Dense) (Kept, error) {
	k := Kept{Value: f.Value, Tensors: map[string]*tensor.Dense{}}
	for _, name := range f.Tensors {
		t := from[callbackTensor(i, name)]
		if t == nil {
			return k, errors.Errorf("want the tensor %s, got a file without it", callbackTensor(i, name))
		}
		k.Tensors[name] = t
	}
	return k, nil
}

// WithoutCheckpoint are the details of a network that was loaded from a checkpoint's
// file, without what is there to go on with: for one that is trained anew, or saved.
func WithoutCheckpoint(d graph.Details) graph.Details {
	tensors, metadata := map[string]*tensor.Dense{}, map[string]string{}
	for name, t := range d.Tensors {
		if !strings.HasPrefix(name, optimizerDir) && !strings.HasPrefix(name, callbackDir) {
			tensors[name] = t
		}
	}
	for name, text := range d.Metadata {
		if name != checkpointKey {
			metadata[name] = text
		}
	}
	if d.Tensors, d.Metadata = tensors, metadata; len(tensors) == 0 {
		d.Tensors = nil
	}
	if len(metadata) == 0 {
		d.Metadata = nil
	}
	return d
}

// write writes a checkpoint of the network, whose weights are as in it, with what is
// in the file besides.
func (c *Checkpoint) write(w io.Writer, net *graph.Network, f checkpointFile, keepers []Keeper) error {
	d := WithoutCheckpoint(net.Details())
	tensors := map[string]*tensor.Dense{}
	maps.Copy(tensors, d.Tensors)
	f.Format = checkpointFormat
	f.Epoch, f.Samples, f.Tally, f.Elapsed = c.Epoch, c.Samples, c.Tally, c.Elapsed
	f.Validate, f.Ended = c.Validate, c.Ended
	f.Seed, f.Batch, f.Accumulate = c.Seed, c.Batch, c.Accumulate
	f.State = flatten(c.State, optimizerDir, trainedNames(net), tensors)
	if c.History != nil {
		f.Epochs, f.Validations = c.History.Epochs, c.History.Validations
	}
	for i, k := range keepers {
		kept, err := newKept(i, k, tensors)
		if err != nil {
			return err
		}
		f.Callbacks = append(f.Callbacks, kept)
	}
	text, err := json.Marshal(f)
	if err != nil {
		return errors.Wrap(err, "checkpoint")
	}
	metadata := map[string]string{checkpointKey: string(text)}
	maps.Copy(metadata, d.Metadata)
	d.Tensors, d.Metadata = tensors, metadata
	return net.WriteWith(w, d)
}

func trainedNames(net *graph.Network) []string {
	var names []string
	for _, p := range net.Params(graph.Trained) {
		names = append(names, p.Name)
	}
	return names
}

// readCheckpoint is the file at path, found whole, and what it says besides.
func readCheckpoint(path string) (*graph.Saved, *checkpointFile, error) {
	s, err := graph.ReadSaved(path)
	if err != nil {
		return nil, nil, err
	}
	f, err := checkpointOf(s)
	return s, f, errors.WithMessage(err, path)
}

func checkpointOf(s *graph.Saved) (*checkpointFile, error) {
	text, ok := s.Details.Metadata[checkpointKey]
	if !ok {
		return nil, errors.New("want a checkpoint, got a network without one: graph.Load takes it")
	}
	var version struct{ Format int }
	if err := json.Unmarshal([]byte(text), &version); err != nil {
		return nil, errors.Wrap(err, "checkpoint")
	}
	if version.Format != checkpointFormat {
		return nil, errors.Errorf("want a checkpoint of format %d, got %d: it is of another version", checkpointFormat, version.Format)
	}
	f := &checkpointFile{}
	return f, errors.WithMessage(strictJSON([]byte(text), f), "checkpoint")
}

// checkpoint is the checkpoint, of a network of that declaration, and the tensors
// that are in the file besides its weights.
func (f *checkpointFile) checkpoint(s *graph.Saved, net *graph.Network) (*Checkpoint, map[string]*tensor.Dense, error) {
	weights, others, err := s.For(net)
	if err != nil {
		return nil, nil, err
	}
	c := &Checkpoint{
		Epoch: f.Epoch, Samples: f.Samples, Tally: f.Tally, Elapsed: f.Elapsed, Validate: f.Validate, Ended: f.Ended,
		Weights: weights, Seed: f.Seed, Batch: f.Batch, Accumulate: f.Accumulate,
		History: &History{Epochs: f.Epochs, Validations: f.Validations},
	}
	c.State, err = f.State.state(others)
	return c, others, err
}

// LoadCheckpoint reads a checkpoint out of a file that a Folder wrote, for
// Config.From. It is an error that the file is damaged, or of a network that is
// declared in another way. Of callbacks, and of what else the run was given, it knows
// nothing: see Folder.Resume.
func LoadCheckpoint(path string, net *graph.Network) (*Checkpoint, error) {
	s, f, err := readCheckpoint(path)
	if err != nil {
		return nil, err
	}
	c, _, err := f.checkpoint(s, net)
	return c, errors.WithMessage(err, path)
}

// UseKeptAverage sets the weights of a network that was loaded from a checkpoint's
// file to the averages in it, as the end of a run with Config.Average does. In another
// network it changes nothing.
func UseKeptAverage(net *graph.Network) error {
	if net == nil {
		return errors.New("train: want a network, got nil")
	}
	d := net.Details()
	if d.Metadata[checkpointKey] == "" {
		return nil
	}
	params := net.Params(graph.Trained)
	var averages []*tensor.Dense
	for _, p := range params {
		if t := d.Tensors[optimizerDir+averageSlot+"/"+p.Name]; t != nil {
			averages = append(averages, t)
		}
	}
	if len(averages) == 0 {
		return nil
	}
	if err := checkSlot(Slot{Name: averageSlot, Values: averages}, params); err != nil {
		return errors.WithMessage(err, "train")
	}
	setParams(params, averages)
	return nil
}
