package cli

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/pkg/errors"

	"euryale/train"
)

// boardFolder is the folder of --tensorboard, taken for one run: TensorBoard would
// show the events of two in one folder as one run.
type boardFolder struct {
	dir  *os.File // locked
	olds []string // the event files that are to go
}

// eventFiles are those in a folder.
func eventFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errors.WithStack(err)
	}
	var names []string
	for _, e := range entries {
		if match, _ := filepath.Match("events.out.tfevents.*", e.Name()); match {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(names)
	return names, nil
}

// checkEvents reports events of another run in a folder, unless they are to be
// replaced.
func checkEvents(dir string, replace bool) error {
	names, err := eventFiles(dir)
	if err == nil && len(names) > 0 && !replace {
		return errors.Errorf("%s has events of another run: write into a new folder, or replace them with --force", dir)
	}
	return err
}

// openFolder makes the folder, if need be, and takes it. In one of the run's own,
// which goes on, its events remain.
func openFolder(dir string, replace, mine bool) (*boardFolder, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, errors.WithStack(err)
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	b := &boardFolder{dir: f}
	if err = lock(f); err == nil {
		err = checkEvents(dir, replace || mine) // again: reading the data takes long
	}
	if err == nil && replace {
		b.olds, err = eventFiles(dir)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return b, nil
}

// On removes the events that are replaced, once an epoch has ended: a run that
// comes to nothing replaces nothing.
func (b *boardFolder) On(e train.Event) error {
	if e.Kind != train.EpochEnd {
		return nil
	}
	for _, name := range b.olds {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return errors.Wrap(err, "--tensorboard")
		}
	}
	b.olds = nil
	return nil
}

// checkTaken reports that another run is writing the file, or the folder, if there
// is one.
func checkTaken(path string) error {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() && !info.IsDir() {
		return nil // a pipe is not to be opened twice
	}
	f, err := os.Open(path)
	if err != nil {
		return nil // what is amiss is found by others
	}
	defer f.Close()
	return lock(f)
}
