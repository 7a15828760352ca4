package train

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/pkg/errors"
)

// The files of a Folder.
const (
	lastName = "last.safetensors"
	bestName = "best.safetensors"
	lockName = ".lock"
	viaName  = ".writing" // what is not whole yet

	stepPattern = "step-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*.safetensors"
)

// stepName is the name after so many steps: in their order, as far as ten digits
// reach.
func stepName(steps int) string { return fmt.Sprintf("step-%010d.safetensors", steps) }

// files are those that one may go on from, the newest first: last and best too,
// which are others only where somebody removed those of steps.
func (s *Folder) files() ([]string, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errors.WithStack(err)
	}
	var steps, named []string
	for _, e := range entries {
		step, _ := filepath.Match(stepPattern, e.Name())
		switch {
		case step:
			steps = append(steps, filepath.Join(s.Dir, e.Name()))
		case e.Name() == lastName:
			named = append([]string{filepath.Join(s.Dir, lastName)}, named...)
		case e.Name() == bestName:
			named = append(named, filepath.Join(s.Dir, bestName))
		}
	}
	slices.Sort(steps)
	slices.Reverse(steps)
	return append(steps, named...), nil
}

// prune removes the files of steps but for the newest. Those of more steps than were
// taken are another run's, or damaged.
func (s *Folder) prune() error {
	all, err := s.files()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(path string) bool {
		name := filepath.Base(path)
		return name == lastName || name == bestName || name > filepath.Base(s.latest)
	})
	keep := s.Keep
	if keep == 0 {
		keep = 2
	}
	return remove(all[min(keep, len(all)):])
}

// remove removes files, but for some.
func remove(paths []string, but ...string) error {
	for _, path := range paths {
		if slices.Contains(but, path) {
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return errors.WithStack(err)
		}
	}
	return nil
}
