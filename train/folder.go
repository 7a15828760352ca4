package train

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/pkg/errors"

	"euryale/internal/atomicfile"
	"euryale/internal/filelock"
)

// Folder is a callback that keeps checkpoints in files, from which a run goes on
// after whatever ended it, and ends in the same bits as without the break. It is used
// by pointer, as the last of the callbacks:
//
//	folder := &train.Folder{Dir: "run"}
//	config.Callbacks = append(config.Callbacks, folder)
//	config, err := folder.Resume(net, data, config) // where there is something to resume
//	history, err := train.Fit(ctx, net, data, config)
//
// It writes before the first step, at the end of each epoch, after steps in between
// with Every, and, when the context or a callback ends training, where that stands.
// Each file is there whole, on the disk, under its name, or not at all; it is a model
// file, which graph.Load takes too:
//
//	step-0000001875.safetensors   after so many steps, the newest Keep of them
//	last.safetensors              the newest
//	best.safetensors              with Best, the one of the best epoch, or validation
//
// An error in writing, as of a full disk, ends training; what was there remains.
// Meanwhile the folder is the run's: for another it is an error.
//
// In the files is all that the steps to come hang on: weights and State, the
// optimiser's state and averages, the place in the epoch's order, sums of metrics,
// the History, and what each Keeper among the callbacks keeps.
type Folder struct {
	Dir   string // made where there is none
	Every int    // steps, in all the optimiser's steps; 0 means at the end of epochs only
	Keep  int    // of the files of steps; 0 means 2, so that there is one to go back to

	Best    bool    // keep the best too
	Monitor Monitor // what is best, 0 means by ValidationLoss

	// Replace has a run that begins anew take the place of another's files, which
	// go once its own first is written. Without it such files are an error.
	Replace bool

	Log io.Writer // is told of files that are damaged; nil means os.Stderr

	lock    *os.File // nil while the folder is not taken
	begun   bool     // of the Fit under way
	damaged []string // files that Resume passed over
	latest  string   // the newest file
	at      position // where that is
	best    Patience
	run     []runSetting

	through func(io.Writer) io.Writer // what a test has files written through; nil means nothing
}

var _ Callback = (*Folder)(nil)

// position is where a checkpoint is.
type position struct {
	steps, epoch, samples int
	validate, ended       bool
}

func (c *Checkpoint) position() position {
	return position{c.State.Steps, c.Epoch, c.Samples, c.Validate, c.Ended}
}

func (s *Folder) suits(c Config) error {
	f := settings{of: "checkpoint folder"}
	f.want(s.Dir != "", "a Dir", `""`)
	f.want(s.Every >= 0, "Every of at least 1 step, or 0 for the end of epochs", s.Every)
	f.want(s.Keep >= 0, "Keep of at least 1 file, or 0 for 2", s.Keep)
	f.want(s.Best || s.Monitor == 0, "Best with a Monitor", s.Monitor)
	if s.Best && f.err == nil {
		f.err = errors.WithMessage(s.Monitor.suits(c), "checkpoint folder: Best")
	}
	if i := slices.IndexFunc(c.Callbacks, func(c Callback) bool { return c == Callback(s) }); i >= 0 && f.err == nil {
		for _, behind := range c.Callbacks[i+1:] {
			_, keeps := behind.(Keeper)
			f.want(!keeps, "it behind callbacks that keep something", fmt.Sprintf("a %T behind it", behind))
		}
	}
	return f.err
}

// Latest is the newest file, written or resumed from; "" before there is one.
func (s *Folder) Latest() string { return s.latest }

// On writes what is due.
func (s *Folder) On(e Event) error {
	if e.Phase != Training {
		return nil
	}
	return errors.WithMessage(s.on(e), "checkpoint folder")
}

func (s *Folder) on(e Event) error {
	if e.Kind == End {
		return s.Close()
	}
	if !s.begun {
		if err := s.begin(e); err != nil {
			return err
		}
	}
	better, err := s.improved(e)
	if err != nil || !better && !(Checkpoints{Every: s.Every}).due(e) {
		return err
	}
	return s.save(e, better)
}

