package train

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/filelock"
	"euryale/loaders"
)

// Resume is the Config for a Fit that goes on from the newest checkpoint in the
// folder, among whose Callbacks the Folder is: its From is set, Epochs are those
// that are left, and the callbacks that keep something go on with it. The History
// of the Fit is that of the whole run. Where there is no checkpoint the Config is as
// it was, and From is nil.
//
// A file that is cut short or damaged is told to Log, and the one before it is
// taken. It is an error that none is whole; and that anything differs that the bits
// of the run hang on: the network's declaration, data, Batch, Accumulate, Seed,
// NoShuffle, Optimizer, Loss, Clip, Average, ValidateEvery, the validation data if
// there are some in both, and the settings of callbacks. The error names both
// values. Of data the sizes and a checksum are compared: of a *loaders.Dataset that
// of all images and labels, of a source of one's own what its method Checksum()
// string returns, if it has one. Epochs may differ: a run that came to its end goes
// on with more.
//
// The folder is the run's from here on, to the end of the Fit or a Close.
func (s *Folder) Resume(net *graph.Network, data loaders.Source, c Config) (Config, error) {
	resumed, err := s.resume(net, data, c)
	if err != nil {
		s.Close()
		return c, errors.WithMessage(err, "resume")
	}
	return resumed, nil
}

func (s *Folder) resume(net *graph.Network, data loaders.Source, c Config) (Config, error) {
	full, err := c.withDefaults()
	switch {
	case err != nil:
		return c, err
	case net == nil || isNone(data):
		return c, errors.New("want a network and data, got nil")
	case c.From != nil || c.State != nil || c.FirstEpoch > 1:
		return c, errors.New("want a Config without From, State and FirstEpoch, which come of the checkpoint")
	case !slices.ContainsFunc(c.Callbacks, func(c Callback) bool { return c == Callback(s) }):
		return c, errors.New("want the Folder among the Callbacks of the Config")
	}
	if err := s.take(); err != nil {
		return c, err
	}
	path, saved, f, err := s.newest()
	if err != nil || path == "" {
		return c, err
	}
	if err := checkSame(f.Settings, full.runSettings(data)); err != nil {
		return c, errors.WithMessage(err, path)
	}
	from, err := s.goOn(f, saved, net, full)
	if err != nil {
		return c, errors.WithMessage(err, path)
	}
	s.latest, s.at, s.best = path, from.position(), f.Best
	c.From, c.Epochs = from, full.Epochs-from.Epoch+1
	if c.Epochs < 1 {
		from.Ended, c.Epochs = true, 1
	}
	return c, nil
}

// Check reports, before there is a run, that another has the folder; and, unless it
// is to be resumed or replaced, that there are files of another in it.
func (s *Folder) Check(resume bool) error {
	lock := filepath.Join(s.Dir, lockName)
	if f, err := os.OpenFile(lock, os.O_RDWR, 0); err == nil {
		defer f.Close()
		if s.lock == nil && filelock.Take(f) != nil {
			return s.taken()
		}
	}
	files, err := s.files()
	if err == nil && len(files) > 0 && !resume {
		err = errors.Errorf("%s has checkpoints of another run: go on with that by --resume, write into a new folder, or replace them with --force", s.Dir)
	}
	return err
}

// goOn is the checkpoint in a file, with which the callbacks go on.
func (s *Folder) goOn(f *checkpointFile, saved *graph.Saved, net *graph.Network, c Config) (*Checkpoint, error) {
	if err := f.Best.check(); err != nil {
		return nil, err
	}
	from, others, err := f.checkpoint(saved, net)
	if err != nil {
		return nil, err
	}
	if err := from.check(Config{}); err != nil {
		return nil, err
	}
	return from, f.resumeCallbacks(keepers(c.Callbacks), others)
}

// resumeCallbacks has callbacks go on with what those of the run kept.
func (f *checkpointFile) resumeCallbacks(keepers []Keeper, from map[string]*tensor.Dense) error {
	var was, now []string
	for _, k := range f.Callbacks {
		was = append(was, k.Type)
	}
	for _, k := range keepers {
		now = append(now, fmt.Sprintf("%T", k))
	}
	if !slices.Equal(was, now) {
		return errors.WithStack(&otherCallbacks{was, now})
	}
	for i, k := range keepers {
		kept, err := f.Callbacks[i].kept(i, from)
		if err == nil {
			err = k.Resume(kept)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// otherCallbacks is that a run is to go on with other callbacks that keep something.
type otherCallbacks struct{ was, now []string } // their types

func (o *otherCallbacks) Error() string {
	return fmt.Sprintf("callbacks that keep something: want %s, as the run has, got %s", listed(o.was), listed(o.now))
}

// Callbacks is for a command to name the flags that ask for them.
func (o *otherCallbacks) Callbacks() (was, now []string) { return o.was, o.now }

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// newest is the newest file that is whole; "" where there is none at all.
func (s *Folder) newest() (string, *graph.Saved, *checkpointFile, error) {
	files, err := s.files()
	if err != nil {
		return "", nil, nil, err
	}
	var damaged []string
	var first error
	for _, path := range files {
		saved, f, err := readCheckpoint(path)
		if err == nil {
			s.damaged = damaged
			return path, saved, f, s.tell(damaged, first, path)
		}
		if first == nil {
			first = err
		}
		damaged = append(damaged, path)
	}
	if first != nil {
		first = errors.WithMessagef(first, "%s: want a checkpoint that is whole, got none among %d", s.Dir, len(files))
	}
	return "", nil, nil, first
}

// tell tells of files that are damaged.
func (s *Folder) tell(damaged []string, why error, instead string) error {
	if len(damaged) == 0 {
		return nil
	}
	var w io.Writer = os.Stderr
	if s.Log != nil {
		w = s.Log
	}
	others := ""
	if len(damaged) > 1 {
		others = ", nor is " + strings.Join(damaged[1:], ", ")
	}
	_, err := fmt.Fprintf(w, "Not whole: %v%s. Going on from %s.\n", why, others, instead)
	return errors.Wrap(err, "Log")
}

// Newest is the newest file in the folder that is whole, and what it says of its
// network; "" where there is none. Damaged ones are passed over.
func (s *Folder) Newest() (path string, d graph.Details, err error) {
	quiet := Folder{Dir: s.Dir, Log: io.Discard}
	path, saved, _, err := quiet.newest()
	if saved != nil {
		d = saved.Details
	}
	return path, d, err
}