// begin takes the folder, and writes where a run begins.
func (s *Folder) begin(e Event) error {
	if err := s.take(); err != nil {
		return err
	}
	olds, err := s.files()
	if err != nil {
		return err
	}
	s.begun, s.run = true, e.of.runSettings(e.of.data)
	if e.of.Config.State != nil { // it goes on
		return nil
	}
	if len(olds) > 0 && !s.Replace {
		return errors.Errorf("%s has checkpoints of another run: resume that, or write into a new folder, or replace them", s.Dir)
	}
	s.best = Patience{}
	if err := s.save(e, false); err != nil {
		return err
	}
	return remove(olds, s.latest, filepath.Join(s.Dir, lastName))
}

// take makes the folder, if need be, and takes it.
func (s *Folder) take() error {
	if s.lock != nil {
		return nil
	}
	if err := os.MkdirAll(s.Dir, 0o777); err != nil {
		return errors.WithStack(err)
	}
	f, err := os.OpenFile(filepath.Join(s.Dir, lockName), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return errors.WithStack(err)
	}
	if err := filelock.Take(f); err != nil {
		f.Close()
		return s.taken()
	}
	s.lock = f
	return nil
}

func (s *Folder) taken() error {
	return errors.Errorf("another run is writing into %s: write elsewhere, or wait for its end", s.Dir)
}

// Close gives the folder back, as the end of a Fit does: for where there was none
// after a Resume.
func (s *Folder) Close() error {
	s.begun = false
	if s.lock == nil {
		return nil
	}
	err := s.lock.Close()
	s.lock = nil
	return errors.WithStack(err)
}

// improved says whether an epoch, or a validation, was the best yet.
func (s *Folder) improved(e Event) (bool, error) {
	if !s.Best || !s.Monitor.watches(e) {
		return false, nil
	}
	value, err := s.Monitor.of(e)
	if err != nil {
		return false, err
	}
	return s.best.improved(s.Monitor, value, 0, e.Epoch), nil
}

// ending keeps where training stands as it ends before its time, once the step under
// way is taken.
func (s *Folder) ending(e Event) error {
	if !s.begun || e.sum == nil || e.pending {
		return nil
	}
	c, err := e.Checkpoint()
	if err != nil || c.position() == s.at {
		return errors.WithMessage(err, "checkpoint folder")
	}
	return errors.WithMessage(s.save(e, false), "checkpoint folder")
}

// save writes a checkpoint under its names.
func (s *Folder) save(e Event, best bool) error {
	c, err := e.Checkpoint()
	if err != nil {
		return err
	}
	c.History = e.of.history
	path, via := filepath.Join(s.Dir, stepName(c.State.Steps)), filepath.Join(s.Dir, viaName)
	first := path
	if best { // before the one that says that it was: with another break it is found again
		first = filepath.Join(s.Dir, bestName)
	}
	err = atomicfile.WriteVia(first, via, func(w io.Writer) error {
		if s.through != nil {
			w = s.through(w)
		}
		return c.write(w, e.Network, checkpointFile{Settings: s.run, Best: s.best}, keepers(e.of.Callbacks))
	})
	if err == nil && first != path {
		err = atomicfile.LinkVia(path, first, via)
	}
	if err == nil {
		s.latest, s.at = path, c.position()
		err = atomicfile.LinkVia(filepath.Join(s.Dir, lastName), path, via)
	}
	if err == nil {
		err = remove(s.damaged, s.latest, filepath.Join(s.Dir, lastName))
	}
	if err != nil {
		return err
	}
	s.damaged = nil
	return s.prune()
}

// keepers are the callbacks that keep something.
func keepers(callbacks []Callback) []Keeper {
	var all []Keeper
	for _, c := range callbacks {
		if k, ok := c.(Keeper); ok {
			all = append(all, k)
		}
	}
	return all
}
